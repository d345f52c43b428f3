// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#include "redaction/checks.h"
#include "redaction/validate/arithmetic.h"
#include "redaction/validate/national.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace faultline::redaction::validate {

// DNI and, with X, Y or Z in the place of the first digit, NIE.
bool es_dni(std::string_view id) noexcept {
  constexpr std::string_view kLetters = "TRWAGMYFPDXBNJZSQVHLCKE";
  if (id.size() != 9 || !digits_only(id.substr(1, 7), 7)) return false;
  const bool foreign = id[0] >= 'X' && id[0] <= 'Z';
  if (!foreign && !is_digit(id[0])) return false;
  const uint64_t lead = static_cast<uint64_t>(foreign ? id[0] - 'X' : digit(id[0]));
  const uint64_t value = lead * 10000000 + number(id.substr(1, 7));
  return value != 0 && kLetters[value % 23] == id[8];
}

// The number between province and check digits loses its leading zero.
bool es_nuss(std::string_view id) noexcept {
  if (!digits_only(id, 12) || is_one_character(id)) return false;
  const uint64_t province = number(id.substr(0, 2));
  const uint64_t serial = number(id.substr(2, 8));
  const uint64_t scale = serial < 10000000 ? 10000000 : 100000000;
  return (province * scale + serial) % 97 == number(id.substr(10));
}

// Decreto ministeriale 23.12.1976: characters at odd places have values of their own.
bool it_codice(std::string_view id) noexcept {
  constexpr std::array<int, 26> kOdd{1,  0,  5, 7, 9, 13, 15, 17, 19, 21, 2,  4,  18,
                                     20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23};
  if (id.size() != 16 || !is_upper(id[15])) return false;
  int sum = 0;
  for (size_t i = 0; i < 15; ++i) {
    const int value = is_digit(id[i]) ? digit(id[i]) : is_upper(id[i]) ? id[i] - 'A' : -1;
    if (value < 0) return false;
    sum += i % 2 == 0 ? kOdd[static_cast<size_t>(value)] : value;
  }
  return id[15] == 'A' + sum % 26;
}

bool it_partita(std::string_view id) noexcept {
  return digits_only(id, 11) && !is_one_character(id) && luhn_ok(id);
}

bool pt_nif(std::string_view id) noexcept {
  if (!digits_only(id, 9) || id[0] == '0') return false;
  constexpr std::array kWeights{9, 8, 7, 6, 5, 4, 3, 2};
  const int check = 11 - weighted(id, kWeights) % 11;
  return digit(id[8]) == (check > 9 ? 0 : check);
}

bool hr_oib(std::string_view id) noexcept {
  return digits_only(id, 11) && !is_one_character(id) && mod_11_10(id);
}

// The unique number of the countries of former Yugoslavia: DDMMYYY, region, serial.
bool si_emso(std::string_view id) noexcept {
  if (!digits_only(id, 13)) return false;
  const int year = digit(id[4]) * 100 + two(id, 5);
  if (!is_date((year < 800 ? 2000 : 1000) + year, two(id, 2), two(id, 0))) return false;
  constexpr std::array kWeights{7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2};
  return (11 - weighted(id, kWeights) % 11) % 11 == digit(id[12]);
}

bool gr_amka(std::string_view id) noexcept {
  return digits_only(id, 11) && is_short_date(two(id, 4), two(id, 2), two(id, 0)) && luhn_ok(id);
}

}  // namespace faultline::redaction::validate
