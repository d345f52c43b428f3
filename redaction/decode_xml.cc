// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "redaction/decode.h"
#include "redaction/utf8.h"

#include <algorithm>
#include <array>
#include <utility>

namespace faultline::redaction {
namespace {

// `&#x10FFFF;` is the longest that means something.
constexpr size_t kReferenceMax = 10;

uint32_t digit_of(char c, uint32_t base) {
  if (is_ascii_digit(c)) return static_cast<uint32_t>(c - '0');
  const char lower = ascii_lower(c);
  const bool is_hex = base == 16 && lower >= 'a' && lower <= 'f';
  return is_hex ? static_cast<uint32_t>(lower - 'a') + 10 : base;
}

// The character of `#64` or `#x40`, or 0.
uint32_t numbered(std::string_view name) {
  const bool is_hex = name.size() > 1 && name[1] == 'x';
  const uint32_t base = is_hex ? 16 : 10;
  uint32_t code = 0;
  const std::string_view digits = name.substr(is_hex ? 2 : 1);
  for (const char c : digits) {
    const uint32_t digit = digit_of(c, base);
    if (digit == base) return 0;
    code = code * base + digit;
  }
  const bool is_character = !digits.empty() && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
  return is_character ? code : 0;
}

uint32_t character_of(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, char>, 5> kEntities{
      {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
  if (name.starts_with('#')) return numbered(name);
  for (const auto& [entity, c] : kEntities) {
    if (name == entity) return static_cast<uint32_t>(c);
  }
  return 0;
}

}  // namespace

MappedText unescape_xml(std::string_view source) {
  MappedText out;
  out.text.reserve(source.size());
  out.at.reserve(source.size() + 1);
  for (size_t i = 0; i < source.size();) {
    const size_t before = out.text.size();
    size_t length = 1;
    uint32_t code = 0;
    if (source[i] == '&') {
      const size_t end = source.substr(i, kReferenceMax).find(';');
      if (end != std::string_view::npos) code = character_of(source.substr(i + 1, end - 1));
      if (code != 0) length = end + 1;
    }
    if (code != 0) {
      append_utf8(out.text, code);
    } else {
      out.text += source[i];
    }
    out.at.insert(out.at.end(), out.text.size() - before, static_cast<uint32_t>(i));
    i += length;
  }
  out.at.push_back(static_cast<uint32_t>(source.size()));
  return out;
}

}  // namespace faultline::redaction
