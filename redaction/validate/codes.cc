// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#include "redaction/validate/codes.h"

#include "redaction/checks.h"
#include "redaction/validate/arithmetic.h"

#include <array>
#include <cstddef>

namespace faultline::redaction::validate {
namespace {

constexpr std::array<uint32_t, 256> make_crc_table() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1U) ^ ((value & 1U) != 0 ? 0xEDB88320U : 0);
    table[i] = value;
  }
  return table;
}
constexpr auto kCrcTable = make_crc_table();

// The permutation of place i is the first one applied i times.
constexpr std::array<uint8_t, 10> kPermutation{1, 5, 7, 6, 2, 8, 3, 0, 9, 4};

constexpr uint8_t permuted(size_t place, uint8_t value) {
  for (size_t i = 0; i < place % 8; ++i) value = kPermutation[value];
  return value;
}

// Multiplication of the dihedral group of the pentagon: 0-4 turn, 5-9 turn and flip.
constexpr uint8_t dihedral(uint8_t a, uint8_t b) {
  const int turn = a < 5 ? a + b % 5 : a % 5 - b % 5 + 5;
  const bool flips = (a < 5) != (b < 5);
  return static_cast<uint8_t>(turn % 5 + (flips ? 5 : 0));
}

constexpr int mrz_value(char c) { return c == '<' ? 0 : alnum_value(c); }

bool mrz_field(std::string_view line, size_t begin, size_t length) {
  constexpr std::array kWeights{7, 3, 1};
  int sum = 0;
  for (size_t i = 0; i < length; ++i) {
    const int value = mrz_value(line[begin + i]);
    if (value < 0) return false;
    sum += value * kWeights[i % 3];
  }
  return is_digit(line[begin + length]) && sum % 10 == digit(line[begin + length]);
}

// ISO 6166: letters are two digits each, then Luhn from the right.
bool isin(std::string_view id) {
  int sum = 0;
  bool doubled = false;
  const auto take = [&](int value) {
    value *= doubled ? 2 : 1;
    sum += value / 10 + value % 10;
    doubled = !doubled;
  };
  for (size_t i = id.size(); i-- > 0;) {
    const int value = alnum_value(id[i]);
    if (value < 0) return false;
    take(value % 10);
    if (value > 9) take(value / 10);
  }
  return sum % 10 == 0;
}

bool lei(std::string_view id) {
  uint32_t rest = 0;
  for (const char c : id) {
    const int value = alnum_value(c);
    if (value < 0) return false;
    rest = (rest * (value > 9 ? 100 : 10) + static_cast<uint32_t>(value)) % 97;
  }
  return rest == 1;
}

}  // namespace

bool luhn(std::string_view digits) noexcept { return !is_one_character(digits) && luhn_ok(digits); }

bool verhoeff(std::string_view digits) noexcept {
  if (digits.empty() || is_one_character(digits)) return false;
  uint8_t check = 0;
  for (size_t place = 0; place < digits.size(); ++place) {
    const char c = digits[digits.size() - 1 - place];
    if (!is_digit(c)) return false;
    check = dihedral(check, permuted(place, static_cast<uint8_t>(digit(c))));
  }
  return check == 0;
}

bool not_one_digit(std::string_view digits) noexcept { return !is_one_character(digits); }

uint32_t crc32(std::string_view bytes) noexcept {
  uint32_t crc = ~0U;
  for (const char c : bytes) {
    crc = (crc >> 8U) ^ kCrcTable[(crc ^ static_cast<unsigned char>(c)) & 0xFFU];
  }
  return ~crc;
}

bool crc_base62(std::string_view token) noexcept {
  constexpr std::string_view kDigits =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const size_t mark = token.find('_');
  if (mark == std::string_view::npos) return false;
  const std::string_view body = token.substr(mark + 1);
  if (body.size() != 36) return false;
  uint64_t value = 0;
  for (const char c : body.substr(30)) {
    const size_t place = kDigits.find(c);
    if (place == std::string_view::npos) return false;
    value = value * 62 + place;
  }
  return value == crc32(body.substr(0, 30));
}

bool security_id(std::string_view id) noexcept {
  if (id.size() == 12) return is_upper(id[0]) && is_upper(id[1]) && isin(id);
  return id.size() == 20 && lei(id);
}

bool mrz(std::string_view lines) noexcept {
  if (lines.size() < 89) return false;
  const std::string_view second = lines.substr(lines.size() - 44);
  return mrz_field(second, 0, 9) && mrz_field(second, 13, 6) && mrz_field(second, 21, 6);
}

bool track(std::string_view text) noexcept {
  if (text.starts_with("%B")) text.remove_prefix(2);
  return is_card_number(text.substr(0, text.find('^')));
}

}  // namespace faultline::redaction::validate
