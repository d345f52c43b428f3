// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/yaml/scalar.h"

#include "proxy/base/text.h"

#include <fmt/core.h>

#include <array>
#include <optional>

namespace faultline::yaml {
namespace {

bool is_one_of(std::string_view text, const std::array<std::string_view, 3>& words) {
  return text == words[0] || text == words[1] || text == words[2];
}

// Takes the digits at the front.
std::string_view take_digits(std::string_view& text) {
  size_t count = 0;
  while (count < text.size() && is_ascii_digit(text[count])) ++count;
  const auto digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

std::optional<std::string> radix_number(std::string_view text) {
  if (text.size() < 3 || text[0] != '0' || (text[1] != 'x' && text[1] != 'o')) return std::nullopt;
  const unsigned bits = text[1] == 'x' ? 4 : 3;
  uint64_t value = 0;
  for (const char c : text.substr(2)) {
    const char lower = ascii_lower(c);
    unsigned digit = 16;
    if (is_ascii_digit(c)) digit = static_cast<unsigned>(c - '0');
    if (lower >= 'a' && lower <= 'f') digit = static_cast<unsigned>(lower - 'a' + 10);
    if (digit >= (1U << bits) || value >> (64 - bits) != 0) return std::nullopt;
    value = (value << bits) | digit;
  }
  return fmt::format("{}", value);
}

// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
std::optional<std::string> decimal_number(std::string_view text) {
  std::string number;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    if (text[0] == '-') number += '-';
    text.remove_prefix(1);
  }
  auto whole = take_digits(text);
  const bool has_whole = !whole.empty();
  while (whole.size() > 1 && whole[0] == '0') whole.remove_prefix(1);
  number += has_whole ? whole : "0";
  if (!text.empty() && text[0] == '.') {
    text.remove_prefix(1);
    const auto fraction = take_digits(text);
    if (fraction.empty() && !has_whole) return std::nullopt;
    number += '.';
    number += fraction.empty() ? "0" : fraction;
  } else if (!has_whole) {
    return std::nullopt;
  }
  if (!text.empty() && ascii_lower(text[0]) == 'e') {
    number += 'e';
    text.remove_prefix(1);
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
      if (text[0] == '-') number += '-';
      text.remove_prefix(1);
    }
    const auto exponent = take_digits(text);
    if (exponent.empty()) return std::nullopt;
    number += exponent;
  }
  if (!text.empty()) return std::nullopt;
  return number;
}

}  // namespace

CoreScalar resolve_plain(std::string_view text) {
  using Kind = CoreScalar::Kind;
  if (text.empty() || text == "~" || is_one_of(text, {"null", "Null", "NULL"})) {
    return {Kind::Null, false, {}};
  }
  if (is_one_of(text, {"true", "True", "TRUE"})) return {Kind::Bool, true, {}};
  if (is_one_of(text, {"false", "False", "FALSE"})) return {Kind::Bool, false, {}};
  const char c = text[0];
  if (!is_ascii_digit(c) && c != '-' && c != '+' && c != '.') return {};
  auto number = radix_number(text);
  if (!number) number = decimal_number(text);
  if (!number) return {};
  return {Kind::Number, false, std::move(*number)};
}

}  // namespace faultline::yaml
