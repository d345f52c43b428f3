// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace faultline::http {

/// The character classes of RFC 9110 5.6 and RFC 9112, one table lookup per byte.
enum CharClass : uint8_t {
  kTokenChar = 1,   // tchar
  kValueChar = 2,   // VCHAR, SP, HTAB, obs-text: what a field value may hold
  kTargetChar = 4,  // 21-7E without '#': what a request target may hold
  kHostChar = 8,    // reg-name or IPv4 of a Host value, without comma
};

namespace tokens_detail {

constexpr uint8_t classify(unsigned c) {
  const char ch = static_cast<char>(c);
  const bool is_alphanumeric = c < 0x80 && (is_ascii_alpha(ch) || is_ascii_digit(ch));
  const auto is_one_of = [ch, c](std::string_view set) {
    return c < 0x80 && set.find(ch) != std::string_view::npos;
  };
  unsigned classes = 0;
  if (is_alphanumeric || is_one_of("!#$%&'*+-.^_`|~")) classes |= kTokenChar;
  if (c == 0x09 || (c >= 0x20 && c != 0x7F)) classes |= kValueChar;
  if (c > 0x20 && c < 0x7F && ch != '#') classes |= kTargetChar;
  if (is_alphanumeric || is_one_of("-._~%!$&'()*+;=")) classes |= kHostChar;
  return static_cast<uint8_t>(classes);
}

constexpr std::array<uint8_t, 256> make_table() {
  std::array<uint8_t, 256> table{};
  for (unsigned c = 0; c < 256; ++c) table[c] = classify(c);
  return table;
}

inline constexpr std::array<uint8_t, 256> kClasses = make_table();

}  // namespace tokens_detail

[[nodiscard]] constexpr bool is_in_class(char c, CharClass wanted) noexcept {
  return (tokens_detail::kClasses[static_cast<unsigned char>(c)] & wanted) != 0;
}

[[nodiscard]] constexpr bool are_all_in_class(std::string_view text, CharClass wanted) noexcept {
  return std::all_of(text.begin(), text.end(), [wanted](char c) { return is_in_class(c, wanted); });
}

[[nodiscard]] constexpr bool is_token(std::string_view text) noexcept {
  return !text.empty() && are_all_in_class(text, kTokenChar);
}

/// Without the spaces and tabs at both ends, written for values that mostly have none.
[[nodiscard]] constexpr std::string_view trim_ows(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Calls `visit` with each element of a comma-separated list, trimmed, empty ones included.
template <typename Visit>
constexpr void for_each_element(std::string_view list, Visit visit) {
  while (true) {
    const size_t comma = list.find(',');
    visit(trim_ows(list.substr(0, comma)));
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace faultline::http
