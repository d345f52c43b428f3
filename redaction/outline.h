// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/expression.h"
#include "redaction/range.h"
#include "redaction/runs.h"
#include "redaction/ways.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace faultline::redaction {

/// An expression as what it nearly always is: literals and runs of one set of bytes, in a few ways.
/// RE2 says the same, but reads all of a match to do so, at the cost of a hundred bytes for the
/// call alone; behind most anchors there is no value, and a text made of anchors asks at every
/// third byte. Immutable.
class Outline {
 public:
  /// A text is looked at in the places of a match that say most before anything else: in `sampled`
  /// of them, but in none of the `known` ones.
  Outline(const Expression& expression, RunSets& sets, Range known, size_t sampled);

  enum class Answer : uint8_t {
    None,   // no match begins here
    Match,  // the one that RE2 finds
    Ask,    // RE2 knows
  };
  /// What a match that begins at window.begin and sees nothing from window.end on is. `whole` and
  /// `value` (the group, or the whole where there is none) are set for Match. Work is bounded by
  /// the steps of the expression, and by what `runs` has not read yet.
  [[nodiscard]] Answer match(Runs& runs, Range window, Range& whole, Range& value) const {
    if (window.size() < shortest_) return Answer::None;
    const char* const text = runs.text().data() + window.begin;
    for (const auto& place : samples_) {
      if (!place.bytes[byte_index(text[place.at])]) return Answer::None;
    }
    return walk(runs, window, whole, value);
  }

  /// Where a match that begins at window.begin ends, if there is one, when that is clear without
  /// looking for it: bytes of known number, then a run that has all it may take.
  [[nodiscard]] std::optional<size_t> sure_end(Runs& runs, Range window) const {
    if (last_run_.most == 0 || window.size() < last_run_.at + last_run_.most) return std::nullopt;
    const size_t from = window.begin + last_run_.at;
    if (runs.length(last_run_.set, from, last_run_.most) < last_run_.most) return std::nullopt;
    return from + last_run_.most;
  }

  /// False when no match begins with the byte.
  [[nodiscard]] bool may_begin(char c) const noexcept { return begins_[byte_index(c)]; }
  /// False when no match begins with one of the bytes.
  [[nodiscard]] bool begins_with(const ByteSet& bytes) const noexcept {
    return (begins_ & bytes).any();
  }
  /// The set of the bytes that no match begins with.
  [[nodiscard]] size_t begins_none() const noexcept { return begins_none_; }
  /// So many bytes say whether a match begins with the first of them; Expression::kOpen when that
  /// many do not.
  [[nodiscard]] size_t sight() const noexcept { return sight_; }
  /// True when RE2 is never asked.
  [[nodiscard]] bool is_exact() const noexcept { return is_exact_; }

 private:
  // The ways as a tree, so that what they begin with is looked at once: nodes in the order in which
  // they are tried, each in front of what may follow it.
  struct Node {
    enum class Kind : uint8_t { Literal, OneOf, Run, Open, Close, Ask, End };
    Kind kind = Kind::End;
    char first = '\0';   // Literal
    uint16_t set = 0;    // OneOf, Run
    uint32_t next = 0;   // the first node that does not follow this one
    uint32_t least = 0;  // Run
    uint32_t most = 0;   // Run
    // Literal: a part of letters_, not empty.
    uint32_t letters = 0;
    uint32_t size = 0;
  };
  struct Walk;
  [[nodiscard]] Answer walk(Runs& runs, Range window, Range& whole, Range& value) const;
  void add(const Ways& ways, size_t first, size_t last, size_t depth);
  [[nodiscard]] Node node_of(const Ways& ways, size_t first, size_t last, size_t& depth);

  struct Sample {
    size_t at = 0;  // behind the beginning, within the shortest match
    ByteSet bytes;  // of all ways
  };
  // What the only way ends with, behind `at` bytes; `most` is 0 where there is no such thing.
  struct LastRun {
    size_t at = 0;
    size_t set = 0;
    size_t most = 0;
  };
  [[nodiscard]] static LastRun last_run_of(const Ways& ways);

  std::vector<Sample> samples_;
  LastRun last_run_;
  ByteSet begins_;
  size_t begins_none_ = 0;
  size_t shortest_ = 0;
  size_t sight_ = 0;
  bool is_exact_ = true;
  std::vector<Node> nodes_;
  std::string letters_;
};

}  // namespace faultline::redaction
