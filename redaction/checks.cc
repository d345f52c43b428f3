// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/checks.h"

#include "proxy/base/text.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace faultline::redaction {
namespace {

constexpr uint32_t lengths(std::initializer_list<unsigned> list) {
  uint32_t mask = 0;
  for (const unsigned length : list) mask |= 1U << length;
  return mask;
}

constexpr uint32_t k16 = lengths({16});
constexpr uint32_t k16To19 = lengths({16, 17, 18, 19});
constexpr uint32_t k12To19 = lengths({12, 13, 14, 15, 16, 17, 18, 19});
constexpr uint32_t k14To19 = lengths({14, 15, 16, 17, 18, 19});

// Prefixes of `digits` digits from `first` to `last`. Ranges may overlap; a number is covered when
// any row that holds its prefix issues its length.
struct IssuerRange {
  uint8_t digits;
  uint32_t first;
  uint32_t last;
  uint32_t lengths;
};

constexpr std::array kIssuers{
    IssuerRange{1, 4, 4, lengths({13, 16, 19})},            // Visa
    IssuerRange{2, 51, 55, k16},                            // Mastercard
    IssuerRange{4, 2221, 2720, k16},                        // Mastercard
    IssuerRange{2, 34, 34, lengths({15})},                  // American Express
    IssuerRange{2, 37, 37, lengths({15})},                  // American Express
    IssuerRange{4, 6011, 6011, k16To19},                    // Discover
    IssuerRange{3, 644, 649, k16To19},                      // Discover
    IssuerRange{2, 65, 65, k16To19},                        // Discover
    IssuerRange{2, 36, 36, k14To19},                        // Diners
    IssuerRange{3, 300, 305, k14To19},                      // Diners
    IssuerRange{4, 3095, 3095, k14To19},                    // Diners
    IssuerRange{2, 38, 39, k14To19},                        // Diners
    IssuerRange{4, 3528, 3589, k16To19},                    // JCB
    IssuerRange{2, 62, 62, k16To19},                        // UnionPay
    IssuerRange{2, 81, 81, k16To19},                        // UnionPay
    IssuerRange{4, 5018, 5018, k12To19},                    // Maestro
    IssuerRange{4, 5020, 5020, k12To19},                    // Maestro
    IssuerRange{4, 5038, 5038, k12To19},                    // Maestro
    IssuerRange{4, 5893, 5893, k12To19},                    // Maestro
    IssuerRange{4, 6304, 6304, k12To19},                    // Maestro
    IssuerRange{4, 6759, 6759, k12To19},                    // Maestro
    IssuerRange{4, 6761, 6763, k12To19},                    // Maestro
    IssuerRange{4, 2200, 2204, k16To19},                    // Mir
    IssuerRange{4, 9792, 9792, k16},                        // Troy
    IssuerRange{2, 60, 60, k16},                            // RuPay
    IssuerRange{2, 82, 82, k16},                            // RuPay
    IssuerRange{3, 508, 508, k16},                          // RuPay
    IssuerRange{6, 506099, 506198, lengths({16, 18, 19})},  // Verve
    IssuerRange{6, 507865, 507964, lengths({16, 18, 19})},  // Verve
    IssuerRange{4, 5019, 5019, k16},                        // Dankort
    IssuerRange{4, 5067, 5067, k16},                        // Elo
    IssuerRange{4, 5090, 5090, k16},                        // Elo
    IssuerRange{4, 6363, 6363, k16},                        // Elo
    IssuerRange{3, 636, 636, k16To19},                      // InterPayment
};

// The lengths that some issuer gives to numbers with these first three digits, bit 0 for
// kCardDigitsMin: most groups of digits end here, before a sum is made.
constexpr std::array<uint8_t, 1000> kLengthsByFront = [] {
  std::array<uint8_t, 1000> out{};
  for (const auto& range : kIssuers) {
    uint32_t first = range.first;
    uint32_t last = range.last;
    for (unsigned digits = range.digits; digits > 3; --digits) {
      first /= 10;
      last /= 10;
    }
    for (unsigned digits = range.digits; digits < 3; ++digits) {
      first *= 10;
      last = last * 10 + 9;
    }
    for (uint32_t front = first; front <= last; ++front) {
      out[front] = static_cast<uint8_t>(out[front] | range.lengths >> kCardDigitsMin);
    }
  }
  return out;
}();

struct Country {
  std::string_view code;
  uint8_t length;
};

// The IBAN registry's lengths.
constexpr std::array kCountries{
    Country{"AD", 24}, Country{"AE", 23}, Country{"AL", 28}, Country{"AT", 20}, Country{"AZ", 28},
    Country{"BA", 20}, Country{"BE", 16}, Country{"BG", 22}, Country{"BH", 22}, Country{"BI", 27},
    Country{"BR", 29}, Country{"BY", 28}, Country{"CH", 21}, Country{"CR", 22}, Country{"CY", 28},
    Country{"CZ", 24}, Country{"DE", 22}, Country{"DJ", 27}, Country{"DK", 18}, Country{"DO", 28},
    Country{"EE", 20}, Country{"EG", 29}, Country{"ES", 24}, Country{"FI", 18}, Country{"FK", 18},
    Country{"FO", 18}, Country{"FR", 27}, Country{"GB", 22}, Country{"GE", 22}, Country{"GI", 23},
    Country{"GL", 18}, Country{"GR", 27}, Country{"GT", 28}, Country{"HN", 28}, Country{"HR", 21},
    Country{"HU", 28}, Country{"IE", 22}, Country{"IL", 23}, Country{"IQ", 23}, Country{"IS", 26},
    Country{"IT", 27}, Country{"JO", 30}, Country{"KW", 30}, Country{"KZ", 20}, Country{"LB", 28},
    Country{"LC", 32}, Country{"LI", 21}, Country{"LT", 20}, Country{"LU", 20}, Country{"LV", 21},
    Country{"LY", 25}, Country{"MC", 27}, Country{"MD", 24}, Country{"ME", 22}, Country{"MK", 19},
    Country{"MN", 20}, Country{"MR", 27}, Country{"MT", 31}, Country{"MU", 30}, Country{"NI", 28},
    Country{"NL", 18}, Country{"NO", 15}, Country{"OM", 23}, Country{"PK", 24}, Country{"PL", 28},
    Country{"PS", 29}, Country{"PT", 25}, Country{"QA", 29}, Country{"RO", 24}, Country{"RS", 22},
    Country{"RU", 33}, Country{"SA", 24}, Country{"SC", 31}, Country{"SD", 18}, Country{"SE", 24},
    Country{"SI", 19}, Country{"SK", 24}, Country{"SM", 27}, Country{"SO", 23}, Country{"ST", 25},
    Country{"SV", 28}, Country{"TL", 23}, Country{"TN", 24}, Country{"TR", 26}, Country{"UA", 29},
    Country{"VA", 22}, Country{"VG", 24}, Country{"XK", 20}, Country{"YE", 30},
};

// By the two letters: any two of them in front of two digits are asked for.
constexpr std::array<uint8_t, 676> kIbanLengths = [] {
  std::array<uint8_t, 676> out{};
  for (const auto& country : kCountries) {
    const auto first = static_cast<size_t>(country.code[0] - 'A');
    out[first * 26 + static_cast<size_t>(country.code[1] - 'A')] = country.length;
  }
  return out;
}();

}  // namespace

