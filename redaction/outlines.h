// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/outline.h"
#include "redaction/stretch.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace faultline::redaction {

/// The outlines of all rows of kPatterns and of kContexts, in their order, over the same sets.
/// Immutable, built once.
struct Outlines {
  static const Outlines& instance();

  RunSets sets;
  std::vector<Outline> patterns;
  std::vector<Outline> contexts;
  size_t context_gap = 0;  // set of what may stand between a context word and its value
  size_t no_digit = 0;     // set of all bytes but the digits

  /// What every value of an anchor holds, by the anchor's place in AnchorList::all(): a stretch
  /// between where the value of a pattern begins, or a context's word ends, and the last byte that
  /// the row sees, or that the stretch may have.
  struct Demand {
    static constexpr uint32_t kNone = UINT32_MAX;
    uint32_t stretch = kNone;  // its number
    uint32_t before = 0;       // bytes of the value in front of the anchor
    uint32_t sees = 0;
    bool is_behind = false;  // of a context
  };
  StretchList stretches;
  std::vector<Demand> demands;

 private:
  Outlines();
};

}  // namespace faultline::redaction
