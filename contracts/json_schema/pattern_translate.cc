// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/pattern.h"
#include "proxy/base/hash.h"
#include "proxy/base/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

// Where ECMA-262 (with `u`) and RE2 differ: `.` (line ends), `\s` (Unicode spaces), `\uXXXX`,
// `\cX`, `\0`, `\/` and other identity escapes, `[^]` and `[]`, `[` inside a class, named groups
// and the long names of Unicode properties. Everything else is copied.
namespace faultline::contracts::json_schema {
namespace {

constexpr std::string_view kDot = R"([^\n\r\x{2028}\x{2029}])";
constexpr std::string_view kSpaces =
    R"(\t\n\v\f\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff})";
constexpr std::string_view kNotSpaces =
    R"(\x{0}-\x{8}\x{e}-\x{1f}\x{21}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027})"
    R"(\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{fefe}\x{ff00}-\x{10ffff})";
constexpr std::string_view kEverything = R"(\x{0}-\x{10ffff})";

struct PropertyName {
  std::string_view name;
  std::string_view short_name;
};
constexpr std::array kPropertyNames = {
    PropertyName{"Letter", "L"},
    PropertyName{"Lowercase_Letter", "Ll"},
    PropertyName{"Uppercase_Letter", "Lu"},
    PropertyName{"Titlecase_Letter", "Lt"},
    PropertyName{"Modifier_Letter", "Lm"},
    PropertyName{"Other_Letter", "Lo"},
    PropertyName{"Mark", "M"},
    PropertyName{"Nonspacing_Mark", "Mn"},
    PropertyName{"Spacing_Mark", "Mc"},
    PropertyName{"Number", "N"},
    PropertyName{"Decimal_Number", "Nd"},
    PropertyName{"digit", "Nd"},
    PropertyName{"Letter_Number", "Nl"},
    PropertyName{"Punctuation", "P"},
    PropertyName{"punct", "P"},
    PropertyName{"Symbol", "S"},
    PropertyName{"Currency_Symbol", "Sc"},
    PropertyName{"Math_Symbol", "Sm"},
    PropertyName{"Separator", "Z"},
    PropertyName{"Space_Separator", "Zs"},
    PropertyName{"Other", "C"},
    PropertyName{"Control", "Cc"},
    PropertyName{"Enclosing_Mark", "Me"},
    PropertyName{"Combining_Mark", "M"},
    PropertyName{"Other_Number", "No"},
    PropertyName{"Connector_Punctuation", "Pc"},
    PropertyName{"Dash_Punctuation", "Pd"},
    PropertyName{"Open_Punctuation", "Ps"},
    PropertyName{"Close_Punctuation", "Pe"},
    PropertyName{"Initial_Punctuation", "Pi"},
    PropertyName{"Final_Punctuation", "Pf"},
    PropertyName{"Other_Punctuation", "Po"},
    PropertyName{"Modifier_Symbol", "Sk"},
    PropertyName{"Other_Symbol", "So"},
    PropertyName{"Line_Separator", "Zl"},
    PropertyName{"Paragraph_Separator", "Zp"},
    PropertyName{"cntrl", "Cc"},
    PropertyName{"Format", "Cf"},
    PropertyName{"Surrogate", "Cs"},
    PropertyName{"Private_Use", "Co"},
};

class Translator {
 public:
  explicit Translator(std::string_view ecma) : rest_(ecma) {}

  Result<std::string> run() {
    while (!rest_.empty() && problem_.empty()) step();
    if (!problem_.empty()) return fail(ErrorCode::Unsupported, problem_, ErrorSource::Input);
    return std::move(out_);
  }

 private:
  void step() {
    switch (rest_.front()) {
      case '\\':
        escape(false);
        return;
      case '.':
        out_ += kDot;
        rest_.remove_prefix(1);
        return;
      case '[':
        char_class();
        return;
      case '(':
        group();
        return;
      default:
        copy(1);
    }
  }

  void copy(size_t count) {
    out_ += rest_.substr(0, count);
    rest_.remove_prefix(count);
  }

  void group() {
    if (rest_.starts_with("(?:")) return copy(3);
    if (rest_.starts_with("(?=") || rest_.starts_with("(?!") || rest_.starts_with("(?<=") ||
        rest_.starts_with("(?<!")) {
      return give_up("it looks ahead or behind");
    }
    if (rest_.starts_with("(?<")) {
      out_ += "(?P<";
      rest_.remove_prefix(3);
      return;
    }
    if (rest_.starts_with("(?")) return give_up("its group begins with '(?'");
    copy(1);
  }

  void char_class() {
    rest_.remove_prefix(1);
    const bool is_negated = rest_.starts_with('^');
    if (is_negated) rest_.remove_prefix(1);
    if (rest_.starts_with(']')) {  // `[^]` is every character, `[]` none
      rest_.remove_prefix(1);
      out_ += is_negated ? "[" : "[^";
      out_ += kEverything;
      out_ += ']';
      return;
    }
    out_ += is_negated ? "[^" : "[";
    while (problem_.empty()) {
      if (rest_.empty()) return give_up("a class is not closed");
      const char c = rest_.front();
      if (c == '\\') {
        escape(true);
        continue;
      }
      if (c == '[') out_ += '\\';
      copy(1);
      if (c == ']') return;
    }
  }

