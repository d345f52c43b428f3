// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/ways.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace faultline::redaction {

/// Places [begin, end) of which something is known, in the text of one epoch.
struct KnownPlaces {
  uint64_t epoch = 0;
  size_t begin = 0;
  size_t end = 0;
};

/// How long runs of certain sets of bytes are, measured once: what is known of a set grows with the
/// questions, so that a text of many beginnings, each of which asks for the run behind it, is read
/// once for each set and not once for each beginning. Borrows the sets and the text.
class Runs {
 public:
  explicit Runs(const RunSets& sets) : sets_(sets.tables().size()) {
    for (size_t i = 0; i < sets_.size(); ++i) sets_[i].bytes = &sets.tables()[i];
  }

  /// Another text: nothing is known.
  void begin(std::string_view text) noexcept {
    text_ = text;
    ++epoch_;
  }
  [[nodiscard]] std::string_view text() const noexcept { return text_; }
  /// Of the text. What was noted under another one does not hold.
  [[nodiscard]] uint64_t epoch() const noexcept { return epoch_; }

  [[nodiscard]] bool is_in(size_t set, char c) const noexcept {
    return (*sets_[set].bytes)[byte_index(c)];
  }

  /// How many bytes from `from` on are in the set, at most `most`; `from` + `most` lies in the
  /// text.
  [[nodiscard]] size_t length(size_t set, size_t from, size_t most) noexcept {
    Set& asked = sets_[set];
    const size_t wanted = from + most;
    if (most <= kShort) {
      steps_ += kShort;
      return read(*asked.bytes, from, wanted) - from;
    }
    KnownPlaces& known = asked.known;
    if (known.epoch == epoch_ && from >= known.begin && wanted <= known.end) {
      ++steps_;
      return most;
    }
    return measure(asked, from, wanted) - from;
  }

  /// Bytes looked at so far, short runs as kShort each.
  [[nodiscard]] uint64_t steps() const noexcept { return steps_; }

 private:
  struct Set {
    const ByteTable* bytes = nullptr;
    KnownPlaces known;  // a run of them
  };

  [[nodiscard]] size_t read(const ByteTable& bytes, size_t from, size_t end) const noexcept {
    const char* const text = text_.data();
    while (from < end && bytes[byte_index(text[from])]) ++from;
    return from;
  }

  size_t measure(Set& set, size_t from, size_t wanted) noexcept {
    KnownPlaces& known = set.known;
    const bool is_near = known.epoch == epoch_ && from >= known.begin && from <= known.end + kNear;
    if (!is_near) known = {epoch_, from, from};
    const size_t begin = known.end;
    const size_t ahead = std::min(text_.size(), wanted + kAhead);
    known.end = read(*set.bytes, begin, ahead);
    steps_ += 1 + known.end - begin;
    if (known.end < from) {
      // What was known ends in between.
      known = {epoch_, from, read(*set.bytes, from, ahead)};
      steps_ += known.end - from;
    }
    return std::min(known.end, wanted);
  }

  // A run goes on behind what an expression wants in its middle: its places are one run, not two
  // that drive each other out.
  static constexpr size_t kNear = 128;
  // The next question is mostly about a few bytes farther on.
  static constexpr size_t kAhead = 32;
  // To remember costs more than to look at so few bytes again.
  static constexpr size_t kShort = 4;

  std::vector<Set> sets_;
  std::string_view text_;
  uint64_t epoch_ = 0;
  uint64_t steps_ = 0;
};

}  // namespace faultline::redaction
