// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

/// Checksums and issuer tables: pure arithmetic, the only code the redactor and the second scan
/// share.
namespace faultline::redaction {

/// Digits of a card number (ISO/IEC 7812).
inline constexpr size_t kCardDigitsMin = 12;
inline constexpr size_t kCardDigitsMax = 19;

/// ISO/IEC 7812-1 annex B over a text of digits. False for an empty text or any other character.
[[nodiscard]] bool luhn_ok(std::string_view digits) noexcept;

/// The sum of ISO/IEC 7812-1 annex B over a number that grows by a digit at a time: every second
/// one from the right counts twice, its digits added up.
class LuhnSum {
 public:
  /// `digit` is one of `0` to `9`.
  void add(char digit) noexcept {
    constexpr std::array<uint8_t, 10> kDoubled{0, 2, 4, 6, 8, 1, 3, 5, 7, 9};
    const auto value = static_cast<unsigned>(digit - '0');
    // What was last is last no more: with each digit the others change their parts.
    const unsigned sum = sum_if_doubled_ + value;
    sum_if_doubled_ = sum_ + kDoubled[value];
    sum_ = sum;
  }
  [[nodiscard]] bool is_ok() const noexcept { return sum_ % 10 == 0; }

 private:
  unsigned sum_ = 0;
  unsigned sum_if_doubled_ = 0;  // the last digit as well
};

/// The lengths that issuers give to card numbers with these first three digits, bit n for n digits.
/// All that card_range_ok() takes are among them, and a few that it does not. 0 for fewer digits.
[[nodiscard]] uint32_t possible_card_lengths(std::string_view front) noexcept;

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
