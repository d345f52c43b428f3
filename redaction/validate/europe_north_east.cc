// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#include "redaction/checks.h"
#include "redaction/validate/arithmetic.h"
#include "redaction/validate/national.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace faultline::redaction::validate {
namespace {

bool estonian(std::string_view id) {
  if (id[0] == '0' || id[0] == '9') return false;
  if (!is_short_date(two(id, 1), two(id, 3), two(id, 5))) return false;
  int check = weighted(id, std::array{1, 2, 3, 4, 5, 6, 7, 8, 9, 1}) % 11;
  if (check == 10) check = weighted(id, std::array{3, 4, 5, 6, 7, 8, 9, 1, 2, 3}) % 11;
  return check % 10 == digit(id[10]);
}

bool latvian(std::string_view id) {
  constexpr std::array kWeights{1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  return is_short_date(two(id, 4), two(id, 2), two(id, 0)) &&
         (1101 - weighted(id, kWeights)) % 11 % 10 == digit(id[10]);
}

}  // namespace

// With or without the century; a coordination number has 60 added to its day.
bool se_personnummer(std::string_view id) noexcept {
  if (id.size() == 12) id.remove_prefix(2);
  if (!digits_only(id, 10)) return false;
  const int day = two(id, 4);
  return is_short_date(two(id, 0), two(id, 2), day > 60 ? day - 60 : day) && luhn_ok(id);
}

bool fi_hetu(std::string_view id) noexcept {
  constexpr std::string_view kChecks = "0123456789ABCDEFHJKLMNPRSTUVWXY";
  constexpr std::string_view kCenturies = "+-ABCDEFUVWXY";
  if (id.size() != 11 || !digits_only(id.substr(0, 6), 6) || !digits_only(id.substr(7, 3), 3)) {
    return false;
  }
  if (kCenturies.find(id[6]) == std::string_view::npos ||
      !is_short_date(two(id, 4), two(id, 2), two(id, 0))) {
    return false;
  }
  const uint64_t value = number(id.substr(0, 6)) * 1000 + number(id.substr(7, 3));
  return kChecks[value % 31] == id[10];
}

// Since 2007 numbers are issued whose check digit does not hold: the date decides.
bool dk_cpr(std::string_view id) noexcept {
  return digits_only(id, 10) && is_short_date(two(id, 4), two(id, 2), two(id, 0));
}

// D numbers have 40 added to the day, H numbers to the month.
bool no_fnr(std::string_view id) noexcept {
  if (!digits_only(id, 11)) return false;
  const int day = two(id, 0);
  const int month = two(id, 2);
  if (!is_short_date(two(id, 4), month > 40 ? month - 40 : month, day > 40 ? day - 40 : day)) {
    return false;
  }
  constexpr std::array kFirst{3, 7, 6, 1, 8, 9, 4, 5, 2};
  constexpr std::array kSecond{5, 4, 3, 2, 7, 6, 5, 4, 3, 2};
  return (11 - weighted(id, kFirst) % 11) % 11 == digit(id[9]) &&
         (11 - weighted(id, kSecond) % 11) % 11 == digit(id[10]);
}

// Estonia and Lithuania share a number; Latvia's older one has a day in front.
bool baltic_code(std::string_view id) noexcept {
  return digits_only(id, 11) && (estonian(id) || latvian(id));
}

// The month tells the century: 1800 +80, 2000 +20, 2100 +40, 2200 +60.
bool pl_pesel(std::string_view id) noexcept {
  if (!digits_only(id, 11)) return false;
  const int month = two(id, 2);
  constexpr std::array kCenturies{1900, 2000, 2100, 2200, 1800};
  if (!is_date(kCenturies[static_cast<size_t>(month / 20)] + two(id, 0), month % 20, two(id, 4))) {
    return false;
  }
  constexpr std::array kWeights{1, 3, 7, 9, 1, 3, 7, 9, 1, 3};
  return (10 - weighted(id, kWeights) % 10) % 10 == digit(id[10]);
}

// NIP of ten digits, REGON of nine.
bool pl_nip(std::string_view id) noexcept {
  if (is_one_character(id)) return false;
  if (digits_only(id, 10)) {
    return weighted(id, std::array{6, 5, 7, 2, 3, 4, 5, 6, 7}) % 11 == digit(id[9]);
  }
  return digits_only(id, 9) &&
         weighted(id, std::array{8, 9, 2, 3, 4, 5, 6, 7}) % 11 % 10 == digit(id[8]);
}

// Nine digits until 1953, then ten that eleven divides; women have 50 added to the month, and 20
// more are added when numbers run out. Of a thousand numbers before 1985 the check digit is 0 for
// a 10.
bool cz_rodne(std::string_view id) noexcept {
  if (!digits_only(id, 9) && !digits_only(id, 10)) return false;
  int month = two(id, 2);
  if (month > 50) month -= 50;
  if (month > 20) month -= 20;
  if (!is_short_date(two(id, 0), month, two(id, 4))) return false;
  if (id.size() == 9) return two(id, 0) <= 53;
  return number(id.substr(0, 9)) % 11 % 10 == static_cast<uint64_t>(digit(id[9]));
}

bool ro_cnp(std::string_view id) noexcept {
  if (!digits_only(id, 13) || id[0] == '0') return false;
  constexpr std::array kWeights{2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9};
  const int check = weighted(id, kWeights) % 11;
  return is_short_date(two(id, 1), two(id, 3), two(id, 5)) &&
         (check == 10 ? 1 : check) == digit(id[12]);
}

// The month has 20 added for births before 1900, 40 from 2000 on.
bool bg_egn(std::string_view id) noexcept {
  if (!digits_only(id, 10)) return false;
  const int month = two(id, 2);
  const int century = month > 40 ? 2000 : month > 20 ? 1800 : 1900;
  const int bias = month > 40 ? 40 : month > 20 ? 20 : 0;
  if (!is_date(century + two(id, 0), month - bias, two(id, 4))) return false;
  constexpr std::array kWeights{2, 4, 8, 5, 10, 9, 7, 3, 6};
  return weighted(id, kWeights) % 11 % 10 == digit(id[9]);
}

}  // namespace faultline::redaction::validate
