// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace faultline {

/// An address to listen on or to connect to: host (name, IPv4, or IPv6 without brackets) and port.
struct HostPort {
  std::string host;
  uint16_t port = 0;
  friend bool operator==(const HostPort&, const HostPort&) = default;
};

/// `127.0.0.1:8080`, `[::1]:8080`, `localhost:0`. The port is required; `:8080` means loopback.
[[nodiscard]] Result<HostPort> parse_host_port(std::string_view text);
[[nodiscard]] std::string format_host_port(const HostPort& address);

/// 127.0.0.0/8 (also mapped into IPv6), ::1, or the name localhost (RFC 6761 6.3). By the text
/// alone: nothing is resolved.
[[nodiscard]] bool is_loopback_host(std::string_view host) noexcept;

/// The upstream of a listener: `http://host[:port]`, `tcp://host:port` or `host:port`. No user
/// info, path, query or fragment.
struct UpstreamUri {
  std::string scheme;  // "http" or "tcp"
  HostPort address;
};
[[nodiscard]] Result<UpstreamUri> parse_upstream(std::string_view text);

/// The parts of an HTTP request target (RFC 9112 3.2), raw, borrowed from `target`.
struct TargetParts {
  std::string_view authority;  // absolute-form only
  std::string_view path;
  std::string_view query;  // without '?'
  bool has_query = false;
};
[[nodiscard]] TargetParts split_target(std::string_view target) noexcept;

}  // namespace faultline
