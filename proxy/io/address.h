// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/result.h"
#include "proxy/base/uri.h"

#include <array>
#include <cstdint>
#include <optional>

struct sockaddr;
struct sockaddr_storage;

namespace faultline::io {

/// A numeric IP address and port in 24 bytes: what a connection keeps of its peer.
struct Endpoint {
  std::array<uint8_t, 16> bytes{};  // network order; IPv4 uses the first four
  uint32_t scope = 0;               // IPv6 zone
  uint16_t port = 0;
  bool is_v6 = false;
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// Nothing when the host is a name. An IPv6 host may carry a zone (fe80::1%eth0).
[[nodiscard]] std::optional<Endpoint> parse_endpoint(const HostPort& address);
[[nodiscard]] HostPort to_host_port(const Endpoint& endpoint);

/// Fills `out` and returns the length that is used.
[[nodiscard]] uint32_t to_sockaddr(const Endpoint& endpoint, sockaddr_storage& out) noexcept;
/// Families other than IP give the zero endpoint.
[[nodiscard]] Endpoint from_sockaddr(const sockaddr* address) noexcept;

/// The error of a failed system call or libuv call: `what: reason`. `code` is negative as libuv
/// has it (-errno).
[[nodiscard]] Error os_error(int code, const std::string& what,
                             ErrorSource source = ErrorSource::Internal);

}  // namespace faultline::io
