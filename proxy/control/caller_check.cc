// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/control/caller_check.h"

#include "proxy/base/ip_address.h"
#include "proxy/base/text.h"
#include "proxy/base/uri.h"
#include "proxy/control/replies.h"

#include <algorithm>
#include <string_view>

namespace faultline::control {
namespace {

// The host of `host[:port]`, IPv6 without its brackets. Nothing when it is malformed.
std::optional<std::string_view> host_of(std::string_view authority) {
  std::string_view host;
  std::string_view rest;
  if (authority.starts_with('[')) {
    const size_t end = authority.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    host = authority.substr(1, end - 1);
    rest = authority.substr(end + 1);
    // Only in brackets can it be IPv6, and only IPv6 can be in brackets.
    if (host.find(':') == std::string_view::npos) return std::nullopt;
  } else {
    const size_t colon = std::min(authority.find(':'), authority.size());
    host = authority.substr(0, colon);
    rest = authority.substr(colon);
  }
  if (rest.empty()) return host;
  if (rest.front() != ':') return std::nullopt;
  rest.remove_prefix(1);
  const bool is_port = rest.size() <= 5 && std::all_of(rest.begin(), rest.end(), is_ascii_digit);
  return is_port ? std::optional(host) : std::nullopt;
}

bool is_allowed_authority(std::string_view authority, Reach reach) {
  const auto host = host_of(authority);
  if (!host) return false;
  if (is_loopback_host(*host)) return true;
  return reach == Reach::Anywhere && IpAddress::parse(*host).has_value();
}

bool is_own_origin(std::string_view origin, std::string_view authority) {
  constexpr std::string_view kScheme = "http://";
  return origin.size() == kScheme.size() + authority.size() &&
         iequals(origin.substr(0, kScheme.size()), kScheme) &&
         iequals(origin.substr(kScheme.size()), authority);
}

}  // namespace

std::optional<http::LocalReply> check_caller(const http::RequestHead& head, Reach reach) {
  const http::Field* const host = head.fields.find("Host");
  const std::string_view named = split_target(head.target).authority;
  const bool is_host_allowed = host != nullptr && is_allowed_authority(host->value, reach) &&
                               (named.empty() || is_allowed_authority(named, reach));
  if (!is_host_allowed) {
    return json_error(403, "host_not_allowed",
                      "the Host field must hold localhost or an IP address of this port");
  }
  for (const http::Field& field : head.fields.all()) {
    if (!iequals(field.name, "Origin") || is_own_origin(field.value, host->value)) continue;
    return json_error(403, "origin_not_allowed", "pages of other sites may not ask here");
  }
  return std::nullopt;
}

}  // namespace faultline::control
