// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

/// What the check digits of the world are made of.
namespace faultline::redaction::validate {

[[nodiscard]] constexpr char upper(char c) noexcept {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}
[[nodiscard]] constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
[[nodiscard]] constexpr int digit(char c) noexcept { return c - '0'; }

/// 0-9, then A is 10: ISO 7064, MRZ, IBAN.
[[nodiscard]] constexpr int alnum_value(char c) noexcept {
  return is_digit(c) ? c - '0' : is_upper(c) ? c - 'A' + 10 : -1;
}

/// Digits and nothing else, that many of them.
[[nodiscard]] constexpr bool digits_only(std::string_view text, size_t length) noexcept {
  if (text.size() != length) return false;
  for (const char c : text) {
    if (!is_digit(c)) return false;
  }
  return true;
}

[[nodiscard]] constexpr bool is_one_character(std::string_view text) noexcept {
  return text.find_first_not_of(text.empty() ? '\0' : text[0]) == std::string_view::npos;
}

/// Digits as a number; at most 18 of them.
[[nodiscard]] constexpr uint64_t number(std::string_view digits) noexcept {
  uint64_t value = 0;
  for (const char c : digits) value = value * 10 + static_cast<uint64_t>(digit(c));
  return value;
}

/// The sum of the first digits, each times its weight.
template <size_t N>
[[nodiscard]] constexpr int weighted(std::string_view digits,
                                     const std::array<int, N>& weights) noexcept {
  int sum = 0;
  for (size_t i = 0; i < N && i < digits.size(); ++i) sum += digit(digits[i]) * weights[i];
  return sum;
}

/// ISO/IEC 7064 MOD 11,10 over digits, the last of which is the check digit.
[[nodiscard]] constexpr bool mod_11_10(std::string_view digits) noexcept {
  int product = 10;
  for (size_t i = 0; i + 1 < digits.size(); ++i) {
    int sum = (digit(digits[i]) + product) % 10;
    if (sum == 0) sum = 10;
    product = (2 * sum) % 11;
  }
  return (11 - product) % 10 == digit(digits.back());
}

/// A day of the proleptic Gregorian calendar.
[[nodiscard]] constexpr bool is_date(int year, int month, int day) noexcept {
  constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || day < 1) return false;
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day <= kDays[static_cast<size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
}

/// Two digits at `at`.
[[nodiscard]] constexpr int two(std::string_view digits, size_t at) noexcept {
  return digit(digits[at]) * 10 + digit(digits[at + 1]);
}

/// A day in a year of two digits: of any century.
[[nodiscard]] constexpr bool is_short_date(int year, int month, int day) noexcept {
  return is_date(1900 + year, month, day) || is_date(2000 + year, month, day);
}

}  // namespace faultline::redaction::validate
