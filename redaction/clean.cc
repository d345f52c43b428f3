// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// The fast answer over a whole body, read as bytes: what a JSON parser would split into strings and
// decode is looked at as it stands. An escape therefore hides nothing that it does not hide here:
// behind `\n` a word begins, and everything that could spell another text is a doubt.
#include "proxy/base/text.h"
#include "redaction/anchors/anchor_list.h"
#include "redaction/block_reader.h"
#include "redaction/checks.h"
#include "redaction/scanner.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <optional>

namespace faultline::redaction {
namespace {

// As in find_named.cc and finders.cc: nothing shorter is replaced, no name is longer.
constexpr size_t kValueMin = 5;
constexpr size_t kNameMax = 64;
constexpr size_t kCardDigitsMin = 12;
// Twice what find_named.cc looks at: escapes again.
constexpr size_t kTagReach = 256;
constexpr std::string_view kArmour = "-----";
// Of the starts inside one run; twice what the engine tries, whose runs may begin later.
constexpr unsigned kRunTries = 8;
constexpr unsigned kDepthMax = 3;
// No number that spells a card has more in front of its point.
constexpr size_t kNumberReach = 40;
// Escapes take more room than what they stand for.
constexpr size_t kRawReach = 6 * kContextReach;

bool is_name_char(char c) {
  return is_alnum(c) || c == '_' || c == '-' || c == '.' || c == '[' || c == ']' || c == '$';
}
bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_escape_letter(char c) { return c == 'n' || c == 't' || c == 'r' || c == 'b' || c == 'f'; }

constexpr std::array<uint8_t, 256> make_values() {
  std::array<uint8_t, 256> values{};
  for (unsigned i = 0; i < 26; ++i) {
    values['A' + i] = static_cast<uint8_t>(i);
    values['a' + i] = static_cast<uint8_t>(i + 26);
  }
  for (unsigned i = 0; i < 10; ++i) values['0' + i] = static_cast<uint8_t>(i + 52);
  values['+'] = values['-'] = 62;
  values['/'] = values['_'] = 63;
  return values;
}
constexpr auto kValues = make_values();

// True for a byte that no text holds.
bool is_control(uint32_t byte) {
  return (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7F;
}

// Sixteen characters of a run: false when neither base64 nor hex of them is text.
bool may_decode(std::string_view run) {
  const bool hex = std::all_of(run.begin(), run.begin() + kEncodedRunMin, [](char c) {
    return is_ascii_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f');
  });
  if (hex) return true;
  for (size_t i = 0; i < kEncodedRunMin; i += 4) {
    uint32_t bits = 0;
    for (size_t j = 0; j < 4; ++j)
      bits = bits << 6U | kValues[static_cast<unsigned char>(run[i + j])];
    if (is_control(bits >> 16U) || is_control(bits >> 8U & 0xFFU) || is_control(bits & 0xFFU)) {
      return false;
    }
  }
  return true;
}

class CleanPass {
 public:
  CleanPass(std::string_view text, NameCache& names, PatternSet& patterns, unsigned depth = 0)
      : text_(text), names_(names), patterns_(patterns), depth_(depth) {}

  bool run() {
    for_each_block(text_, anchors::best_classifier(),
                   [this](size_t at, const anchors::BlockMasks& masks) {
                     return check_block(at, combiner_.next(masks));
                   });
    if (is_clean_ && combiner_.is_in_long_run()) check_run(run_begin_, text_.size());
    return is_clean_;
  }

 private:
  bool check_block(size_t at, const BlockEvents& events) {
    for (uint64_t left = events.all(); left != 0 && is_clean_; left &= left - 1) {
      const auto i = static_cast<unsigned>(std::countr_zero(left));
      const uint64_t bit = uint64_t{1} << i;
      const size_t place = at + i;
      if ((events.run_end & bit) != 0) check_run(run_begin_, place);
      if ((events.run_long & bit) != 0) run_begin_ = place + 1 - kEncodedRunMin;
      if ((events.anchors & bit) != 0) check_anchor(place, false);
      if ((events.digits & bit) != 0) check_digits(place - 3);
      if ((events.ibans & bit) != 0) doubt_if(find_iban(text_, place - 3).has_value());
      if ((events.marks & bit) != 0) check_mark(place);
    }
    return is_clean_;
  }

  void doubt_if(bool doubt) { is_clean_ = is_clean_ && !doubt; }
  [[nodiscard]] char at(size_t i) const { return i < text_.size() ? text_[i] : '\0'; }

  // --- runs that may be base64 or hex ---

  void check_run(size_t begin, size_t end) {
    unsigned tries = 0;
    for (size_t i = begin; i + kEncodedRunMin <= end && tries < kRunTries && is_clean_;) {
      const std::string_view rest = text_.substr(i);
      if (patterns_.opt_in()) is_clean_ = false;  // any of them may be a token
      if (may_decode(rest)) {
        bool tried_whole = false;
        check_decoded(decode_run(rest, tried_whole));
        tries += tried_whole ? 1 : 0;
      }
      while (i < end && is_alnum(text_[i])) ++i;
      while (i < end && !is_alnum(text_[i])) ++i;
    }
  }

  // Eight characters of a digest are text by chance every now and then, and clean.
  void check_decoded(const std::optional<EncodedRun>& run) {
    if (!run) return;
    const bool deep = depth_ == kDepthMax;
    doubt_if(deep || !CleanPass(run->decoded, names_, patterns_, depth_ + 1).run());
  }

  // --- anchors ---

  // `forced`: a word begins here although a letter stands before it, that of an escape.
  void check_anchor(size_t place, bool forced) {
    anchors::AnchorList::instance().at(
        text_, place, [&](const anchors::Anchor& anchor, size_t length) {
          const bool inside = place > 0 && is_alnum(text_[place - 1]);
          if (anchors::begins_word(anchor) && inside && !forced) return false;
          doubt_if(is_hit(anchor, place, length, forced));
          return !is_clean_;
        });
  }

  bool is_hit(const anchors::Anchor& anchor, size_t place, size_t length, bool forced) {
    // The finders look at what stands before, which an escape hides: the anchor is doubt enough.
    const bool exact = !anchors::folds(anchor.kind);
    if (forced && exact) return true;
    switch (anchor.kind) {
      case anchors::Kind::Pattern:
        return (PatternSet::crosses_lines(anchor.row) && anchor.text.size() > 2) ||
               patterns_.find_pattern(anchor.row, text_, place).has_value();
      case anchors::Kind::Context:
        return patterns_.find_context(anchor.row, text_, place + length, kRawReach).has_value();
      case anchors::Kind::Jwt: {
        if (place < jwt_retry_) return false;
        return find_jwt(text_, place, jwt_retry_).has_value();
      }
      case anchors::Kind::Scheme:
        return find_scheme(text_, place).has_value();
      case anchors::Kind::PemHeader:
        return text_.substr(0, place).ends_with(kArmour) &&
               find_private_key(text_, place - kArmour.size()).has_value();
    }
    return true;
  }

  // --- digits ---

  void check_digits(size_t begin) {
    size_t end = begin + 4;
    while (is_ascii_digit(at(end))) ++end;
    const size_t length = end - begin;
    doubt_if((length == 4 || length >= kCardDigitsMin) && find_card(text_, begin).has_value());
    if (at(end) == ':') doubt_if(find_bot_token(text_, {begin, end}).has_value());
    if (at(end) == '.' || at(end) == 'e' || at(end) == 'E') check_number(begin, end);
  }

  // A card number may be spelled as a JSON number with a fraction or an exponent.
  void check_number(size_t begin, size_t end) {
    const size_t floor = begin > kNumberReach ? begin - kNumberReach : 0;
    while (begin > floor && (is_ascii_digit(text_[begin - 1]) || text_[begin - 1] == '.')) --begin;
    size_t point = end;
    if (at(end) == '.') {
      ++end;
      while (is_ascii_digit(at(end))) ++end;
    }
    const bool whole =
        text_.substr(point, end - point).find_first_of("123456789") == std::string_view::npos;
    bool exponent = false;
    if (at(end) == 'e' || at(end) == 'E') {
      end += at(end + 1) == '+' ? 2 : 1;
      exponent = is_ascii_digit(at(end));
      while (is_ascii_digit(at(end))) ++end;
      // A digest that begins like a number goes on like none.
      if (is_alnum(at(end))) return;
    }
    if (begin > 0 && is_alnum(text_[begin - 1])) return;
    doubt_if(exponent || (whole && point < end && point - begin >= kCardDigitsMin));
  }

  // --- marks ---

  void check_mark(size_t i) {
    switch (text_[i]) {
      case '@':
        doubt_if(find_email(text_, i).has_value() ||
                 (i > 1 && text_[i - 1] == '"' && text_[i - 2] == '\\'));
        return;
      case '+':
        doubt_if(find_phone(text_, i).has_value());
        return;
      case '%':
        doubt_if(has_percent_escape(text_.substr(i, 3)));
        return;
      case '\\':
        check_escape(i);
        return;
      case '>':
        check_element(i);
        return;
      case ':':
        doubt_if(find_userinfo(text_, i).has_value());
        [[fallthrough]];
      default:
        check_name(i);
    }
  }

  void check_escape(size_t i) {
    const char c = at(i + 1);
    if (c == 'u' || c == '/' || c == 'x') {
      is_clean_ = false;
      return;
    }
    if (!is_escape_letter(c)) return;
    const size_t place = i + 2;
    if (at(place) == '+') doubt_if(is_ascii_digit(at(place + 1)));
    if (!is_alnum(at(place))) return;
    check_anchor(place, true);
    if (is_ascii_digit(at(place))) check_digits_behind_escape(place);
    // The value of an IBAN is too short a word to be sure of: its layout is doubt enough.
    const bool iban = text_.size() - place > 4 && at(place) >= 'A' && at(place) <= 'Z' &&
                      at(place + 1) >= 'A' && at(place + 1) <= 'Z' &&
                      is_ascii_digit(at(place + 2)) && is_ascii_digit(at(place + 3));
    doubt_if(iban);
    size_t end = place;
    while (end < text_.size() && end - place < kEncodedRunMin &&
           (is_alnum(text_[end]) || text_[end] == '+' || text_[end] == '/' || text_[end] == '-' ||
            text_[end] == '_')) {
      ++end;
    }
    bool tried_whole = false;
    if (end - place == kEncodedRunMin && may_decode(text_.substr(place))) {
      check_decoded(decode_run(text_.substr(place), tried_whole));
    }
  }

  void check_digits_behind_escape(size_t place) {
    size_t end = place;
    while (is_ascii_digit(at(end))) ++end;
    if (end - place >= 4) check_digits(place);
  }

  // --- names ---

  void check_name(size_t mark) {
    size_t end = mark;
    while (end > 0 && is_space(text_[end - 1])) --end;
    if (end > 0 && is_quote(text_[end - 1])) {
      const char quote = text_[--end];
      while (end > 0 && text_[end - 1] == '\\') --end;
      check_quoted_name(quote, end, mark);
    }
    size_t begin = end;
    while (begin > 0 && end - begin < kNameMax && is_name_char(text_[begin - 1])) --begin;
    check_one_name(text_.substr(begin, end - begin), mark);
    const bool behind_escape = begin > 0 && begin < end && text_[begin - 1] == '\\';
    if (behind_escape) check_one_name(text_.substr(begin + 1, end - begin - 1), mark);
  }

  // `<name attribute="x">`: the name ends at an escape as it ends at the space that this stands
  // for.
  void check_element(size_t mark) {
    const size_t floor = mark > kTagReach ? mark - kTagReach : 0;
    const std::string_view before = text_.substr(floor, mark - floor);
    const size_t open = before.rfind('<');
    if (open == std::string_view::npos) return;
    const std::string_view tag = before.substr(open + 1);
    doubt_if(decides(names_.find(tag.substr(0, tag.find_first_of(" \t\r\n/\\"))).kind));
  }

  // A member's name may hold what no other name does: spaces, slashes.
  void check_quoted_name(char quote, size_t end, size_t mark) {
    size_t begin = end;
    bool plain = true;
    while (begin > 0 && end - begin < kNameMax && text_[begin - 1] != quote) {
      --begin;
      plain = plain && is_name_char(text_[begin]);
    }
    // Longer than a name is looked at: what its ends would spell together is unknown.
    doubt_if(begin > 0 && text_[begin - 1] != quote);
    if (!plain) check_one_name(text_.substr(begin, end - begin), mark);
  }

  void check_one_name(std::string_view name, size_t mark) {
    if (name.size() < 2 || !is_clean_) return;
    const NameKind kind = names_.find(name).kind;
    doubt_if(decides(kind));
    if (kind == NameKind::PairName) check_pair_name(mark);
  }

  // {"name": "password", ...}
  void check_pair_name(size_t mark) {
    size_t begin = mark + 1;
    while (is_space(at(begin))) ++begin;
    while (at(begin) == '\\') ++begin;
    if (at(begin) != '"') return;
    ++begin;
    size_t end = begin;
    while (end < text_.size() && end - begin <= kNameMax && text_[end] != '"' &&
           text_[end] != '\\') {
      ++end;
    }
    const std::string_view name = text_.substr(begin, end - begin);
    doubt_if(end - begin > kNameMax || (!name.empty() && decides(names_.find(name).kind)));
  }

  std::string_view text_;
  NameCache& names_;
  PatternSet& patterns_;
  unsigned depth_;  // layers of encoding undone
  BlockCombiner combiner_;
  size_t run_begin_ = 0;
  size_t jwt_retry_ = 0;
  bool is_clean_ = true;
};

}  // namespace

bool is_clean(std::string_view text, NameCache& names, PatternSet& patterns) {
  return text.size() < kValueMin || CleanPass(text, names, patterns).run();
}

}  // namespace faultline::redaction
