// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/patterns.h"

#include "proxy/base/text.h"
#include "redaction/gaps.h"
#include "redaction/outlines.h"
#include "redaction/runs.h"
#include "redaction/stretches.h"

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

bool is_all_zeros(std::string_view value) {
  return std::any_of(value.begin(), value.end(), is_ascii_digit) &&
         std::all_of(value.begin(), value.end(), [](char c) { return c == '0' || !is_alnum(c); });
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
    const Outline& outline;
    bool skips_gap = false;  // no value begins with what stands behind a context word
    std::unique_ptr<re2::RE2> expression = nullptr;
  };

  [[nodiscard]] std::string_view text() const noexcept { return runs.text(); }

  static void compile(Rule& rule) {
    if (rule.expression) return;
    re2::RE2::Options options;
    options.set_encoding(re2::RE2::Options::EncodingLatin1);
    options.set_log_errors(false);
    rule.expression = std::make_unique<re2::RE2>(rule.pattern, options);
  }

  // Matches at window.begin (anchored) or behind it, seeing no byte from window.end on. `value` is
  // the group, if there is one.
  bool ask(Rule& rule, Range window, bool anchored, Range& whole, Range& value) {
    compile(rule);
    ++asked;
    const auto anchor = anchored ? re2::RE2::ANCHOR_START : re2::RE2::UNANCHORED;
    const re2::StringPiece bytes(text().data(), text().size());
    std::array<re2::StringPiece, 2> groups;
    // For a group, RE2 searches a short text in a way of its own, which costs five times as much
    // as to learn that there is no match.
    if (!rule.expression->Match(bytes, window.begin, window.end, anchor, groups.data(), 1)) {
      return false;
    }
    whole = value = range_of(text(), groups[0]);
    if (rule.expression->NumberOfCapturingGroups() == 0) return true;
    ++asked;
    if (rule.expression->Match(bytes, whole.begin, window.end, re2::RE2::ANCHOR_START,
                               groups.data(), 2) &&
        !groups[1].empty()) {
      value = range_of(text(), groups[1]);
    }
    return true;
  }

  bool match(Rule& rule, Range window, Range& whole, Range& value) {
    if (!asks_everywhere) {
      ++walked;
      const auto answer = rule.outline.match(runs, window, whole, value);
      if (answer != Outline::Answer::Ask) return answer == Outline::Answer::Match;
    }
    return ask(rule, window, true, whole, value);
  }

  // Behind the gap that begins at `from` and has at most `reach` bytes.
  size_t end_of_gap(size_t from, size_t reach) {
    if (!asks_everywhere) return from + runs.length(outlines.context_gap, from, reach);
    size_t end = from;
    while (end < from + reach && is_context_gap(text()[end])) ++end;
    return end;
  }

  // The first match behind a context word that begins in the window, at `last` or before, and not
  // inside a word. What the first try of a word learns is remembered for the next word.
  bool match_behind_word(size_t row, Range window, size_t last, bool is_first, Range& whole);
  // A check may cost more than a hundred bytes, and several words may stand in front of a value.
  bool holds(size_t row, validate::Check check, Range value);

  std::vector<Rule> patterns;
  std::vector<Rule> contexts;
  std::vector<size_t> gaps;  // the numbers of those of the patterns
  bool opt_in = false;
  bool asks_everywhere = false;
  LiteralSet literals;
  const Outlines& outlines = Outlines::instance();
  Runs runs{outlines.sets};
  Stretches stretches{outlines.stretches.all(), outlines.sets};
  // Of each row of kContexts: places where no match begins.
  std::vector<KnownPlaces> barren{kContexts.size()};
  struct Refused {
    size_t row = 0;
    KnownPlaces value;
  };
  std::array<Refused, 16> refused{};
  uint64_t asked = 0;
  uint64_t walked = 0;
  uint64_t checked = 0;
};

