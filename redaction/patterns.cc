// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/patterns.h"

#include "proxy/base/text.h"
#include "redaction/fronts.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <utility>

namespace faultline::redaction {
namespace {

// One of the first 64 characters of a token behind a short anchor is a digit: slugs have none.
constexpr size_t kDigitWithin = 64;
// Values looked at behind one context word.
constexpr unsigned kContextTries = 4;

bool is_token_char(char c) {
  return is_alnum(c) || c == '-' || c == '_' || c == '+' || c == '/' || c == '=';
}

Range range_of(std::string_view text, const re2::StringPiece& piece) {
  const auto begin = static_cast<size_t>(piece.data() - text.data());
  return {begin, begin + piece.size()};
}

std::string_view view_of(std::string_view text, Range range) {
  return text.substr(range.begin, range.size());
}

bool is_all_zeros(std::string_view value) {
  return std::any_of(value.begin(), value.end(), is_ascii_digit) &&
         std::all_of(value.begin(), value.end(), [](char c) { return c == '0' || !is_alnum(c); });
}

const ByteSet& context_gap_bytes() {
  static const ByteSet kBytes = [] {
    ByteSet bytes;
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = is_context_gap(static_cast<char>(i));
    return bytes;
  }();
  return kBytes;
}

bool begins_inside_word(std::string_view text, size_t begin) {
  return begin > 0 && is_alnum(text[begin]) && is_alnum(text[begin - 1]);
}

bool ends_inside_word(std::string_view text, size_t end) {
  return end > 0 && end < text.size() && is_alnum(text[end - 1]) && is_alnum(text[end]);
}

}  // namespace

struct PatternSet::Rules {
  struct Rule {
    const char* pattern;
    std::unique_ptr<re2::RE2> expression;
  };

  // Matches at `begin`, anchored, seeing no byte from `end` on. `value` is the group, if there is
  // one.
  static bool match(Rule& rule, std::string_view text, Range window, bool anchored, Range& whole,
                    Range& value) {
    if (!rule.expression) {
      re2::RE2::Options options;
      options.set_encoding(re2::RE2::Options::EncodingLatin1);
      options.set_log_errors(false);
      rule.expression = std::make_unique<re2::RE2>(rule.pattern, options);
    }
    std::array<re2::StringPiece, 2> groups;
    const int count = std::min(rule.expression->NumberOfCapturingGroups(), 1) + 1;
    const auto anchor = anchored ? re2::RE2::ANCHOR_START : re2::RE2::UNANCHORED;
    if (!rule.expression->Match({text.data(), text.size()}, window.begin, window.end, anchor,
                                groups.data(), count)) {
      return false;
    }
    whole = range_of(text, groups[0]);
    value = count == 2 && !groups[1].empty() ? range_of(text, groups[1]) : whole;
    return true;
  }

  [[nodiscard]] bool may_match(const Front& front, std::string_view text, Range window) const {
    return front.fits(text, window.begin, window.end) || asks_everywhere;
  }

