// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#include "redaction/checks.h"
#include "redaction/validate/arithmetic.h"
#include "redaction/validate/national.h"

#include <array>
#include <cstdint>
#include <string_view>

// Council directive 2006/112/EC leaves the numbers to the countries; the check digits here are
// those the countries publish. Of the others the layout is checked, no more.
namespace faultline::redaction::validate {
namespace {

using Rule = bool (*)(std::string_view) noexcept;

bool digits_8_to_10(std::string_view id) noexcept {
  return id.size() >= 8 && id.size() <= 10 && digits_only(id, id.size()) && !is_one_character(id);
}

bool austria(std::string_view id) noexcept {
  if (id.size() != 9 || id[0] != 'U' || !digits_only(id.substr(1), 8)) return false;
  int sum = 4;
  for (size_t i = 0; i < 7; ++i) {
    const int value = digit(id[i + 1]) * (i % 2 == 0 ? 1 : 2);
    sum += value / 10 + value % 10;
  }
  return (10 - sum % 10) % 10 == digit(id[8]);
}

bool belgium(std::string_view id) noexcept {
  return digits_only(id, 10) && id[0] <= '1' && !is_one_character(id) &&
         97 - number(id.substr(0, 8)) % 97 == number(id.substr(8));
}

bool germany(std::string_view id) noexcept {
  return digits_only(id, 9) && id[0] != '0' && mod_11_10(id);
}

bool denmark(std::string_view id) noexcept {
  return digits_only(id, 8) && id[0] != '0' &&
         weighted(id, std::array{2, 7, 6, 5, 4, 3, 2, 1}) % 11 == 0;
}

bool estonia(std::string_view id) noexcept {
  return digits_only(id, 9) && !is_one_character(id) &&
         weighted(id, std::array{3, 7, 1, 3, 7, 1, 3, 7, 1}) % 10 == 0;
}

bool greece(std::string_view id) noexcept {
  return digits_only(id, 9) && !is_one_character(id) &&
         weighted(id, std::array{256, 128, 64, 32, 16, 8, 4, 2}) % 11 % 10 == digit(id[8]);
}

bool finland(std::string_view id) noexcept {
  return digits_only(id, 8) && !is_one_character(id) &&
         (11 - weighted(id, std::array{7, 9, 10, 5, 8, 4, 2}) % 11) % 11 == digit(id[7]);
}

// Two check characters in front of a SIREN; old ones may be letters, which count nothing here.
bool france(std::string_view id) noexcept {
  if (id.size() != 11 || !fr_siren(id.substr(2))) return false;
  if (!digits_only(id.substr(0, 2), 2)) return true;
  return (12 + 3 * (number(id.substr(2)) % 97)) % 97 == number(id.substr(0, 2));
}

bool hungary(std::string_view id) noexcept {
  return digits_only(id, 8) && !is_one_character(id) &&
         weighted(id, std::array{9, 7, 3, 1, 9, 7, 3, 1}) % 10 == 0;
}

bool luxembourg(std::string_view id) noexcept {
  return digits_only(id, 8) && !is_one_character(id) &&
         number(id.substr(0, 6)) % 89 == number(id.substr(6));
}

bool sweden(std::string_view id) noexcept {
  return digits_only(id, 12) && id.substr(10) == "01" && luhn_ok(id.substr(0, 10));
}

bool slovenia(std::string_view id) noexcept {
  if (!digits_only(id, 8) || id[0] == '0') return false;
  const int check = 11 - weighted(id, std::array{8, 7, 6, 5, 4, 3, 2}) % 11;
  return check != 11 && check % 10 == digit(id[7]);
}

bool slovakia(std::string_view id) noexcept {
  return digits_only(id, 10) && id[0] != '0' && number(id) % 11 == 0;
}

bool poland(std::string_view id) noexcept { return id.size() == 10 && pl_nip(id); }

bool layout(std::string_view id) noexcept {
  size_t digits = 0;
  for (const char c : id) digits += is_digit(c) ? 1 : 0;
  return digits + 3 >= id.size() && digits >= 7;
}

struct Country {
  std::string_view code;
  Rule rule;
};

constexpr std::array kCountries{
    Country{"AT", austria},    Country{"BE", belgium},        Country{"BG", digits_8_to_10},
    Country{"CY", layout},     Country{"CZ", digits_8_to_10}, Country{"DE", germany},
    Country{"DK", denmark},    Country{"EE", estonia},        Country{"EL", greece},
    Country{"ES", layout},     Country{"FI", finland},        Country{"FR", france},
    Country{"GB", layout},     Country{"HR", hr_oib},         Country{"HU", hungary},
    Country{"IE", layout},     Country{"IT", it_partita},     Country{"LT", layout},
    Country{"LU", luxembourg}, Country{"LV", layout},         Country{"MT", digits_8_to_10},
    Country{"NL", layout},     Country{"PL", poland},         Country{"PT", pt_nif},
    Country{"RO", layout},     Country{"SE", sweden},         Country{"SI", slovenia},
    Country{"SK", slovakia},   Country{"XI", layout},
};

}  // namespace

bool eu_vat(std::string_view id) noexcept {
  if (id.substr(0, 3) == "CHE") return digits_only(id.substr(3), 9);
  if (id.size() < 10) return false;
  for (const auto& country : kCountries) {
    if (country.code == id.substr(0, 2)) return country.rule(id.substr(2));
  }
  return false;
}

}  // namespace faultline::redaction::validate
