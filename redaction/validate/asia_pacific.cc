// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#include "redaction/checks.h"
#include "redaction/validate/arithmetic.h"
#include "redaction/validate/codes.h"
#include "redaction/validate/national.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace faultline::redaction::validate {
namespace {

constexpr std::array kAcnWeights{8, 7, 6, 5, 4, 3, 2, 1};

bool australian_company(std::string_view id) {
  return !is_one_character(id) && (10 - weighted(id, kAcnWeights) % 10) % 10 == digit(id[8]);
}

}  // namespace

bool in_aadhaar(std::string_view id) noexcept {
  return digits_only(id, 12) && id[0] >= '2' && verhoeff(id);
}

// MOD 36, factors 1 and 2, the digits of each product to base 36 added.
bool in_gstin(std::string_view id) noexcept {
  if (id.size() != 15) return false;
  int sum = 0;
  for (size_t i = 0; i < 14; ++i) {
    const int value = alnum_value(id[i]);
    if (value < 0) return false;
    const int product = value * (i % 2 == 0 ? 1 : 2);
    sum += product / 36 + product % 36;
  }
  return alnum_value(id[14]) == (36 - sum % 36) % 36;
}

// GB 11643: ISO 7064 MOD 11-2.
bool cn_ric(std::string_view id) noexcept {
  if (id.size() != 18 || !digits_only(id.substr(0, 17), 17)) return false;
  const int year = static_cast<int>(number(id.substr(6, 4)));
  if (year < 1800 || !is_date(year, two(id, 10), two(id, 12))) return false;
  constexpr std::array kWeights{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  constexpr std::string_view kChecks = "10X98765432";
  return kChecks[static_cast<size_t>(weighted(id, kWeights) % 11)] == id[17];
}

// Since October 2020 the last digits are drawn: births from 2020 on have no check digit.
bool kr_rrn(std::string_view id) noexcept {
  if (!digits_only(id, 13) || id[6] == '0' || id[6] == '9') return false;
  const bool recent = id[6] == '3' || id[6] == '4' || id[6] == '7' || id[6] == '8';
  if (!is_date((recent ? 2000 : 1900) + two(id, 0), two(id, 2), two(id, 4))) return false;
  if (recent && two(id, 0) >= 20) return true;
  constexpr std::array kWeights{2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5};
  const int foreign = id[6] >= '5' ? 2 : 0;
  return (11 - weighted(id, kWeights) % 11 + foreign) % 10 == digit(id[12]);
}

bool jp_my_number(std::string_view id) noexcept {
  if (!digits_only(id, 12) || is_one_character(id)) return false;
  constexpr std::array kWeights{6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2};
  const int rest = weighted(id, kWeights) % 11;
  return (rest <= 1 ? 0 : 11 - rest) == digit(id[11]);
}

bool sg_nric(std::string_view id) noexcept {
  if (id.size() != 9 || !digits_only(id.substr(1, 7), 7)) return false;
  const int sum = weighted(id.substr(1), std::array{2, 7, 6, 5, 4, 3, 2});
  const auto letter = [&](std::string_view letters, int offset) {
    return letters[static_cast<size_t>((sum + offset) % 11)] == id[8];
  };
  switch (id[0]) {
    case 'S':
      return letter("JZIHGFEDCBA", 0);
    case 'T':
      return letter("JZIHGFEDCBA", 4);
    case 'F':
      return letter("XWUTRQPNMLK", 0);
    case 'G':
      return letter("XWUTRQPNMLK", 4);
    case 'M':
      return letter("XWUTRQPNJLK", 3);
    default:
      return false;
  }
}

bool th_id(std::string_view id) noexcept {
  if (!digits_only(id, 13) || id[0] == '0' || id[0] == '9') return false;
  constexpr std::array kWeights{13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2};
  return (11 - weighted(id, kWeights) % 11) % 10 == digit(id[12]);
}

bool tr_tckn(std::string_view id) noexcept {
  if (!digits_only(id, 11) || id[0] == '0') return false;
  const int odd = weighted(id, std::array{1, 0, 1, 0, 1, 0, 1, 0, 1});
  const int even = weighted(id, std::array{0, 1, 0, 1, 0, 1, 0, 1});
  const int tenth = ((odd * 7 - even) % 10 + 10) % 10;
  return tenth == digit(id[9]) && (odd + even + tenth) % 10 == digit(id[10]);
}

bool il_id(std::string_view id) noexcept {
  return digits_only(id, 9) && !is_one_character(id) && luhn_ok(id);
}

bool tw_id(std::string_view id) noexcept {
  constexpr std::string_view kLetters = "ABCDEFGHJKLMNPQRSTUVXYWZIO";
  if (id.size() != 10 || !is_upper(id[0]) || !digits_only(id.substr(1), 9)) return false;
  const int letter = static_cast<int>(kLetters.find(id[0])) + 10;
  const int sum =
      letter / 10 + letter % 10 * 9 + weighted(id.substr(1), std::array{8, 7, 6, 5, 4, 3, 2, 1, 1});
  return sum % 10 == 0;
}

// One or two letters; a missing one counts as 36.
bool hk_id(std::string_view id) noexcept {
  if (id.size() != 8 && id.size() != 9) return false;
  const size_t letters = id.size() - 7;
  int sum = letters == 1 ? 36 * 9 : alnum_value(id[0]) * 9;
  sum += alnum_value(id[letters - 1]) * 8;
  const std::string_view rest = id.substr(letters);
  if (!is_upper(id[0]) || !is_upper(id[letters - 1]) || !digits_only(rest.substr(0, 6), 6)) {
    return false;
  }
  const bool check = is_digit(rest[6]) || rest[6] == 'A';
  sum += weighted(rest, std::array{7, 6, 5, 4, 3, 2}) + alnum_value(rest[6]);
  return check && sum % 11 == 0;
}

bool au_tfn(std::string_view id) noexcept {
  if (is_one_character(id)) return false;
  if (digits_only(id, 8)) return weighted(id, std::array{10, 7, 8, 4, 6, 3, 5, 1}) % 11 == 0;
  return digits_only(id, 9) && weighted(id, std::array{1, 4, 3, 7, 5, 8, 6, 9, 10}) % 11 == 0;
}

// ABN of eleven digits, ACN of nine.
bool au_abn(std::string_view id) noexcept {
  if (digits_only(id, 9)) return australian_company(id);
  if (!digits_only(id, 11) || id[0] == '0') return false;
  constexpr std::array kWeights{10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19};
  return (weighted(id, kWeights) - 10) % 89 == 0;
}

bool au_medicare(std::string_view id) noexcept {
  if (!digits_only(id, 10) && !digits_only(id, 11)) return false;
  return id[0] >= '2' && id[0] <= '6' &&
         weighted(id, std::array{1, 3, 7, 9, 1, 3, 7, 9}) % 10 == digit(id[8]);
}

bool nz_ird(std::string_view id) noexcept {
  if (!digits_only(id, 8) && !digits_only(id, 9)) return false;
  const uint64_t value = number(id);
  if (value < 10000000 || value > 150000000) return false;
  std::array<char, 9> padded{'0'};
  id.copy(padded.data() + (9 - id.size()), id.size());
  const std::string_view digits(padded.data(), padded.size());
  int check = (11 - weighted(digits, std::array{3, 2, 7, 6, 5, 4, 3, 2}) % 11) % 11;
  if (check == 10) check = (11 - weighted(digits, std::array{7, 4, 3, 2, 5, 2, 7, 6}) % 11) % 11;
  return check == digit(digits[8]);
}

bool za_id(std::string_view id) noexcept {
  return digits_only(id, 13) && is_short_date(two(id, 0), two(id, 2), two(id, 4)) &&
         id[10] <= '2' && luhn_ok(id);
}

}  // namespace faultline::redaction::validate