  std::vector<Rule> patterns;
  std::vector<Rule> contexts;
  bool opt_in = false;
  bool asks_everywhere = false;
  LiteralSet literals;
};

PatternSet::PatternSet(bool opt_in, LiteralSet literals) : rules_(std::make_unique<Rules>()) {
  rules_->opt_in = opt_in;
  rules_->literals = std::move(literals);
  const auto pattern_if = [opt_in](ClassId id, const char* pattern) {
    return opt_in || class_info(id).tier != Tier::OptIn ? pattern : nullptr;
  };
  for (const auto& row : kPatterns) {
    rules_->patterns.push_back({pattern_if(row.class_id, row.pattern), nullptr});
  }
  for (const auto& row : kContexts) {
    rules_->contexts.push_back({pattern_if(row.class_id, row.pattern), nullptr});
  }
}

PatternSet::~PatternSet() = default;
PatternSet::PatternSet(PatternSet&&) noexcept = default;
PatternSet& PatternSet::operator=(PatternSet&&) noexcept = default;

bool PatternSet::opt_in() const noexcept { return rules_->opt_in; }

void PatternSet::ask_everywhere() noexcept { rules_->asks_everywhere = true; }

const LiteralSet& PatternSet::literals() const noexcept { return rules_->literals; }

std::optional<PatternFind> PatternSet::find_pattern(size_t row, std::string_view text, size_t at) {
  const PatternRow& shape = kPatterns[row];
  Rules::Rule& rule = rules_->patterns[row];
  if (rule.pattern == nullptr || at < shape.offset) return std::nullopt;
  const size_t begin = at - shape.offset;
  if (begins_inside_word(text, begin)) return std::nullopt;
  const size_t end = std::min(text.size(), begin + shape.longest);
  if (!rules_->may_match(pattern_fronts()[row], text, {begin, end})) return std::nullopt;
  Range whole;
  Range value;
  if (!Rules::match(rule, text, {begin, end}, true, whole, value)) return std::nullopt;
  if (shape.edge == Edge::Whole && ends_inside_word(text, whole.end)) return std::nullopt;
  if (shape.edge == Edge::Digit) {
    const std::string_view front = view_of(text, value).substr(0, kDigitWithin);
    if (std::none_of(front.begin(), front.end(), is_ascii_digit)) return std::nullopt;
  }
  if (!validate::holds(shape.check, view_of(text, value))) return std::nullopt;
  // A token longer than the window must not leave its tail behind.
  if (value.end == end) {
    while (value.end < text.size() && is_token_char(text[value.end])) ++value.end;
  }
  return PatternFind{value, shape.class_id};
}

size_t PatternSet::gap_number(size_t row) const noexcept {
  const auto& gap = pattern_gaps()[row];
  return gap && !rules_->asks_everywhere ? gap->number : SIZE_MAX;
}

// Whatever matches from a later place on matches from `at` on, and ends at the same byte. So with
// the shortest window in which something matches from `at` on it is known where all others end.
size_t PatternSet::barren_until(size_t row, std::string_view text, size_t at) {
  Rules::Rule& rule = rules_->patterns[row];
  const size_t longest = kPatterns[row].longest;
  const size_t size = text.size();
  if (rule.pattern == nullptr || !pattern_fronts()[row].fits(text, at, size)) return at + 1;
  const Gap& gap = pattern_gaps()[row]->gap;
  size_t stop = at + gap.front;
  while (stop < size && stop < at + longest && gap.bytes[byte_index(text[stop])]) ++stop;
  const auto matches_in = [&](size_t window) {
    Range whole;
    Range value;
    const Range range{at, std::min(size, at + window)};
    return Rules::match(rule, text, range, true, whole, value);
  };
  size_t without = longest;
  size_t with = 2 * longest;
  if (!matches_in(with)) return stop;
  while (with - without > 1) {
    const size_t middle = without + (with - without) / 2;
    (matches_in(middle) ? with : without) = middle;
  }
  return std::max(at + 1, std::min(stop, at + with - longest));
}

std::optional<PatternFind> PatternSet::find_context(size_t row, std::string_view text,
                                                    size_t word_end, size_t reach) {
  const ContextRow& shape = kContexts[row];
  Rules::Rule& rule = rules_->contexts[row];
  if (rule.pattern == nullptr) return std::nullopt;
  // The value begins where the gap may still be.
  size_t gap_end = word_end;
  while (gap_end < text.size() && gap_end - word_end < reach && is_context_gap(text[gap_end])) {
    ++gap_end;
  }
  const size_t end = std::min(text.size(), gap_end + shape.longest + 1);
  const Front& front = context_fronts()[row];
  // Most values begin with a digit, and what is between has none.
  const bool skips_gap = !rules_->asks_everywhere && !front.begins_with(context_gap_bytes());
  size_t from = skips_gap ? gap_end : word_end;
  for (unsigned tries = 0; tries < kContextTries; ++tries) {
    while (from <= gap_end && from < end && !rules_->may_match(front, text, {from, end})) ++from;
    if (from > gap_end || from >= end) return std::nullopt;
    Range whole;
    Range value;
    if (!Rules::match(rule, text, {from, end}, false, whole, value)) return std::nullopt;
    if (whole.begin > gap_end || whole.begin == word_end) return std::nullopt;
    const bool word = !begins_inside_word(text, whole.begin) && !ends_inside_word(text, whole.end);
    const std::string_view found = view_of(text, whole);
    if (word && validate::holds(shape.check, found) && !is_all_zeros(found)) {
      return PatternFind{whole, shape.class_id};
    }
    from = whole.begin + 1;
  }
  return std::nullopt;
}

bool PatternSet::crosses_lines(size_t row) noexcept {
  const std::string_view pattern = kPatterns[row].pattern;
  return pattern.find("\\s") != std::string_view::npos ||
         pattern.find("\\n") != std::string_view::npos;
}

bool PatternSet::compile_all() {
  const auto compile = [](Rules::Rule& rule) {
    Range ignored;
    if (rule.pattern != nullptr) (void)Rules::match(rule, " ", {0, 1}, true, ignored, ignored);
    return rule.pattern == nullptr || rule.expression->ok();
  };
  const auto all = [&](std::vector<Rules::Rule>& rules) {
    return std::all_of(rules.begin(), rules.end(), compile);
  };
  return all(rules_->patterns) && all(rules_->contexts);
}

size_t PatternSet::program_size() const {
  size_t size = 0;
  for (const auto* rules : {&rules_->patterns, &rules_->contexts}) {
    for (const auto& rule : *rules) {
      if (rule.expression) size += static_cast<size_t>(rule.expression->ProgramSize());
    }
  }
  return size;
}

}  // namespace faultline::redaction
