// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/http/start_line.h"

#include "proxy/base/text.h"
#include "proxy/http/byte_scan.h"
#include "proxy/http/reasons.h"
#include "proxy/http/tokens.h"

#include <algorithm>
#include <array>

namespace faultline::http {
namespace {

// What the grammar knows as HTTP methods, PRI left out. Sorted. The names of RTSP are unknown.
constexpr std::array<std::string_view, 35> kMethods = {
    "ACL",       "BIND",      "CHECKOUT", "CONNECT",  "COPY",   "DELETE",     "GET",
    "HEAD",      "LINK",      "LOCK",     "M-SEARCH", "MERGE",  "MKACTIVITY", "MKCALENDAR",
    "MKCOL",     "MOVE",      "NOTIFY",   "OPTIONS",  "PATCH",  "POST",       "PROPFIND",
    "PROPPATCH", "PURGE",     "PUT",      "QUERY",    "REBIND", "REPORT",     "SEARCH",
    "SOURCE",    "SUBSCRIBE", "TRACE",    "UNBIND",   "UNLINK", "UNLOCK",     "UNSUBSCRIBE",
};
static_assert(std::is_sorted(kMethods.begin(), kMethods.end()));

bool is_known_method(std::string_view method) {
  if (method == "GET" || method == "POST") [[likely]]
    return true;
  return std::binary_search(kMethods.begin(), kMethods.end(), method);
}

constexpr std::string_view kSchemeEnd = "://";
constexpr Rejection kMalformedRequestLine{400, reason::kInvalidRequestLine};
constexpr Rejection kBadTarget{400, reason::kInvalidTarget};

// Host of a URI in brackets: an IPv6 address or IPvFuture. The address itself is not interpreted.
bool is_ip_literal(std::string_view inside) {
  return !inside.empty() && std::all_of(inside.begin(), inside.end(), [](char c) {
    return c == ':' || is_in_class(c, kHostChar);
  });
}

bool is_port(std::string_view port) {
  if (port.size() > 5) return false;
  unsigned value = 0;
  for (const char c : port) {
    if (!is_ascii_digit(c)) return false;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value <= 65535;
}

// http(s)://authority[/path][?query]. Other schemes have no meaning for this proxy.
bool is_absolute_form(std::string_view target) {
  const size_t scheme_end = target.find(kSchemeEnd);
  if (scheme_end == std::string_view::npos) return false;
  const std::string_view scheme = target.substr(0, scheme_end);
  if (!iequals(scheme, "http") && !iequals(scheme, "https")) return false;
  return is_valid_host(authority_of(target));
}

// authority-form (RFC 9112 3.2.3): the port is not optional.
bool is_authority_form(std::string_view target) {
  return is_valid_host(target) && target.find_last_of(':') != std::string_view::npos &&
         is_ascii_digit(target.back());
}

bool is_target_form_allowed(const RequestLine& line) {
  if (line.is_connect) return is_authority_form(line.target);
  if (line.target.front() == '/') [[likely]]
    return true;
  if (line.target == "*") return line.method == "OPTIONS";
  return is_absolute_form(line.target);
}

enum class VersionCheck : uint8_t { Supported, Unsupported, Malformed };

// HTTP/ DIGIT . DIGIT, nothing else.
VersionCheck check_version(std::string_view text, Version& version) {
  constexpr std::string_view kName = "HTTP/";
  if (text.size() != 8 || text.substr(0, 5) != kName) return VersionCheck::Malformed;
  if (!is_ascii_digit(text[5]) || text[6] != '.' || !is_ascii_digit(text[7])) {
    return VersionCheck::Malformed;
  }
  if (text[5] != '1' || text[7] > '1') return VersionCheck::Unsupported;
  version = text[7] == '1' ? Version::Http11 : Version::Http10;
  return VersionCheck::Supported;
}

// Drops the CRLF; false when the line ends in another way.
bool drop_line_end(std::string_view& line) {
  if (line.size() < 2 || line[line.size() - 1] != '\n' || line[line.size() - 2] != '\r') {
    return false;
  }
  line.remove_suffix(2);
  return true;
}

}  // namespace

std::optional<Rejection> parse_request_line(std::string_view line, RequestLine& parsed) noexcept {
  if (!drop_line_end(line)) return kMalformedRequestLine;
  const ByteScan scan(line);
  const char* const method_end = scan.find(line.data(), ' ');
  if (method_end == nullptr) return kMalformedRequestLine;
  parsed.method = {line.data(), static_cast<size_t>(method_end - line.data())};
  if (!is_token(parsed.method)) return kMalformedRequestLine;
  const char* const target = method_end + 1;
  const char* const target_end = scan.find(target, ' ');
  if (target_end == nullptr || target_end == target) return kMalformedRequestLine;
  parsed.target = {target, static_cast<size_t>(target_end - target)};
  line.remove_prefix(static_cast<size_t>(target_end + 1 - line.data()));
  const VersionCheck version = check_version(line, parsed.version);
  if (version == VersionCheck::Malformed) return kMalformedRequestLine;
  if (!are_all_in_class(parsed.target, kTargetChar)) {
    // The same answer as for a line with a control byte that has not ended yet.
    return has_control_byte(parsed.target) ? kMalformedRequestLine : kBadTarget;
  }
  // The preface of HTTP/2 on a port that speaks HTTP/1 only is not a version problem.
  if (parsed.method == "PRI") return Rejection{400, reason::kHttp2Preface};
  if (version == VersionCheck::Unsupported) return Rejection{505, reason::kUnsupportedVersion};
  if (!is_known_method(parsed.method)) return Rejection{501, reason::kUnknownMethod};
  parsed.is_connect = parsed.method == "CONNECT";
  if (!is_target_form_allowed(parsed)) return kBadTarget;
  return std::nullopt;
}

std::optional<Rejection> parse_status_line(std::string_view line, StatusLine& parsed) noexcept {
  constexpr Rejection kMalformed{502, reason::kInvalidStatusLine};
  if (!drop_line_end(line)) return kMalformed;
  if (line.size() < 12 || line[8] != ' ') return kMalformed;
  const VersionCheck version = check_version(line.substr(0, 8), parsed.version);
  if (version == VersionCheck::Malformed) return kMalformed;
  int status = 0;
  for (const char c : line.substr(9, 3)) {
    if (!is_ascii_digit(c)) return kMalformed;
    status = status * 10 + (c - '0');
  }
  if (status < 100 || status > 599) return kMalformed;
  parsed.status = status;
  line.remove_prefix(12);
  if (!line.empty()) {
    // Servers that leave the reason out often leave out the space before it too.
    if (line.front() != ' ' || !are_all_in_class(line, kValueChar)) return kMalformed;
    line.remove_prefix(1);
  }
  // Last: a line with a malformed byte is malformed, whatever version it names.
  if (version == VersionCheck::Unsupported) return Rejection{502, reason::kUnsupportedVersion};
  parsed.reason = line;
  return std::nullopt;
}

std::string_view authority_of(std::string_view target) noexcept {
  if (target.empty() || target.front() == '/') return {};
  const size_t scheme_end = target.find(kSchemeEnd);
  if (scheme_end == std::string_view::npos) return {};
  const std::string_view rest = target.substr(scheme_end + kSchemeEnd.size());
  return rest.substr(0, rest.find_first_of("/?"));
}

bool has_control_byte(std::string_view partial_line) noexcept {
  return !std::all_of(partial_line.begin(), partial_line.end(),
                      [](char c) { return c == '\r' || is_in_class(c, kValueChar); });
}

bool is_valid_host(std::string_view host) noexcept {
  if (host.empty()) return false;
  if (host.front() == '[') {
    const size_t end = host.find(']');
    if (end == std::string_view::npos || !is_ip_literal(host.substr(1, end - 1))) return false;
    const std::string_view rest = host.substr(end + 1);
    return rest.empty() || (rest.front() == ':' && is_port(rest.substr(1)));
  }
  size_t name_end = 0;
  while (name_end < host.size() && is_in_class(host[name_end], kHostChar)) ++name_end;
  if (name_end == 0) return false;
  if (name_end == host.size()) return true;
  return host[name_end] == ':' && is_port(host.substr(name_end + 1));
}

}  // namespace faultline::http
