// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstdint>
#include <string_view>

namespace faultline::http {

/// The names that decide about framing, routing or the connection.
enum class KnownField : uint8_t {
  Other,
  Connection,
  ContentLength,
  Expect,
  Host,
  KeepAlive,
  ProxyConnection,
  Te,
  Trailer,
  TransferEncoding,
  Upgrade,
};

struct ClassifiedField {
  KnownField known = KnownField::Other;
  /// Equal only after `_` became `-`: what some recipients take for the real one.
  bool is_underscore_twin = false;
};

[[nodiscard]] ClassifiedField classify_field(std::string_view name) noexcept;

/// True for names that may not stand in a trailer section: framing, routing, authentication,
/// request modifiers, response control and content control (RFC 9110 6.5.1).
[[nodiscard]] bool is_forbidden_in_trailers(std::string_view name) noexcept;

}  // namespace faultline::http