bool luhn_ok(std::string_view digits) noexcept {
  if (digits.empty()) return false;
  LuhnSum sum;
  for (const char c : digits) {
    if (!is_ascii_digit(c)) return false;
    sum.add(c);
  }
  return sum.is_ok();
}

uint32_t possible_card_lengths(std::string_view front) noexcept {
  if (front.size() < 3) return 0;
  size_t number = 0;
  for (const char c : front.substr(0, 3)) {
    if (!is_ascii_digit(c)) return 0;
    number = number * 10 + static_cast<size_t>(c - '0');
  }
  return uint32_t{kLengthsByFront[number]} << kCardDigitsMin;
}

bool card_range_ok(std::string_view digits) noexcept {
  if (digits.size() < kCardDigitsMin || digits.size() > kCardDigitsMax) return false;
  const uint32_t length = 1U << digits.size();
  std::array<uint32_t, 7> prefix{};
  for (size_t i = 0; i < 6; ++i) {
    if (!is_ascii_digit(digits[i])) return false;
    prefix[i + 1] = prefix[i] * 10 + static_cast<uint32_t>(digits[i] - '0');
  }
  return std::any_of(kIssuers.begin(), kIssuers.end(), [&](const IssuerRange& range) {
    const uint32_t value = prefix[range.digits];
    return value >= range.first && value <= range.last && (range.lengths & length) != 0;
  });
}

bool is_card_number(std::string_view digits) noexcept {
  // The sum before the ranges: it costs less than they do and refuses nine of ten.
  if (digits.size() < kCardDigitsMin || digits.size() > kCardDigitsMax) return false;
  const bool may_be_issued = (possible_card_lengths(digits) >> digits.size() & 1U) != 0;
  return may_be_issued && luhn_ok(digits) && card_range_ok(digits);
}

size_t iban_length(std::string_view country) noexcept {
  if (country.size() != 2) return 0;
  const auto first = static_cast<size_t>(country[0] - 'A');
  const auto second = static_cast<size_t>(country[1] - 'A');
  return first < 26 && second < 26 ? kIbanLengths[first * 26 + second] : 0;
}

bool iban_checksum_ok(std::string_view iban) noexcept {
  if (iban.size() < 5) return false;
  // Digits are gathered until they would not fit any more: the division costs more than the rest.
  constexpr uint64_t kFull = 100000000000000000;
  uint64_t number = 0;
  for (const std::string_view part : {iban.substr(4), iban.substr(0, 4)}) {
    for (const char c : part) {
      if (is_ascii_digit(c)) {
        number = number * 10 + static_cast<uint64_t>(c - '0');
      } else if (c >= 'A' && c <= 'Z') {
        number = number * 100 + static_cast<uint64_t>(c - 'A') + 10;
      } else {
        return false;
      }
      if (number >= kFull) number %= 97;
    }
  }
  return number % 97 == 1;
}

bool is_iban(std::string_view iban) noexcept {
  return iban.size() >= 5 && iban_length(iban.substr(0, 2)) == iban.size() &&
         is_ascii_digit(iban[2]) && is_ascii_digit(iban[3]) && iban_checksum_ok(iban);
}

}  // namespace faultline::redaction
