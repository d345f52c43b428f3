// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/uri.h"

#include "proxy/base/ip_address.h"
#include "proxy/base/text.h"

#include <fmt/core.h>

namespace faultline {
namespace {

tl::unexpected<Error> bad(std::string_view text, std::string_view why) {
  return fail(ErrorCode::InvalidArgument, fmt::format("'{}' {}", text, why), ErrorSource::Input);
}

bool is_host(std::string_view host) {
  if (host.empty() || host.size() > 253) return false;
  for (const char c : host) {
    if (!is_ascii_alpha(c) && !is_ascii_digit(c) && c != '.' && c != '-' && c != '_') return false;
  }
  return true;
}

bool is_ipv6(std::string_view host) {
  if (host.find(':') == std::string_view::npos || host.size() > 45) return false;
  return host.find_first_not_of("0123456789abcdefABCDEF:.%") == std::string_view::npos;
}

}  // namespace

bool is_loopback_host(std::string_view host) noexcept {
  const auto address = IpAddress::parse(host);
  if (!address) return iequals(host, "localhost");
  if (address->is_v4()) return address->bytes().front() == 127;
  return address == IpAddress::parse("::1");
}

Result<HostPort> parse_host_port(std::string_view text) {
  std::string_view host;
  std::string_view rest;
  if (!text.empty() && text.front() == '[') {
    const size_t end = text.find(']');
    if (end == std::string_view::npos) return bad(text, "lacks the closing ']'");
    host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
    if (!is_ipv6(host)) return bad(text, "is not an IPv6 address");
  } else {
    const size_t colon = text.rfind(':');
    host = text.substr(0, colon);
    rest = colon == std::string_view::npos ? std::string_view() : text.substr(colon);
    if (host.find(':') != std::string_view::npos) {
      return bad(text, "needs brackets around the IPv6 address");
    }
    if (host.empty() && !rest.empty()) host = "127.0.0.1";
    if (!is_host(host)) return bad(text, "has no valid host");
  }
  if (rest.size() < 2 || rest.front() != ':') return bad(text, "has no port (write host:port)");
  const auto port = parse_u64(rest.substr(1));
  if (!port || *port > 65535) return bad(text, "has no valid port (0 to 65535)");
  return HostPort{std::string(host), static_cast<uint16_t>(*port)};
}

std::string format_host_port(const HostPort& address) {
  const bool bracket = address.host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", bracket ? "[" : "", address.host, bracket ? "]" : "",
                     address.port);
}

Result<UpstreamUri> parse_upstream(std::string_view text) {
  UpstreamUri uri{"tcp", {}};
  std::string_view rest = text;
  const size_t scheme_end = text.find("://");
  if (scheme_end != std::string_view::npos) {
    uri.scheme = to_lower(text.substr(0, scheme_end));
    rest = text.substr(scheme_end + 3);
    if (uri.scheme != "http" && uri.scheme != "tcp") {
      return bad(text, "has a scheme that is not supported (http, tcp)");
    }
  }
  if (!rest.empty() && rest.back() == '/') rest.remove_suffix(1);
  if (rest.find_first_of("/?#@") != std::string_view::npos) {
    return bad(text, "must be scheme://host:port without user, path or query");
  }
  // The loopback shorthand of parse_host_port is for listeners only.
  if (rest.empty() || rest.front() == ':') return bad(text, "has no host");
  std::string with_port(rest);
  const bool lacks_port =
      rest.rfind(':') == std::string_view::npos || (!rest.empty() && rest.back() == ']');
  if (uri.scheme == "http" && lacks_port) with_port += ":80";
  FL_TRY(uri.address, parse_host_port(with_port));
  if (uri.address.port == 0) return bad(text, "has port 0, which nobody can connect to");
  return uri;
}

TargetParts split_target(std::string_view target) noexcept {
  TargetParts parts;
  if (!target.empty() && target.front() != '/' && target != "*") {
    const size_t scheme_end = target.find("://");
    if (scheme_end != std::string_view::npos) {
      const std::string_view rest = target.substr(scheme_end + 3);
      const size_t path_at = rest.find_first_of("/?");
      parts.authority = rest.substr(0, path_at);
      target = path_at == std::string_view::npos ? std::string_view() : rest.substr(path_at);
    }
  }
  const size_t question = target.find('?');
  parts.path = target.substr(0, question);
  parts.has_query = question != std::string_view::npos;
  if (parts.has_query) parts.query = target.substr(question + 1);
  if (parts.path.empty()) parts.path = "/";
  return parts;
}

}  // namespace faultline
