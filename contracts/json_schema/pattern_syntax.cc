// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/pattern_syntax.h"

#include "contracts/json_schema/format_grammar.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace faultline::contracts::json_schema {
namespace {

constexpr std::string_view kSyntaxCharacters = "^$\\.*+?()[]{}|/";
/// Deeper nesting of groups is refused: nobody writes it, and it would cost stack.
constexpr int kGroupDepth = 250;

/// A recursive descent over the grammar. A member function gives false when the text breaks it.
class PatternParser {
 public:
  explicit PatternParser(std::string_view text) : text_(text), rest_(text) {}

  bool run() { return disjunction(0) && rest_.empty() && references_hold(); }

 private:
  [[nodiscard]] bool at(std::string_view token) const noexcept { return rest_.starts_with(token); }
  bool take(std::string_view token) noexcept {
    if (!at(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  bool disjunction(int depth) {
    if (depth > kGroupDepth) return false;
    while (!rest_.empty() && !at(")")) {
      if (take("|")) continue;
      if (!term(depth)) return false;
    }
    return true;
  }

  bool term(int depth) {
    if (take("^") || take("$") || take("\\b") || take("\\B")) return true;
    for (const std::string_view look : {"(?=", "(?!", "(?<=", "(?<!"}) {
      // With `u` no look-around may be repeated.
      if (take(look)) return disjunction(depth + 1) && take(")");
    }
    return atom(depth) && quantifier();
  }

  bool atom(int depth) {
    if (take("(?:")) return disjunction(depth + 1) && take(")");
    if (take("(?<")) {
      if (!group_name()) return false;
      ++groups_;
      return disjunction(depth + 1) && take(")");
    }
    if (at("(?")) return false;
    if (take("(")) {
      ++groups_;
      return disjunction(depth + 1) && take(")");
    }
    if (take("[")) return char_class();
    if (at("\\")) return escape(false).has_value();
    if (rest_.empty() ||
        kSyntaxCharacters.substr(0, 14).find(rest_.front()) != std::string_view::npos) {
      return take(".");
    }
    rest_.remove_prefix(first_code_point(rest_).size);
    return true;
  }

  bool quantifier() {
    if (take("*") || take("+") || take("?")) {
      take("?");
      return true;
    }
    if (!take("{")) return true;
    const auto min = number();
    if (!min) return false;
    auto max = min;
    if (take(",") && !at("}")) max = number();
    if (!max || !take("}")) return false;
    take("?");
    return is_ordered(*min, *max);
  }

  /// The digits without leading zeros.
  std::optional<std::string_view> number() {
    size_t digits = 0;
    while (digits < rest_.size() && is_ascii_digit(rest_[digits])) ++digits;
    if (digits == 0) return std::nullopt;
    std::string_view text = rest_.substr(0, digits);
    rest_.remove_prefix(digits);
    text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
    return text;
  }

  static bool is_ordered(std::string_view min, std::string_view max) noexcept {
    return min.size() != max.size() ? min.size() < max.size() : min <= max;
  }

  bool group_name() {
    const size_t close = rest_.find('>');
    if (close == std::string_view::npos || close == 0) return false;
    const std::string_view name = rest_.substr(0, close);
    const auto is_part = [](char c) {
      return is_alphanumeric(c) || c == '_' || c == '$' || !is_ascii(c);
    };
    if (is_ascii_digit(name.front()) || !std::all_of(name.begin(), name.end(), is_part)) {
      return false;
    }
    rest_.remove_prefix(close + 1);
    return true;
  }

  bool char_class() {
    take("^");
    while (!take("]")) {
      if (rest_.empty()) return false;
      const auto first = class_atom();
      if (!first) return false;
      if (!at("-") || at("-]")) continue;
      take("-");
      if (rest_.empty()) return false;
      const auto last = class_atom();
      // A set such as `\d` cannot end a range, and ranges do not run backwards.
      if (!last || *first == kSet || *last == kSet || *first > *last) return false;
    }
    return true;
  }

  std::optional<uint32_t> class_atom() {
    if (at("\\")) return escape(true);
    const CodePoint point = first_code_point(rest_);
    rest_.remove_prefix(point.size);
    return point.value;
  }

  /// The code point that is meant; kSet for those that stand for several, or for none.
  std::optional<uint32_t> escape(bool in_class) {
    rest_.remove_prefix(1);
    if (rest_.empty()) return std::nullopt;
    const char letter = rest_.front();
    rest_.remove_prefix(1);
    switch (letter) {
      case 'd':
      case 'D':
      case 's':
      case 'S':
      case 'w':
      case 'W':
        return kSet;
      case 'f':
        return 0x0C;
      case 'n':
        return 0x0A;
      case 'r':
        return 0x0D;
      case 't':
        return 0x09;
      case 'v':
        return 0x0B;
      case 'b':
        return in_class ? std::optional<uint32_t>(0x08) : std::nullopt;
      case 'c':
        return control();
      case 'x':
        return hex(2);
      case 'u':
        return unicode();
      case 'p':
      case 'P':
        return property();
      case 'k':
        return in_class ? std::nullopt : back_reference_by_name();
      default:
        return identity_or_number(letter, in_class);
    }
  }

  std::optional<uint32_t> identity_or_number(char letter, bool in_class) {
    if (letter == '0') {
      if (!rest_.empty() && is_ascii_digit(rest_.front())) return std::nullopt;
      return 0;
    }
    if (is_ascii_digit(letter)) {
      if (in_class) return std::nullopt;
      uint32_t group = static_cast<uint32_t>(letter - '0');
      while (!rest_.empty() && is_ascii_digit(rest_.front())) {
        group =
            std::min<uint32_t>(group * 10 + static_cast<uint32_t>(rest_.front() - '0'), 1U << 20U);
        rest_.remove_prefix(1);
      }
      highest_reference_ = std::max(highest_reference_, group);
      return kSet;
    }
    const bool is_syntax = kSyntaxCharacters.find(letter) != std::string_view::npos;
    if (!is_syntax && !(in_class && letter == '-')) return std::nullopt;
    return static_cast<unsigned char>(letter);
  }

  std::optional<uint32_t> control() {
    if (rest_.empty() || !is_ascii_alpha(rest_.front())) return std::nullopt;
    const auto code = static_cast<uint32_t>(rest_.front()) % 32;
    rest_.remove_prefix(1);
    return code;
  }

  std::optional<uint32_t> hex(size_t digits) {
    if (rest_.size() < digits) return std::nullopt;
    uint32_t value = 0;
    for (size_t i = 0; i < digits; ++i) {
      const char c = ascii_lower(rest_[i]);
      if (!is_hex_digit(c)) return std::nullopt;
      value = value * 16 + static_cast<uint32_t>(is_ascii_digit(c) ? c - '0' : c - 'a' + 10);
    }
    rest_.remove_prefix(digits);
    return value;
  }

  std::optional<uint32_t> unicode() {
    if (!take("{")) {
      const auto lead = hex(4);
      if (!lead || *lead < 0xD800 || *lead > 0xDBFF || !at("\\u")) return lead;
      const std::string_view before = rest_;
      take("\\u");
      const auto trail = hex(4);
      if (trail && *trail >= 0xDC00 && *trail <= 0xDFFF) {
        return 0x10000 + ((*lead - 0xD800) << 10U) + (*trail - 0xDC00);
      }
      rest_ = before;
      return lead;
    }
    const size_t close = rest_.find('}');
    if (close == std::string_view::npos || close == 0) return std::nullopt;
    uint32_t value = 0;
    while (!at("}")) {
      const auto digit = hex(1);
      if (!digit) return std::nullopt;
      value = value * 16 + *digit;
      if (value > 0x10FFFF) return std::nullopt;
    }
    take("}");
    return value;
  }

  std::optional<uint32_t> property() {
    const size_t close = rest_.find('}');
    if (!take("{") || close == std::string_view::npos || close < 2) return std::nullopt;
    const std::string_view name = rest_.substr(0, close - 1);
    const bool is_name = std::all_of(name.begin(), name.end(), [](char c) {
      return is_alphanumeric(c) || c == '_' || c == '=';
    });
    if (!is_name || std::count(name.begin(), name.end(), '=') > 1 || name.front() == '=' ||
        name.back() == '=') {
      return std::nullopt;
    }
    rest_.remove_prefix(close);
    return kSet;
  }

  std::optional<uint32_t> back_reference_by_name() {
    if (!take("<")) return std::nullopt;
    const std::string_view name = rest_.substr(0, rest_.find('>'));
    if (!group_name()) return std::nullopt;
    // The group may stand anywhere in the pattern.
    const std::string_view before_name = "(?<";
    for (size_t i = text_.find(before_name); i != std::string_view::npos;
         i = text_.find(before_name, i + 1)) {
      const std::string_view there = text_.substr(i + before_name.size());
      if (there.starts_with(name) && there.substr(name.size()).starts_with('>')) return kSet;
    }
    return std::nullopt;
  }

  [[nodiscard]] bool references_hold() const noexcept { return highest_reference_ <= groups_; }

  static constexpr uint32_t kSet = UINT32_MAX;
  std::string_view text_;
  std::string_view rest_;
  uint32_t groups_ = 0;
  uint32_t highest_reference_ = 0;
};

}  // namespace

bool is_ecma_pattern(std::string_view text) noexcept { return PatternParser(text).run(); }

}  // namespace faultline::contracts::json_schema
