// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace faultline {

/// An IPv4 or IPv6 address as bytes. An IPv4 address that comes mapped into IPv6 (::ffff:0:0/96,
/// RFC 4291 2.5.5.2) is the IPv4 address.
class IpAddress {
 public:
  /// Strict: four decimal octets without leading zeros, or the text forms of RFC 4291 2.2 without
  /// brackets and zone.
  [[nodiscard]] static std::optional<IpAddress> parse(std::string_view text) noexcept;
  /// 4 or 16 bytes in network order.
  [[nodiscard]] static std::optional<IpAddress> from_bytes(std::span<const uint8_t> bytes) noexcept;

  [[nodiscard]] bool is_v4() const noexcept { return size_ == kV4Bytes; }
  [[nodiscard]] std::span<const uint8_t> bytes() const noexcept { return {bytes_.data(), size_}; }
  /// RFC 5952: lower case, the longest run of zeros as `::`.
  [[nodiscard]] std::string text() const;

  friend bool operator==(const IpAddress&, const IpAddress&) = default;

 private:
  static constexpr size_t kV4Bytes = 4;
  static constexpr size_t kV6Bytes = 16;
  std::array<uint8_t, kV6Bytes> bytes_{};
  size_t size_ = kV4Bytes;
};

/// Addresses that share their first bits: `10.0.0.0/8`, `::1` (a single one).
class IpNetwork {
 public:
  /// An address, or an address, '/' and the number of bits. Bits behind the prefix must be zero:
  /// `10.1.0.0/8` is more likely a mistake than meant.
  [[nodiscard]] static std::optional<IpNetwork> parse(std::string_view text) noexcept;

  [[nodiscard]] bool contains(const IpAddress& address) const noexcept;
  [[nodiscard]] std::string text() const;

  friend bool operator==(const IpNetwork&, const IpNetwork&) = default;

 private:
  IpAddress address_;
  unsigned bits_ = 0;
};

}  // namespace faultline
