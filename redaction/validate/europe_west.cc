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

// Weights 1 and 2 or the like, the digits of each product added: the insurance numbers of Germany.
template <size_t N>
int cross_sum(const std::array<int, N>& digits, const std::array<int, N>& weights) {
  int sum = 0;
  for (size_t i = 0; i < N; ++i) {
    const int product = digits[i] * weights[i];
    sum += product / 10 + product % 10;
  }
  return sum;
}

}  // namespace

bool uk_nino(std::string_view id) noexcept {
  if (id.size() != 9 || !is_upper(id[0]) || !is_upper(id[1]) || !digits_only(id.substr(2, 6), 6) ||
      id[8] < 'A' || id[8] > 'D') {
    return false;
  }
  constexpr std::string_view kNeither = "DFIQUV";
  if (kNeither.find(id[0]) != std::string_view::npos ||
      kNeither.find(id[1]) != std::string_view::npos || id[1] == 'O') {
    return false;
  }
  for (const std::string_view prefix : {"BG", "GB", "NK", "KN", "TN", "NT", "ZZ"}) {
    if (id.substr(0, 2) == prefix) return false;
  }
  return true;
}

bool uk_nhs(std::string_view id) noexcept {
  if (!digits_only(id, 10) || is_one_character(id)) return false;
  constexpr std::array kWeights{10, 9, 8, 7, 6, 5, 4, 3, 2};
  return (11 - weighted(id, kWeights) % 11) % 11 == digit(id[9]);
}

// The check digit leads.
bool uk_utr(std::string_view id) noexcept {
  if (!digits_only(id, 10) || is_one_character(id)) return false;
  constexpr std::array kWeights{6, 7, 8, 9, 10, 5, 4, 3, 2};
  constexpr std::string_view kChecks = "21987654321";
  return kChecks[static_cast<size_t>(weighted(id.substr(1), kWeights) % 11)] == id[0];
}

bool ie_pps(std::string_view id) noexcept {
  if (id.size() < 8 || id.size() > 9 || !digits_only(id.substr(0, 7), 7) || !is_upper(id[7])) {
    return false;
  }
  constexpr std::array kWeights{8, 7, 6, 5, 4, 3, 2};
  int sum = weighted(id, kWeights);
  if (id.size() == 9) {
    if (!is_upper(id[8])) return false;
    sum += id[8] == 'W' ? 0 : (id[8] - 'A' + 1) * 9;
  }
  const int check = sum % 23;
  return id[7] == (check == 0 ? 'W' : static_cast<char>('A' + check - 1));
}

// Of the first ten digits one stands two or three times and no other more than once; three in a row
// are not used.
bool de_steuer_id(std::string_view id) noexcept {
  if (!digits_only(id, 11) || id[0] == '0') return false;
  std::array<int, 10> count{};
  for (size_t i = 0; i < 10; ++i) ++count[static_cast<size_t>(digit(id[i]))];
  int repeated = 0;
  for (size_t value = 0; value < 10; ++value) {
    if (count[value] > 3) return false;
    if (count[value] > 1) ++repeated;
  }
  for (size_t i = 0; i + 2 < 10; ++i) {
    if (id[i] == id[i + 1] && id[i] == id[i + 2]) return false;
  }
  return repeated == 1 && mod_11_10(id);
}

// ICAO 9303: weights 7, 3, 1.
bool de_ausweis(std::string_view id) noexcept {
  if (id.size() != 10 || !is_digit(id[9])) return false;
  constexpr std::array kWeights{7, 3, 1};
  int sum = 0;
  for (size_t i = 0; i < 9; ++i) sum += alnum_value(id[i]) * kWeights[i % 3];
  return sum % 10 == digit(id[9]) && !is_one_character(id);
}

bool de_kvnr(std::string_view id) noexcept {
  if (id.size() != 10 || !is_upper(id[0]) || !digits_only(id.substr(1), 9)) return false;
  const int letter = id[0] - 'A' + 1;
  std::array<int, 10> digits{letter / 10, letter % 10};
  for (size_t i = 0; i < 8; ++i) digits[i + 2] = digit(id[i + 1]);
  return cross_sum(digits, {1, 2, 1, 2, 1, 2, 1, 2, 1, 2}) % 10 == digit(id[9]);
}

bool de_rvnr(std::string_view id) noexcept {
  if (id.size() != 12 || !digits_only(id.substr(0, 8), 8) || !is_upper(id[8]) ||
      !digits_only(id.substr(9), 3)) {
    return false;
  }
  const int letter = id[8] - 'A' + 1;
  std::array<int, 12> digits{};
  for (size_t i = 0; i < 8; ++i) digits[i] = digit(id[i]);
  digits[8] = letter / 10;
  digits[9] = letter % 10;
  digits[10] = digit(id[9]);
  digits[11] = digit(id[10]);
  return cross_sum(digits, {2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1}) % 10 == digit(id[11]);
}

// Corsica: 2A counts as 19, 2B as 18.
bool fr_nir(std::string_view id) noexcept {
  if (id.size() != 15 || id[0] == '0' || !digits_only(id.substr(0, 6), 6) ||
      !digits_only(id.substr(7), 8)) {
    return false;
  }
  const char second = id[6];
  const bool corsica = (second == 'A' || second == 'B') && id[5] == '2';
  if (!is_digit(second) && !corsica) return false;
  uint64_t value = number(id.substr(0, 5));
  value = value * 100 + (corsica ? (second == 'A' ? 19U : 18U) : number(id.substr(5, 2)));
  value = value * 1000000 + number(id.substr(7, 6));
  return 97 - value % 97 == number(id.substr(13, 2));
}

// SIREN and SIRET; the establishments of La Poste (356000000) count digits by five instead.
bool fr_siren(std::string_view id) noexcept {
  if (is_one_character(id)) return false;
  if (digits_only(id, 9)) return luhn_ok(id);
  if (!digits_only(id, 14)) return false;
  if (id.substr(0, 9) != "356000000") return luhn_ok(id);
  int sum = 0;
  for (const char c : id) sum += digit(c);
  return sum % 5 == 0 || luhn_ok(id);
}

bool nl_bsn(std::string_view id) noexcept {
  if (!digits_only(id, 9) || is_one_character(id)) return false;
  constexpr std::array kWeights{9, 8, 7, 6, 5, 4, 3, 2, -1};
  return weighted(id, kWeights) % 11 == 0;
}

// For those born from 2000 on a 2 stands in front of the number.
bool be_nn(std::string_view id) noexcept {
  if (!digits_only(id, 11) || is_one_character(id)) return false;
  const uint64_t front = number(id.substr(0, 9));
  const uint64_t check = number(id.substr(9));
  return 97 - front % 97 == check || 97 - (front + 2000000000) % 97 == check;
}

// The check digit stands fourth.
bool at_svnr(std::string_view id) noexcept {
  if (!digits_only(id, 10) || id[0] == '0') return false;
  constexpr std::array kWeights{3, 7, 9, 0, 5, 8, 4, 2, 1, 6};
  return weighted(id, kWeights) % 11 == digit(id[3]);
}

// EAN-13.
bool ch_ahv(std::string_view id) noexcept {
  if (!digits_only(id, 13) || id.substr(0, 3) != "756") return false;
  constexpr std::array kWeights{1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1};
  return weighted(id, kWeights) % 10 == 0;
}

}  // namespace faultline::redaction::validate
