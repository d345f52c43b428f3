// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/http/forwarding.h"

#include "proxy/base/text.h"
#include "proxy/base/uri.h"
#include "proxy/http/known_fields.h"
#include "proxy/http/tokens.h"

#include <algorithm>
#include <string>
#include <vector>

namespace faultline::http {
namespace {

constexpr std::string_view kPseudonym = "faultline";  // received-by of Via: no host name leaks

std::string_view version_number(Version version) {
  return version == Version::Http11 ? "1.1" : "1.0";
}

// The options of Connection that speak of the connection itself and not of a field.
bool is_connection_option(std::string_view option) {
  return option.empty() || iequals(option, "close") || iequals(option, "keep-alive") ||
         iequals(option, "upgrade");
}

// Names that Connection takes out of the message. `TE` goes with its field in gateway mode only:
// taking the field away is what a gateway does anyway, and a transparent hop passes trailers on.
std::vector<std::string> nominated_fields(const Fields& fields) {
  std::vector<std::string> names;
  for (const Field& field : fields.all()) {
    if (classify_field(field.name).known != KnownField::Connection) continue;
    for_each_element(field.value, [&names](std::string_view option) {
      if (!is_connection_option(option) && !iequals(option, "te")) names.emplace_back(option);
    });
  }
  return names;
}

// All Connection fields without the nominations.
std::string plain_options(const Fields& fields) {
  std::string kept;
  for (const Field& field : fields.all()) {
    if (classify_field(field.name).known != KnownField::Connection) continue;
    for_each_element(field.value, [&kept](std::string_view option) {
      if (option.empty() || (!is_connection_option(option) && !iequals(option, "te"))) return;
      if (!kept.empty()) kept += ", ";
      kept += option;
    });
  }
  return kept;
}

uint64_t strip_nominated(Head& head) {
  const auto names = nominated_fields(head.fields);
  if (names.empty()) return 0;
  const std::string kept = plain_options(head.fields);
  uint64_t removed = 0;
  for (const auto& name : names) removed += head.fields.remove(name);
  head.fields.remove("connection");
  if (!kept.empty()) head.fields.append("Connection", kept);
  head.edit();
  return removed;
}

bool accepts_trailers(const Fields& fields) {
  bool accepts = false;
  for (const Field& field : fields.all()) {
    if (classify_field(field.name).known != KnownField::Te) continue;
    for_each_element(field.value, [&accepts](std::string_view coding) {
      accepts = accepts || iequals(coding, "trailers");
    });
  }
  return accepts;
}

// RFC 9110 7.6.1. An upgrade stays: it is this proxy's to relay.
uint64_t strip_hop_by_hop(Head& head) {
  uint64_t removed = strip_nominated(head);
  for (const std::string_view name : {"connection", "keep-alive", "proxy-connection", "te"}) {
    removed += head.fields.remove(name);
  }
  if (!head.is_upgrade) removed += head.fields.remove("upgrade");
  head.edit();
  return removed;
}

// The list of all values of that name, with `element` behind it, as one field in the place of the
// first: recipients that read only one line must not read the client's own.
void append_to_list(Fields& fields, std::string_view name, std::string_view element) {
  std::string list;
  for (const Field& field : fields.all()) {
    if (!iequals(field.name, name) || field.value.empty()) continue;
    list += std::string(field.value) + ", ";
  }
  list += element;
  if (fields.count(name) > 1) fields.remove(name);
  fields.set(name, list);
}

// RFC 7239 6: an IPv6 address stands in brackets and quotes.
std::string forwarded_node(std::string_view address) {
  if (address.find(':') == std::string_view::npos) return std::string(address);
  return "\"[" + std::string(address) + "]\"";
}

// A host as a Forwarded value: a token as it is, everything else quoted.
std::string forwarded_host(std::string_view host) {
  return is_token(host) ? std::string(host) : "\"" + std::string(host) + "\"";
}

void add_gateway_fields(RequestHead& head, const Hop& hop) {
  auto& fields = head.fields;
  const Field* const host_field = fields.find("host");
  const std::string host(host_field == nullptr ? std::string_view() : host_field->value);
  std::string element = "for=" + forwarded_node(hop.client) + ";proto=http";
  if (!host.empty()) element += ";host=" + forwarded_host(host);
  append_to_list(fields, "Forwarded", element);
  append_to_list(fields, "X-Forwarded-For", hop.client);
  fields.remove("x-forwarded-proto");
  fields.append("X-Forwarded-Proto", "http");
  if (!host.empty() && fields.find("x-forwarded-host") == nullptr) {
    fields.append("X-Forwarded-Host", host);
  }
  append_to_list(fields, "Via",
                 std::string(version_number(head.version)) + " " + std::string(kPseudonym));
}

void make_origin_form(RequestHead& head, buffer::BlockPool& pool) {
  const TargetParts parts = split_target(head.target);
  if (parts.authority.empty()) return;
  const std::string host(parts.authority);
  const size_t path_at =
      static_cast<size_t>(parts.authority.data() - head.target.data()) + parts.authority.size();
  const std::string_view rest = head.target.substr(path_at);
  if (rest.empty()) {
    head.target = head.method == "OPTIONS" ? "*" : "/";  // RFC 9112 3.2.4
  } else if (rest.front() == '/') {
    head.target = rest;
  } else {
    head.made = pool.copy("/" + std::string(rest));
    head.target = head.made.view();
  }
  head.fields.remove("host");
  head.fields.append("Host", host);
  head.edit();
}

}  // namespace

uint64_t prepare_for_upstream(RequestHead& head, const Hop& hop, buffer::BlockPool& pool) {
  if (hop.mode == Forwarding::Transparent) {
    return head.has_nominations ? strip_nominated(head) : 0;
  }
  if (head.target.front() != '/') make_origin_form(head, pool);
  const bool passes_trailers = accepts_trailers(head.fields);
  const uint64_t removed = strip_hop_by_hop(head);
  if (head.is_upgrade) {
    head.fields.append("Connection", "upgrade");
  } else if (passes_trailers) {
    head.fields.append("Connection", "TE");
  }
  if (passes_trailers) head.fields.append("TE", "trailers");
  add_gateway_fields(head, hop);
  return removed;
}

bool has_underscored(const Fields& fields) noexcept {
  const auto all = fields.all();
  return std::any_of(all.begin(), all.end(), [](const Field& field) {
    return field.name.find('_') != std::string_view::npos;
  });
}

size_t strip_underscored(Head& head) {
  std::vector<std::string> names;
  for (const Field& field : head.fields.all()) {
    if (field.name.find('_') != std::string_view::npos) names.emplace_back(field.name);
  }
  size_t removed = 0;
  for (const auto& name : names) removed += head.fields.remove(name);
  if (removed != 0) head.edit();
  return removed;
}

uint64_t prepare_for_downstream(ResponseHead& head, Forwarding mode, bool closes) {
  if (mode == Forwarding::Transparent) {
    return head.has_nominations ? strip_nominated(head) : 0;
  }
  const uint64_t removed = strip_hop_by_hop(head);
  if (head.status == 101) {
    head.fields.append("Connection", "upgrade");
  } else if (closes) {
    head.fields.append("Connection", "close");
  }
  append_to_list(head.fields, "Via",
                 std::string(version_number(head.version)) + " " + std::string(kPseudonym));
  return removed;
}

}  // namespace faultline::http