  void escape(bool in_class) {
    if (rest_.size() < 2) return give_up("it ends with a backslash");
    const char letter = rest_[1];
    switch (letter) {
      case 's':
        return emit_set(kSpaces, in_class);
      case 'S':
        return emit_set(kNotSpaces, in_class);
      case 'd':
      case 'D':
      case 'w':
      case 'W':
      case 't':
      case 'n':
      case 'v':
      case 'f':
      case 'r':
        return copy(2);
      case 'b':
        if (!in_class) return copy(2);
        rest_.remove_prefix(2);
        return emit_code_point(8);
      case 'B':
        if (!in_class) return copy(2);
        return give_up("'\\B' stands in a class");
      case 'c':
        return control_escape();
      case 'x':
        return hex_escape(2);
      case 'u':
        return unicode_escape();
      case 'p':
      case 'P':
        return property_escape();
      case 'k':
        return give_up("it refers back to a group");
      default:
        return other_escape(letter);
    }
  }

  void other_escape(char letter) {
    if (letter == '0' && (rest_.size() < 3 || !is_ascii_digit(rest_[2]))) {
      rest_.remove_prefix(2);
      return emit_code_point(0);
    }
    if (is_ascii_digit(letter)) return give_up("it refers back to a group");
    rest_.remove_prefix(1);
    if (static_cast<unsigned char>(letter) >= 0x80) return;  // the character itself follows
    rest_.remove_prefix(1);
    emit_code_point(static_cast<unsigned char>(letter));
  }

  void emit_set(std::string_view set, bool in_class) {
    rest_.remove_prefix(2);
    if (!in_class) out_ += '[';
    out_ += set;
    if (!in_class) out_ += ']';
  }

  void emit_code_point(uint32_t code_point) {
    const std::string digits = hex64(code_point);
    out_ += "\\x{";
    out_ += digits.substr(std::min<size_t>(digits.find_first_not_of('0'), digits.size() - 1));
    out_ += '}';
  }

  void control_escape() {
    if (rest_.size() < 3 || !is_ascii_alpha(rest_[2])) return give_up("'\\c' lacks its letter");
    const auto code = static_cast<uint32_t>(ascii_lower(rest_[2]) - 'a' + 1);
    rest_.remove_prefix(3);
    emit_code_point(code);
  }

  static std::optional<uint32_t> hex_number(std::string_view digits) {
    uint32_t value = 0;
    if (digits.empty() || digits.size() > 6) return std::nullopt;
    for (const char digit : digits) {
      const char c = ascii_lower(digit);
      if (!is_ascii_digit(c) && (c < 'a' || c > 'f')) return std::nullopt;
      value = value * 16 + static_cast<uint32_t>(is_ascii_digit(c) ? c - '0' : c - 'a' + 10);
    }
    return value;
  }

  void hex_escape(size_t digits) {
    const auto value =
        rest_.size() < digits + 2 ? std::nullopt : hex_number(rest_.substr(2, digits));
    if (!value) return give_up("an escape lacks its hex digits");
    rest_.remove_prefix(2 + digits);
    emit_code_point(*value);
  }

  void unicode_escape() {
    if (rest_.starts_with("\\u{")) {
      const size_t end = rest_.find('}');
      const auto value =
          end == std::string_view::npos ? std::nullopt : hex_number(rest_.substr(3, end - 3));
      if (!value || *value > 0x10FFFF) return give_up("an escape lacks its hex digits");
      rest_.remove_prefix(end + 1);
      return emit_code_point(*value);
    }
    const auto lead = rest_.size() < 6 ? std::nullopt : hex_number(rest_.substr(2, 4));
    if (!lead) return give_up("an escape lacks its hex digits");
    if (*lead < 0xD800 || *lead > 0xDFFF) return hex_escape(4);
    const bool has_trail = *lead < 0xDC00 && rest_.size() >= 12 && rest_.substr(6, 2) == "\\u";
    const auto trail = has_trail ? hex_number(rest_.substr(8, 4)) : std::nullopt;
    if (!trail || *trail < 0xDC00 || *trail > 0xDFFF) return give_up("it names half a character");
    rest_.remove_prefix(12);
    emit_code_point(0x10000 + ((*lead - 0xD800) << 10U) + (*trail - 0xDC00));
  }

  void property_escape() {
    const size_t end = rest_.find('}');
    if (rest_.size() < 3 || rest_[2] != '{' || end == std::string_view::npos) {
      return give_up("'\\p' lacks its name");
    }
    std::string_view name = rest_.substr(3, end - 3);
    for (const std::string_view key : {"Script=", "sc=", "General_Category=", "gc="}) {
      if (name.starts_with(key)) name.remove_prefix(key.size());
    }
    for (const auto& known : kPropertyNames) {
      if (name == known.name) name = known.short_name;
    }
    out_ += rest_.substr(0, 3);
    out_ += name;
    out_ += '}';
    rest_.remove_prefix(end + 1);
  }

  void give_up(std::string_view why) { problem_ = why; }

  std::string_view rest_;
  std::string out_;
  std::string problem_;
};

}  // namespace

Result<std::string> translate_pattern(std::string_view ecma) { return Translator(ecma).run(); }

}  // namespace faultline::contracts::json_schema
