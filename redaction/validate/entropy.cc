// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#include "redaction/validate/entropy.h"

#include "redaction/validate/arithmetic.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace faultline::redaction::validate {
namespace {

constexpr size_t kTokenMin = 16;
constexpr double kEntropyMin = 0.80;
constexpr double kSurpriseMin = 5.0;
constexpr size_t kPairsMin = 4;

// Bits of surprise of each letter (column) after each letter (row), 9 at most: counted over the
// words of this project's documents and headers.
constexpr std::array<std::string_view, 26> kSurprise{
    "96349759596343959343487869", "49992999559399299669499939", "39693993695399289663699989",
    "49851879299659489448699659", "49445679896553857234965479", "29784499299599299475599989",
    "49791975399734599455598999", "29991999499999399595799989", "68444669899552477533969996",
    "99992999899999399919578999", "67671798289884859748689999", "39943799299499379953399969",
    "25851999499679449869699999", "49433639697696399933689989", "77545469597452459355465699",
    "29953986599499459353599989", "99999999999899999999099999", "39642879396865399544468959",
    "59493995497699449941697999", "49633992399599469346598969", "56533689499353959344999999",
    "29991999299999399999999999", "39993992399994399458999999", "59296999699989939992999639",
    "59894796799575529931995998", "69990999899999899989999995",
};

constexpr bool is_hex_lower(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
constexpr bool is_letter(char c) { return is_upper(upper(c)); }

// How many characters the kind of text that this is chooses from.
double alphabet_size(std::string_view text) {
  bool lower_case = false;
  bool upper_case = false;
  bool digits = false;
  bool other = false;
  for (const char c : text) {
    lower_case = lower_case || (c >= 'a' && c <= 'z');
    upper_case = upper_case || is_upper(c);
    digits = digits || is_digit(c);
    other = other || (!is_digit(c) && !is_letter(c));
  }
  const bool hex = !upper_case && std::all_of(text.begin(), text.end(), is_hex_lower);
  if (hex) return 16;
  return (lower_case ? 26 : 0) + (upper_case ? 26 : 0) + (digits ? 10 : 0) + (other ? 2 : 0);
}

}  // namespace

double normalised_entropy(std::string_view text) noexcept {
  if (text.size() < 2) return 0;
  std::array<unsigned, 256> count{};
  for (const char c : text) ++count[static_cast<unsigned char>(c)];
  double bits = 0;
  for (const unsigned n : count) {
    if (n == 0) continue;
    const double share = static_cast<double>(n) / static_cast<double>(text.size());
    bits -= share * std::log2(share);
  }
  const double most = std::log2(std::min(alphabet_size(text), static_cast<double>(text.size())));
  return most > 0 ? std::min(1.0, bits / most) : 0;
}

double pair_surprise(std::string_view text) noexcept {
  int sum = 0;
  int pairs = 0;
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    if (!is_letter(text[i]) || !is_letter(text[i + 1])) continue;
    sum += digit(kSurprise[static_cast<size_t>(upper(text[i]) - 'A')]
                          [static_cast<size_t>(upper(text[i + 1]) - 'A')]);
    ++pairs;
  }
  return pairs == 0 ? 0 : static_cast<double>(sum) / pairs;
}

bool token_like(std::string_view text) noexcept {
  if (text.size() < kTokenMin) return false;
  const auto digits = std::count_if(text.begin(), text.end(), is_digit);
  const auto letters = std::count_if(text.begin(), text.end(), is_letter);
  if (digits == 0 || letters == 0) return false;
  // Digests and UUIDs name things, and whoever knows a digest knows nothing else.
  const bool hex =
      std::all_of(text.begin(), text.end(), [](char c) { return is_hex_lower(c) || c == '-'; });
  size_t pairs = 0;
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    pairs += is_letter(text[i]) && is_letter(text[i + 1]) ? 1 : 0;
  }
  return !hex && pairs >= kPairsMin && normalised_entropy(text) >= kEntropyMin &&
         pair_surprise(text) >= kSurpriseMin;
}

}  // namespace faultline::redaction::validate
