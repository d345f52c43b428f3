// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#include "redaction/validate/contact.h"

#include "redaction/checks.h"
#include "redaction/validate/arithmetic.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace faultline::redaction::validate {
namespace {

bool is_hex(char c) {
  const char u = upper(c);
  return is_digit(c) || (u >= 'A' && u <= 'F');
}

bool ipv4(std::string_view text) {
  int parts = 0;
  int first = 0;
  while (!text.empty()) {
    const size_t dot = std::min(text.find('.'), text.size());
    const std::string_view part = text.substr(0, dot);
    if (part.empty() || part.size() > 3 || !digits_only(part, part.size()) || number(part) > 255) {
      return false;
    }
    if (parts++ == 0) first = static_cast<int>(number(part));
    text.remove_prefix(std::min(dot + 1, text.size()));
  }
  return parts == 4 && first != 0 && first != 127;
}

// Eight groups, or fewer around one `::`.
bool ipv6(std::string_view text) {
  const size_t gap = text.find("::");
  if (gap != std::string_view::npos && text.find("::", gap + 1) != std::string_view::npos) {
    return false;
  }
  size_t groups = 0;
  size_t length = 0;
  for (const char c : text) {
    if (c != ':' && !is_hex(c)) return false;
    if (c != ':' && ++length > 4) return false;
    if (c != ':' && length == 1) ++groups;
    if (c == ':') length = 0;
  }
  return gap == std::string_view::npos ? groups == 8 : groups >= 2 && groups < 8;
}

// `2026-02-03`, `03.02.2026` and the like.
bool looks_like_date(std::string_view text) {
  if (text.size() != 10) return false;
  const auto fits = [text](std::string_view layout) {
    for (size_t i = 0; i < layout.size(); ++i) {
      if ((layout[i] == '0') != is_digit(text[i])) return false;
    }
    return true;
  };
  return fits("0000-00-00") || fits("00-00-0000");
}

}  // namespace

bool has_digits(std::string_view text) noexcept {
  return std::count_if(text.begin(), text.end(), is_digit) >= 3 && !is_one_character(text);
}

bool imei(std::string_view digits) noexcept {
  if (!digits_only(digits, 15) || is_one_character(digits)) return false;
  return luhn_ok(digits) || (digits[0] >= '2' && digits[0] <= '7');
}

bool ip_address(std::string_view text) noexcept {
  return text.find(':') == std::string_view::npos ? ipv4(text) : ipv6(text);
}

bool mac_address(std::string_view hex) noexcept {
  return hex.size() == 12 && std::all_of(hex.begin(), hex.end(), is_hex) &&
         !(is_one_character(hex) && (hex[0] == '0' || hex[0] == 'F'));
}

bool phone_national(std::string_view text) noexcept {
  std::array<char, 15> digits{};
  size_t count = 0;
  for (const char c : text) {
    if (!is_digit(c)) continue;
    if (count == digits.size()) return false;
    digits[count++] = c;
  }
  return count >= 7 && !is_one_character({digits.data(), count}) && !looks_like_date(text);
}

bool vin(std::string_view text) noexcept {
  constexpr std::array<int, 26> kValues{1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4,
                                        5, 0, 7, 0, 9, 2, 3, 4, 5, 6, 7, 8, 9};
  constexpr std::array<int, 17> kWeights{8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2};
  if (text.size() != 17 || !has_digits(text)) return false;
  int sum = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == 'I' || c == 'O' || c == 'Q' || (!is_digit(c) && !is_upper(c))) return false;
    sum += (is_digit(c) ? digit(c) : kValues[static_cast<size_t>(c - 'A')]) * kWeights[i];
  }
  const bool american = text[0] >= '1' && text[0] <= '5';
  const char check = sum % 11 == 10 ? 'X' : static_cast<char>('0' + sum % 11);
  return !american || text[8] == check;
}

}  // namespace faultline::redaction::validate
