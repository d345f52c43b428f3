// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#pragma once

#include <array>
#include <cstdint>
#include <span>

/// SHA-256 (FIPS 180-4) and Keccak-256 (the padding before FIPS 202) over short inputs: the
/// checksums of wallet addresses. Nothing secret is hashed and nothing is signed here; what needs
/// cryptography takes `Crypto`.
namespace faultline::redaction::validate {

using Hash32 = std::array<uint8_t, 32>;

/// At most 119 bytes; the rest is not read.
[[nodiscard]] Hash32 sha256_short(std::span<const uint8_t> bytes) noexcept;
/// At most 135 bytes; the rest is not read.
[[nodiscard]] Hash32 keccak256_short(std::span<const uint8_t> bytes) noexcept;

}  // namespace faultline::redaction::validate
