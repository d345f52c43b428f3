// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#include "redaction/checks.h"
#include "redaction/validate/arithmetic.h"
#include "redaction/validate/national.h"

#include <array>
#include <string_view>

namespace faultline::redaction::validate {
namespace {

// Two check digits, each from the digits before it: CPF, CNPJ.
template <size_t N>
bool mod_11_digit(std::string_view id, const std::array<int, N>& weights) {
  const int rest = weighted(id, weights) % 11;
  return digit(id[N]) == (rest < 2 ? 0 : 11 - rest);
}

}  // namespace

bool us_ssn(std::string_view id) noexcept {
  if (!digits_only(id, 9)) return false;
  const std::string_view area = id.substr(0, 3);
  return area != "000" && area != "666" && id[0] != '9' && id.substr(3, 2) != "00" &&
         id.substr(5) != "0000";
}

bool us_itin(std::string_view id) noexcept {
  if (!digits_only(id, 9) || id[0] != '9') return false;
  const int group = two(id, 3);
  return (group >= 50 && group <= 65) || (group >= 70 && group <= 88) ||
         (group >= 90 && group <= 92) || group >= 94;
}

// The prefixes that no campus of the IRS issues.
bool us_ein(std::string_view id) noexcept {
  if (!digits_only(id, 9)) return false;
  constexpr std::array kUnused{0, 7, 8, 9, 17, 18, 19, 28, 29, 49, 69, 70, 78, 79, 89, 96, 97};
  for (const int prefix : kUnused) {
    if (two(id, 0) == prefix) return false;
  }
  return true;
}

// Digits and letters by position; letters that look like digits are not used.
bool us_mbi(std::string_view id) noexcept {
  constexpr std::string_view kLayout = "1ANDANDAADD";  // 1: 1-9, A: letter, D: digit, N: either
  constexpr std::string_view kUnused = "SLOIBZ";
  if (id.size() != kLayout.size()) return false;
  for (size_t i = 0; i < id.size(); ++i) {
    const bool letter = is_upper(id[i]) && kUnused.find(id[i]) == std::string_view::npos;
    const bool number = is_digit(id[i]);
    const char want = kLayout[i];
    const bool fits = want == 'A'   ? letter
                      : want == 'D' ? number
                      : want == 'N' ? letter || number
                                    : number && id[i] != '0';
    if (!fits) return false;
  }
  return true;
}

// 45 CFR 162.406: Luhn with the prefix 80840, whose digits add 24.
bool us_npi(std::string_view id) noexcept {
  if (!digits_only(id, 10) || (id[0] != '1' && id[0] != '2')) return false;
  int sum = 24;
  for (size_t i = 0; i < 10; ++i) {
    const int value = digit(id[i]) * (i % 2 == 0 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 == 0;
}

bool us_dea(std::string_view id) noexcept {
  if (id.size() != 9 || !is_upper(id[0]) || !(is_upper(id[1]) || id[1] == '9') ||
      !digits_only(id.substr(2), 7)) {
    return false;
  }
  constexpr std::array kWeights{1, 2, 1, 2, 1, 2};
  return weighted(id.substr(2), kWeights) % 10 == digit(id[8]);
}

bool us_aba(std::string_view id) noexcept {
  if (!digits_only(id, 9) || is_one_character(id)) return false;
  const int bank = two(id, 0);
  const bool issued =
      bank <= 12 || (bank >= 21 && bank <= 32) || (bank >= 61 && bank <= 72) || bank == 80;
  constexpr std::array kWeights{3, 7, 1, 3, 7, 1, 3, 7, 1};
  return issued && weighted(id, kWeights) % 10 == 0;
}

bool ca_sin(std::string_view id) noexcept {
  return digits_only(id, 9) && id[0] != '0' && id[0] != '8' && luhn_ok(id);
}

bool br_cpf(std::string_view id) noexcept {
  if (!digits_only(id, 11) || is_one_character(id)) return false;
  return mod_11_digit(id, std::array{10, 9, 8, 7, 6, 5, 4, 3, 2}) &&
         mod_11_digit(id, std::array{11, 10, 9, 8, 7, 6, 5, 4, 3, 2});
}

bool br_cnpj(std::string_view id) noexcept {
  if (!digits_only(id, 14) || is_one_character(id)) return false;
  return mod_11_digit(id, std::array{5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2}) &&
         mod_11_digit(id, std::array{6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2});
}

bool ar_cuit(std::string_view id) noexcept {
  if (!digits_only(id, 11)) return false;
  constexpr std::array kKinds{20, 23, 24, 25, 26, 27, 30, 33, 34};
  bool known = false;
  for (const int kind : kKinds) known = known || two(id, 0) == kind;
  constexpr std::array kWeights{5, 4, 3, 2, 7, 6, 5, 4, 3, 2};
  const int check = (11 - weighted(id, kWeights) % 11) % 11;
  return known && check != 10 && check == digit(id[10]);
}

bool cl_rut(std::string_view id) noexcept {
  if (id.size() < 8 || id.size() > 9) return false;
  const std::string_view digits = id.substr(0, id.size() - 1);
  if (!digits_only(digits, digits.size()) || is_one_character(id)) return false;
  int sum = 0;
  int weight = 2;
  for (size_t i = digits.size(); i-- > 0;) {
    sum += digit(digits[i]) * weight;
    weight = weight == 7 ? 2 : weight + 1;
  }
  const int check = 11 - sum % 11;
  return id.back() == (check == 11 ? '0' : check == 10 ? 'K' : static_cast<char>('0' + check));
}

// The alphabet has an N with a tilde between N and O, so O is 25.
bool mx_curp(std::string_view id) noexcept {
  if (id.size() != 18 || !is_digit(id[17]) || !digits_only(id.substr(4, 6), 6)) return false;
  if (!is_short_date(two(id, 4), two(id, 6), two(id, 8))) return false;
  int sum = 0;
  for (size_t i = 0; i < 17; ++i) {
    const int value = alnum_value(id[i]);
    if (value < 0) return false;
    sum += (value + (id[i] > 'N' ? 1 : 0)) * static_cast<int>(18 - i);
  }
  return (10 - sum % 10) % 10 == digit(id[17]);
}

}  // namespace faultline::redaction::validate