bool PatternSet::Rules::match_behind_word(size_t row, Range window, size_t last, bool is_first,
                                          Range& whole) {
  Rule& rule = contexts[row];
  Range value;
  if (asks_everywhere) {
    while (ask(rule, window, false, whole, value) && whole.begin <= last) {
      if (!begins_inside_word(text(), whole.begin)) return true;
      window.begin = whole.begin + 1;
    }
    return false;
  }
  // Where no match begins none will, when those who ask later see as much of the text.
  const bool remembers = is_first && rule.outline.sight() <= kContexts[row].longest + 1U;
  KnownPlaces fresh{runs.epoch(), window.begin, window.begin};
  KnownPlaces& known = remembers ? barren[row] : fresh;
  const bool goes_on =
      known.epoch == runs.epoch() && window.begin >= known.begin && window.begin <= known.end;
  if (!goes_on) known = fresh;
  const size_t stop = std::min(last + 1, window.end);
  for (; known.end < stop; ++known.end) {
    if (!rule.outline.may_begin(text()[known.end])) {
      // What is remembered is read once, a byte at a time; the rest again for each word, by runs.
      if (!remembers) {
        known.end += runs.length(rule.outline.begins_none(), known.end, stop - known.end) - 1;
      }
      continue;
    }
    if (begins_inside_word(text(), known.end)) continue;
    if (match(rule, {known.end, window.end}, whole, value)) return true;
  }
  return false;
}

bool PatternSet::Rules::holds(size_t row, validate::Check check, Range value) {
  Refused& place = refused[(row + value.begin) % refused.size()];
  const bool is_known = place.row == row && place.value.epoch == runs.epoch() &&
                        place.value.begin == value.begin && place.value.end == value.end;
  if (is_known && !asks_everywhere) return false;
  ++checked;
  if (validate::holds(check, view_of(text(), value))) return true;
  place = {row, {runs.epoch(), value.begin, value.end}};
  return false;
}

PatternSet::PatternSet(bool opt_in, LiteralSet literals) : rules_(std::make_unique<Rules>()) {
  rules_->opt_in = opt_in;
  rules_->literals = std::move(literals);
  const auto pattern_if = [opt_in](ClassId id, const char* pattern) {
    return opt_in || class_info(id).tier != Tier::OptIn ? pattern : nullptr;
  };
  const Outlines& outlines = rules_->outlines;
  const auto add_rules = [&](const auto& rows, const auto& shapes, std::vector<Rules::Rule>& out) {
    for (size_t i = 0; i < rows.size(); ++i) {
      out.push_back({pattern_if(rows[i].class_id, rows[i].pattern), shapes[i]});
    }
  };
  add_rules(kPatterns, outlines.patterns, rules_->patterns);
  add_rules(kContexts, outlines.contexts, rules_->contexts);
  for (auto& rule : rules_->contexts) {
    rule.skips_gap = !rule.outline.begins_with(outlines.sets.all()[outlines.context_gap]);
  }
  for (const auto& gap : pattern_gaps()) rules_->gaps.push_back(gap ? gap->number : SIZE_MAX);
}

PatternSet::~PatternSet() = default;
PatternSet::PatternSet(PatternSet&&) noexcept = default;
PatternSet& PatternSet::operator=(PatternSet&&) noexcept = default;

bool PatternSet::opt_in() const noexcept { return rules_->opt_in; }

void PatternSet::ask_everywhere() noexcept { rules_->asks_everywhere = true; }

const LiteralSet& PatternSet::literals() const noexcept { return rules_->literals; }

void PatternSet::begin(std::string_view text) noexcept {
  rules_->runs.begin(text);
  rules_->stretches.begin(text);
}

PatternSet::Work PatternSet::work() const noexcept {
  return {rules_->asked, rules_->walked, rules_->checked,
          rules_->runs.steps() + rules_->stretches.steps()};
}

bool PatternSet::may_lead_on(size_t anchor, Range place) {
  const Outlines::Demand& demand = rules_->outlines.demands[anchor];
  if (demand.stretch == Outlines::Demand::kNone || rules_->asks_everywhere) return true;
  if (place.begin < demand.before) return false;
  const size_t begin = demand.is_behind ? place.end : place.begin - demand.before;
  const size_t end = std::min(begin + demand.sees, rules_->text().size());
  return rules_->stretches.stands_in(demand.stretch, {begin, end});
}

