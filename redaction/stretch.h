// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/ways.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace faultline::redaction {

/// So many bytes of one set side by side: every match of an expression holds them somewhere.
struct Stretch {
  size_t set = 0;    // of the RunSets that the ways were made with
  size_t least = 0;  // 0: nothing is known
  friend bool operator==(const Stretch&, const Stretch&) = default;
};

/// A stretch, and so many bytes from where a match begins on hold it; Expression::kOpen when no
/// count of them surely does.
struct WantedStretch {
  Stretch stretch;
  size_t within = 0;
};

/// The stretch that fewest texts hold, of those that each of the ways goes through. One that the
/// literal in them holds says nothing.
[[nodiscard]] WantedStretch stretch_of(const Ways& ways, RunSets& sets,
                                       std::string_view literal = {});

/// The ways that may have the literal `offset` bytes behind their beginning.
[[nodiscard]] Ways ways_with(const Ways& ways, const RunSets& sets, size_t offset,
                             std::string_view literal);

/// The demands of several expressions, each stretch once.
class StretchList {
 public:
  [[nodiscard]] size_t number_of(const Stretch& stretch);
  [[nodiscard]] const std::vector<Stretch>& all() const noexcept { return stretches_; }

 private:
  std::vector<Stretch> stretches_;
};

}  // namespace faultline::redaction
