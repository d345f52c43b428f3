// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/pattern_sequence.h"

#include "proxy/base/text.h"

#include <algorithm>
#include <utility>

namespace faultline::contracts::json_schema {

/// Reads the part of ECMA-262 that a sequence can be written in; every function gives false for
/// what is beyond it.
class PatternSequence::Reader {
 public:
  explicit Reader(std::string_view rest) : rest_(rest) {}

  bool read(PatternSequence& sequence) {
    if (!take('^')) return false;
    while (!rest_.empty()) {
      if (rest_ == "$") {
        sequence.is_anchored_at_end_ = true;
        return true;
      }
      Step step;
      if (!read_set(step) || !read_count(step)) return false;
      sequence.steps_.push_back(step);
    }
    return true;
  }

 private:
  bool take(char c) noexcept {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool read_set(Step& step) {
    if (take('[')) return read_class(step);
    if (rest_.front() == '\\') return read_escape(step);
    constexpr std::string_view kSpecial = "^$.*+?()[]{}|";
    if (kSpecial.find(rest_.front()) != std::string_view::npos) return false;
    return read_char(step);
  }

  bool read_char(Step& step) {
    const auto c = static_cast<unsigned char>(rest_.front());
    if (c >= 128) return false;
    step.add(c);
    rest_.remove_prefix(1);
    return true;
  }

  bool read_escape(Step& step) {
    if (rest_.size() < 2) return false;
    const char letter = rest_[1];
    rest_.remove_prefix(2);
    if (letter == 'd' || letter == 'w') {
      add_range(step, '0', '9');
      if (letter == 'd') return true;
      add_range(step, 'a', 'z');
      add_range(step, 'A', 'Z');
      step.add('_');
      return true;
    }
    // Letters and digits behind a backslash mean something; the rest stands for itself.
    if (is_ascii_alpha(letter) || is_ascii_digit(letter)) return false;
    if (static_cast<unsigned char>(letter) >= 128) return false;
    step.add(static_cast<unsigned char>(letter));
    return true;
  }

  static void add_range(Step& step, unsigned char first, unsigned char last) {
    for (unsigned c = first; c <= last; ++c) step.add(static_cast<unsigned char>(c));
  }

  bool read_class(Step& step) {
    if (rest_.starts_with('^') || rest_.starts_with(']')) return false;
    while (!take(']')) {
      if (rest_.empty()) return false;
      if (rest_.front() == '\\') {
        if (!read_escape(step)) return false;
        if (rest_.starts_with('-') && !rest_.starts_with("-]")) return false;
        continue;
      }
      const bool is_range = rest_.size() > 2 && rest_[1] == '-' && rest_[2] != ']';
      if (!is_range) {
        if (!read_char(step)) return false;
        continue;
      }
      const auto first = static_cast<unsigned char>(rest_[0]);
      const auto last = static_cast<unsigned char>(rest_[2]);
      if (last == '\\' || first > last || last >= 128) return false;
      add_range(step, first, last);
      rest_.remove_prefix(3);
    }
    return true;
  }

  bool read_count(Step& step) {
    if (take('*')) {
      step.min = 0;
      step.max = UINT32_MAX;
    } else if (take('+')) {
      step.max = UINT32_MAX;
    } else if (take('?')) {
      step.min = 0;
    } else if (take('{')) {
      const size_t close = rest_.find('}');
      if (close == std::string_view::npos) return false;
      const std::string_view count = rest_.substr(0, close);
      const size_t comma = count.find(',');
      const auto min = parse_u64(count.substr(0, comma));
      auto max = min;
      if (comma != std::string_view::npos) {
        const std::string_view text = count.substr(comma + 1);
        max = text.empty() ? std::optional<uint64_t>(UINT32_MAX) : parse_u64(text);
      }
      if (!min || !max || *min > *max || *max > UINT32_MAX) return false;
      step.min = static_cast<uint32_t>(*min);
      step.max = static_cast<uint32_t>(*max);
      rest_.remove_prefix(close + 1);
    }
    return !rest_.starts_with('?');  // lazy
  }

  std::string_view rest_;
};

/// Taking all that fits never takes what a later step needs: a step of open length shares no
/// character with any that may follow it directly.
bool PatternSequence::is_deterministic() const noexcept {
  for (size_t i = 0; i < steps_.size(); ++i) {
    if (steps_[i].min == steps_[i].max) continue;
    for (size_t j = i + 1; j < steps_.size(); ++j) {
      if (steps_[i].overlaps(steps_[j])) return false;
      if (steps_[j].min > 0) break;
    }
  }
  return true;
}

std::optional<PatternSequence> PatternSequence::compile(std::string_view ecma) {
  PatternSequence sequence;
  if (!Reader(ecma).read(sequence) || !sequence.is_deterministic()) return std::nullopt;
  return sequence;
}

bool PatternSequence::matches(std::string_view text) const noexcept {
  size_t at = 0;
  for (const Step& step : steps_) {
    const size_t from = at;
    const size_t end = from + std::min<size_t>(text.size() - from, step.max);
    while (at < end && step.has(static_cast<unsigned char>(text[at]))) ++at;
    if (at - from < step.min) return false;
  }
  return !is_anchored_at_end_ || at == text.size();
}

}  // namespace faultline::contracts::json_schema
