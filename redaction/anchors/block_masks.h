// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#pragma once

#include "redaction/anchors/block.h"

#include <cstddef>
#include <cstdint>

namespace faultline::redaction::anchors {

// The masks of one block, in registers while they grow.
struct BlockMasks {
  uint64_t any_anchor = 0;
  uint64_t word = 0;
  uint64_t run = 0;
  uint64_t digit = 0;
  uint64_t bind = 0;
  uint64_t mark = 0;
  uint64_t gap = 0;
  uint64_t exponent = 0;
};

__attribute__((always_inline)) inline void put(const BlockMasks& masks, size_t block,
                                               BatchMasks& out) {
  out.any_anchor.blocks()[block] = masks.any_anchor;
  out.word.blocks()[block] = masks.word;
  out.run.blocks()[block] = masks.run;
  out.digit.blocks()[block] = masks.digit;
  out.bind.blocks()[block] = masks.bind;
  out.mark.blocks()[block] = masks.mark;
  out.gap.blocks()[block] = masks.gap;
  out.exponent.blocks()[block] = masks.exponent;
}

}  // namespace faultline::redaction::anchors
