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

/// What a host is, by its text alone: nothing is resolved.
enum class HostKind : uint8_t { Name, Ipv4, Ipv6 };
/// `host` as in HostPort: IPv6 without brackets. An IPv6 zone (%eth0) is allowed.
[[nodiscard]] HostKind host_kind(std::string_view host) noexcept;
/// 127.0.0.0/8, ::1 (also as ::ffff:127.0.0.1) or the name localhost (RFC 6761 6.3).
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
