// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/range.h"
#include "redaction/runs.h"
#include "redaction/stretch.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace faultline::redaction {

/// Where stretches stand in a text, looked up once: a text of anchors is read once for each stretch
/// that one of them wants behind it, and not once for each anchor. Most bytes are not even read:
/// one that is not in the set rules out all stretches that would hold it. Borrows the list, the
/// sets and the text.
class Stretches {
 public:
  Stretches(const std::vector<Stretch>& list, const RunSets& sets)
      : list_(list), tables_(sets.tables()), known_(list.size()) {}

  /// Another text: nothing is known.
  void begin(std::string_view text) noexcept {
    text_ = text;
    ++epoch_;
  }

  /// True when the stretch of the number stands wholly in the window, which lies in the text.
  [[nodiscard]] bool stands_in(size_t number, Range window) noexcept {
    const size_t least = list_[number].least;
    if (window.size() < least) return false;
    const Known& known = known_[number];
    if (known.epoch == epoch_ && window.begin >= known.begin) {
      if (window.end < known.end + least) return false;
      if (window.begin >= known.end && window.begin + least <= known.run_end) return true;
    }
    return look_up(number, window);
  }

  /// Bytes looked at so far.
  [[nodiscard]] uint64_t steps() const noexcept { return steps_; }

 private:
  // No stretch begins in [begin, end), and all of [end, run_end) is in the set.
  struct Known {
    uint64_t epoch = 0;
    size_t begin = 0;
    size_t end = 0;
    size_t run_end = 0;
  };
  [[nodiscard]] bool look_up(size_t number, Range window) noexcept;
  // The next question is mostly about a few bytes farther on.
  static constexpr size_t kAhead = 32;

  const std::vector<Stretch>& list_;
  const std::vector<ByteTable>& tables_;
  std::vector<Known> known_;
  std::string_view text_;
  uint64_t epoch_ = 0;
  uint64_t steps_ = 0;
};

}  // namespace faultline::redaction
