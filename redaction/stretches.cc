// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/stretches.h"

#include <algorithm>

namespace faultline::redaction {

bool Stretches::look_up(size_t number, Range window) noexcept {
  const size_t least = list_[number].least;
  const ByteTable& bytes = tables_[list_[number].set];
  Known& known = known_[number];
  const bool goes_on =
      known.epoch == epoch_ && window.begin >= known.begin && window.begin <= known.run_end;
  if (!goes_on) known = {epoch_, window.begin, window.begin, window.begin};
  // What begins in front of the window does not count.
  if (window.begin > known.end) known = {epoch_, window.begin, window.begin, known.run_end};
  for (++steps_; known.end + least <= window.end;) {
    // Read from the back: the last byte that is not in the set is all there is to know.
    const size_t stop = known.end + least;
    size_t from = stop;
    while (from > known.run_end && bytes[byte_index(text_[from - 1])]) --from;
    steps_ += stop > known.run_end ? stop - from + 1 : 0;
    if (from <= known.run_end) {
      const size_t ahead = std::min(text_.size(), stop + kAhead);
      known.run_end = std::max(known.run_end, stop);
      for (; known.run_end < ahead && bytes[byte_index(text_[known.run_end])]; ++known.run_end) {
        ++steps_;
      }
      return true;
    }
    known.end = from;
    known.run_end = stop;
  }
  return false;
}

}  // namespace faultline::redaction
