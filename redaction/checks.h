// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstddef>
#include <string_view>

/// Checksums and issuer tables: pure arithmetic, the only code the redactor and the second scan
/// share.
namespace faultline::redaction {

/// Digits of a card number (ISO/IEC 7812).
inline constexpr size_t kCardDigitsMin = 12;
inline constexpr size_t kCardDigitsMax = 19;

/// ISO/IEC 7812-1 annex B over a text of digits. False for an empty text or any other character.
[[nodiscard]] bool luhn_ok(std::string_view digits) noexcept;

/// True when an issuer range covers the first digits and issues numbers of that length.
[[nodiscard]] bool card_range_ok(std::string_view digits) noexcept;

/// Issuer range, length and checksum.
[[nodiscard]] bool is_card_number(std::string_view digits) noexcept;

/// Length of the IBANs of a country (two upper-case letters), or 0.
[[nodiscard]] size_t iban_length(std::string_view country) noexcept;

/// ISO 7064 MOD 97-10 over a compact IBAN (upper case, no separators), whatever its country.
[[nodiscard]] bool iban_checksum_ok(std::string_view iban) noexcept;

/// Country, its length, alphabet and checksum.
[[nodiscard]] bool is_iban(std::string_view iban) noexcept;

}  // namespace faultline::redaction
