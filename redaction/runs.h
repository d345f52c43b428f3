// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/expression.h"

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
  explicit Runs(const std::vector<ByteSet>& sets) : sets_(sets), known_(sets.size()) {}

  /// Another text: nothing is known.
  void begin(std::string_view text) noexcept {
    text_ = text;
    ++epoch_;
  }
  [[nodiscard]] std::string_view text() const noexcept { return text_; }
  /// Of the text. What was noted under another one does not hold.
  [[nodiscard]] uint64_t epoch() const noexcept { return epoch_; }

  /// How many bytes from `from` on are in the set, at most `most`; `from` + `most` lies in the
  /// text.
  [[nodiscard]] size_t length(size_t set, size_t from, size_t most) noexcept {
    const ByteSet& bytes = sets_[set];
    const size_t wanted = from + most;
    if (most <= kShort) {
      size_t end = from;
      while (end < wanted && bytes[byte_index(text_[end])]) ++end;
      steps_ += kShort;
      return end - from;
    }
    KnownPlaces& known = known_[set];
    const bool is_near = known.epoch == epoch_ && from >= known.begin && from <= known.end + kNear;
    if (!is_near) known = {epoch_, from, from};
    size_t end = known.end;
    while (end < wanted && bytes[byte_index(text_[end])]) ++end;
    steps_ += 1 + end - known.end;
    known.end = end;
    // What was known ends in between.
    if (end < from) return restart(set, from, wanted);
    return std::min(end, wanted) - from;
  }

  /// Bytes looked at so far, short runs as kShort each.
  [[nodiscard]] uint64_t steps() const noexcept { return steps_; }

 private:
  size_t restart(size_t set, size_t from, size_t wanted) noexcept {
    known_[set] = {epoch_, from, from};
    return length(set, from, wanted - from);
  }

  // A run goes on behind what an expression wants in its middle: its places are one run, not two
  // that drive each other out.
  static constexpr size_t kNear = 128;
  // To remember costs more than to look at so few bytes again.
  static constexpr size_t kShort = 4;

  const std::vector<ByteSet>& sets_;
  std::vector<KnownPlaces> known_;  // of each set, a run of its bytes
  std::string_view text_;
  uint64_t epoch_ = 0;
  uint64_t steps_ = 0;
};

}  // namespace faultline::redaction
