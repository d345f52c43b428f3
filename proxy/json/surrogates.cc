// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/surrogates.h"

#include "proxy/base/text.h"

#include <cstddef>
#include <cstdint>

namespace faultline::json {
namespace {

/// Where the next half begins, or npos. U+D800 to U+DFFF would be 0xED, 0xA0 to 0xBF and any third
/// byte; no other text has the first two in a row.
size_t find_half(std::string_view text, size_t from) noexcept {
  for (size_t at = text.find('\xED', from); at != std::string_view::npos;
       at = text.find('\xED', at + 1)) {
    if (text.size() - at >= 3 && static_cast<unsigned char>(text[at + 1]) >= 0xA0) return at;
  }
  return std::string_view::npos;
}

}  // namespace

std::string replace_lone_surrogates(std::string_view text) {
  std::string valid(text);
  for (size_t at = find_half(valid, 0); at != std::string::npos; at = find_half(valid, at + 3)) {
    valid.replace(at, 3, "\xEF\xBF\xBD");
  }
  return valid;
}

void escape_exactly(std::string& out, std::string_view text) {
  for (size_t at = find_half(text, 0); at != std::string_view::npos; at = find_half(text, 0)) {
    json_escape_to(out, text.substr(0, at));
    const uint32_t high = static_cast<unsigned char>(text[at + 1]) & 0x3FU;
    const uint32_t low = static_cast<unsigned char>(text[at + 2]) & 0x3FU;
    constexpr std::string_view kDigits = "0123456789abcdef";
    const uint32_t unit = 0xD000U | high << 6U | low;
    out += "\\u";
    for (const unsigned shift : {12U, 8U, 4U, 0U}) out += kDigits[unit >> shift & 0xFU];
    text.remove_prefix(at + 3);
  }
  json_escape_to(out, text);
}

std::vector<Value> lone_surrogates(const Document& document) {
  std::vector<Value> found;
  if (!document.has_lone_surrogates()) return found;
  const uint32_t count = document.root().extent();
  for (uint32_t index = 0; index < count; ++index) {
    const Value value(document, index);
    if (value.is_string() && find_half(value.string(), 0) != std::string_view::npos) {
      found.push_back(value);
    }
  }
  return found;
}

}  // namespace faultline::json
