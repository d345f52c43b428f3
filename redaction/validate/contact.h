// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#pragma once

#include <string_view>

/// Numbers of people's devices and lines.
namespace faultline::redaction::validate {

/// Three digits at least: a word is no document number.
[[nodiscard]] bool has_digits(std::string_view text) noexcept;
/// IMEI (3GPP TS 23.003, Luhn) or IMSI (a mobile country code in front).
[[nodiscard]] bool imei(std::string_view digits) noexcept;
/// IPv4 or IPv6 outside 0.0.0.0, loopback and unspecified.
[[nodiscard]] bool ip_address(std::string_view text) noexcept;
/// Twelve hex digits, not all zeros and not the broadcast address.
[[nodiscard]] bool mac_address(std::string_view hex) noexcept;
/// 7 to 15 digits that are neither a date nor all the same.
[[nodiscard]] bool phone_national(std::string_view text) noexcept;
/// ISO 3779; the check digit where it must hold (North America: 49 CFR 565).
[[nodiscard]] bool vin(std::string_view text) noexcept;

}  // namespace faultline::redaction::validate
