// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// Names in front of values in texts without a structure of their own: connection strings, log
// lines, queries inside URLs, broken JSON, XML elements.
#include "proxy/base/text.h"
#include "redaction/scanner.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace faultline::redaction {
namespace {

constexpr size_t kNameMax = 64;
// To look at so few costs less than to call for help.
constexpr size_t kFewBytes = 8;

bool is_name_char(char c) {
  return is_alnum(c) || c == '_' || c == '-' || c == '.' || c == '[' || c == ']' || c == '$';
}
bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }

// The name that ends before `mark`, spaces and a closing quote left out.
std::string_view name_before(std::string_view text, size_t mark) {
  size_t end = mark;
  while (end > 0 && mark - end < 2 && text[end - 1] == ' ') --end;
  if (end > 0 && is_quote(text[end - 1])) --end;
  size_t begin = end;
  while (begin > 0 && end - begin < kNameMax && is_name_char(text[begin - 1])) --begin;
  return text.substr(begin, end - begin);
}

// Up to the same quote; one that is missing takes everything.
Range quoted_value(std::string_view text, size_t open) {
  size_t i = open + 1;
  while (i < text.size() && text[i] != text[open]) i += text[i] == '\\' ? 2 : 1;
  return {open + 1, std::min(i, text.size())};
}

Range trimmed(std::string_view text, Range range, std::string_view back) {
  while (range.end > range.begin && back.find(text[range.end - 1]) != std::string_view::npos) {
    --range.end;
  }
  return range;
}

constexpr std::array<bool, 256> bytes_of(std::string_view bytes) {
  std::array<bool, 256> table{};
  for (const char c : bytes) table[static_cast<unsigned char>(c)] = true;
  return table;
}

// The first of the bytes, or of `or_this`, from `begin` on.
size_t first_of(std::string_view text, size_t begin, const std::array<bool, 256>& bytes,
                char or_this = '\n') {
  while (begin < text.size() && !bytes[static_cast<unsigned char>(text[begin])] &&
         text[begin] != or_this) {
    ++begin;
  }
  return begin;
}

// After an equals sign. A header's value has a grammar of its own, with spaces.
Range assigned_value(std::string_view text, size_t begin, NameKind kind) {
  static constexpr auto kOfHeader = bytes_of("\r\n&\"'<>");
  static constexpr auto kOfOthers = bytes_of(" \t\r\n&;\"'<>");
  const size_t end = first_of(text, begin, has_parts(kind) ? kOfHeader : kOfOthers);
  return trimmed(text, {begin, end}, " ,)}]|`");
}

// After a colon: to the end of the line or of the member; in `'Name: value'` to the quote.
Range declared_value(std::string_view text, size_t begin, NameKind kind, char before_name) {
  static constexpr auto kOfHeader = bytes_of("\r\n");
  static constexpr auto kOfOthers = bytes_of("\r\n,;\"<}");
  const char quote = is_quote(before_name) ? before_name : '\n';
  const size_t end = first_of(text, begin, has_parts(kind) ? kOfHeader : kOfOthers, quote);
  return trimmed(text, {begin, end}, " \t");
}

bool is_literal(std::string_view value) {
  return value == "null" || value == "true" || value == "false";
}

// Behind a colon: the start of a structure, or the rest of a URL's scheme. Asked before the value's
// end is looked for, which may be far away, again for every such start.
bool begins_structure(std::string_view value) {
  return value.starts_with('{') || value.starts_with('[') || value.starts_with("//");
}

std::optional<Find> found(Range range, NameKind kind, bool quoted) {
  if (range.end <= range.begin) return std::nullopt;
  return Find{.range = range, .kind = kind, .quoted = quoted};
}

std::optional<Find> find_element(std::string_view text, size_t mark, NameCache& names) {
  constexpr std::string_view kData = "<![CDATA[";
  const auto open = find_tag(text, mark);
  if (!open) return std::nullopt;
  const std::string_view tag = text.substr(*open + 1, mark - *open - 1);
  const NameKind kind = names.find(tag_name(tag)).kind;
  if (!decides(kind)) return std::nullopt;
  const size_t begin = mark + 1;
  if (text.substr(begin, kData.size()) == kData) {
    const size_t end = std::min(text.find("]]>", begin), text.size());
    return found({begin + kData.size(), end}, kind, true);
  }
  return found({begin, std::min(text.find('<', begin), text.size())}, kind, true);
}

}  // namespace

std::string_view tag_name(std::string_view tag) noexcept {
  const auto ends = [](char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '/';
  };
  size_t size = 0;
  while (size < tag.size() && !ends(tag[size])) ++size;
  return tag.substr(0, size);
}

std::optional<size_t> find_tag(std::string_view text, size_t mark, size_t from) noexcept {
  const size_t floor = std::max(from, mark > kTagMax ? mark - kTagMax : 0);
  // In a text of marks alone there is hardly a byte between two of them, else there are many: not
  // rfind(), which looks at one at a time.
  if (mark - floor <= kFewBytes) {
    for (size_t i = mark; i > floor; --i) {
      if (text[i - 1] == '<') return i - 1;
    }
    return std::nullopt;
  }
  const auto* const open =
      static_cast<const char*>(memrchr(text.data() + floor, '<', mark - floor));
  if (open == nullptr) return std::nullopt;
  return static_cast<size_t>(open - text.data());
}

std::optional<Find> find_named(std::string_view text, size_t mark, NameCache& names) {
  if (text[mark] == '>') return find_element(text, mark, names);
  const std::string_view name = name_before(text, mark);
  if (name.size() < 2) return std::nullopt;
  const NameKind kind = names.find(name).kind;
  if (!decides(kind)) return std::nullopt;
  size_t begin = mark + 1;
  while (begin < text.size() && (text[begin] == ' ' || text[begin] == '\t')) ++begin;
  if (begin < text.size() && is_quote(text[begin])) {
    return found(quoted_value(text, begin), kind, true);
  }
  if (text[mark] == ':' && begins_structure(text.substr(begin))) return std::nullopt;
  const size_t name_begin = static_cast<size_t>(name.data() - text.data());
  const char before_name = name_begin > 0 ? text[name_begin - 1] : '\0';
  const Range range = text[mark] == '=' ? assigned_value(text, begin, kind)
                                        : declared_value(text, begin, kind, before_name);
  if (is_literal(text.substr(range.begin, range.end - range.begin))) return std::nullopt;
  return found(range, kind, false);
}

}  // namespace faultline::redaction
