// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#pragma once

#include <cstdint>
#include <string_view>

/// Checksums of tokens, wallets, securities and travel documents.
namespace faultline::redaction::validate {

[[nodiscard]] bool luhn(std::string_view digits) noexcept;
/// Dihedral group D5 (Verhoeff 1969); the last digit checks.
[[nodiscard]] bool verhoeff(std::string_view digits) noexcept;
[[nodiscard]] bool not_one_digit(std::string_view digits) noexcept;

/// CRC-32 (ISO-HDLC, as in zlib).
[[nodiscard]] uint32_t crc32(std::string_view bytes) noexcept;
/// The last six characters of a GitHub or npm token are the CRC-32 of the 30 before them, in base
/// 62 (0-9, A-Z, a-z), zeros in front.
[[nodiscard]] bool crc_base62(std::string_view token) noexcept;

/// Base 58 whose last four bytes are the double SHA-256 of the rest.
[[nodiscard]] bool base58check(std::string_view text) noexcept;
/// BIP 173 and BIP 350: bech32 or bech32m, whatever the human-readable part.
[[nodiscard]] bool bech32(std::string_view text) noexcept;
/// 0x and 40 hex digits; in mixed case they must follow EIP-55.
[[nodiscard]] bool ethereum(std::string_view address) noexcept;

/// ISIN (ISO 6166) or LEI (ISO 17442).
[[nodiscard]] bool security_id(std::string_view id) noexcept;
/// ICAO 9303 TD3: two lines of 44, check digits of number, birth and expiry.
[[nodiscard]] bool mrz(std::string_view lines) noexcept;
/// Track 1 of a card, with or without its sentinel `%B`: a card number up to `^`.
[[nodiscard]] bool track(std::string_view text) noexcept;

}  // namespace faultline::redaction::validate