std::optional<PatternFind> PatternSet::find_pattern(size_t row, size_t at) {
  const PatternRow& shape = kPatterns[row];
  const std::string_view text = rules_->text();
  Rules::Rule& rule = rules_->patterns[row];
  if (rule.pattern == nullptr || at < shape.offset) return std::nullopt;
  const size_t begin = at - shape.offset;
  if (begins_inside_word(text, begin)) return std::nullopt;
  const size_t end = std::min(text.size(), begin + shape.longest);
  if (shape.edge == Edge::Digit && !rules_->asks_everywhere) {
    const size_t front = std::min(kDigitWithin, end - begin);
    if (rules_->runs.length(rules_->outlines.no_digit, begin, front) == front) {
      return std::nullopt;
    }
  }
  if (shape.edge == Edge::Whole && !rules_->asks_everywhere) {
    const auto stop = rule.outline.sure_end(rules_->runs, {begin, end});
    if (stop && ends_inside_word(text, *stop)) return std::nullopt;
  }
  Range whole;
  Range value;
  if (!rules_->match(rule, {begin, end}, whole, value)) return std::nullopt;
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

std::span<const size_t> PatternSet::gap_numbers() const noexcept {
  if (rules_->asks_everywhere) return {};
  return rules_->gaps;
}

// Whatever matches from a later place on matches from `at` on, and ends at the same byte. So with
// the shortest window in which something matches from `at` on it is known where all others end.
size_t PatternSet::barren_until(size_t row, size_t at) {
  Rules::Rule& rule = rules_->patterns[row];
  const std::string_view text = rules_->text();
  const size_t longest = kPatterns[row].longest;
  const size_t size = text.size();
  const auto matches_in = [&](size_t window) {
    Range whole;
    Range value;
    return rules_->match(rule, {at, std::min(size, at + window)}, whole, value);
  };
  Range ignored;
  if (rule.pattern == nullptr ||
      rule.outline.match(rules_->runs, {at, size}, ignored, ignored) == Outline::Answer::None) {
    return at + 1;
  }
  const Gap& gap = pattern_gaps()[row]->gap;
  size_t stop = at + gap.front;
  while (stop < size && stop < at + longest && gap.bytes[byte_index(text[stop])]) ++stop;
  size_t without = longest;
  size_t with = 2 * longest;
  if (!matches_in(with)) return stop;
  while (with - without > 1) {
    const size_t middle = without + (with - without) / 2;
    (matches_in(middle) ? with : without) = middle;
  }
  return std::max(at + 1, std::min(stop, at + with - longest));
}

std::optional<PatternFind> PatternSet::find_context(size_t row, size_t word_end, size_t reach) {
  const ContextRow& shape = kContexts[row];
  const std::string_view text = rules_->text();
  const Rules::Rule& rule = rules_->contexts[row];
  if (rule.pattern == nullptr) return std::nullopt;
  // The value begins where the gap may still be.
  const size_t gap_end = rules_->end_of_gap(word_end, std::min(reach, text.size() - word_end));
  const size_t end = std::min(text.size(), gap_end + shape.longest + 1);
  // Most values begin with a digit, and what is between has none.
  const bool skips_gap = rule.skips_gap && !rules_->asks_everywhere;
  if (skips_gap && (gap_end == text.size() || !rule.outline.may_begin(text[gap_end]))) {
    return std::nullopt;
  }
  size_t from = skips_gap ? gap_end : word_end;
  if (!skips_gap && !rules_->asks_everywhere) {
    from += rules_->runs.length(rule.outline.begins_none(), from,
                                std::min(gap_end + 1, text.size()) - from);
  }
  for (unsigned tries = 0; tries < kContextTries; ++tries) {
    Range whole;
    if (from > gap_end || from >= end) return std::nullopt;
    if (!rules_->match_behind_word(row, {from, end}, gap_end, tries == 0, whole))
      return std::nullopt;
    if (whole.begin == word_end) return std::nullopt;
    if (!ends_inside_word(text, whole.end) && !is_all_zeros(view_of(text, whole)) &&
        rules_->holds(row, shape.check, whole)) {
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
    if (rule.pattern != nullptr) Rules::compile(rule);
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
