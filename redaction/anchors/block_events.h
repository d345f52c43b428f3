// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#pragma once

#include "redaction/anchors/combine.h"

#include <cstddef>
#include <cstdint>

namespace faultline::redaction::anchors {

/// The events of one block (combine.h says which), in registers.
struct BlockEvents {
  uint64_t anchors = 0;
  uint64_t cards = 0;
  uint64_t ibans = 0;
  uint64_t run_long = 0;
  uint64_t run_end = 0;
  uint64_t exponents = 0;
  bool ends_in_long_run = false;  // a run that is long already goes on to the last byte
};

/// What combine() makes of a text of a single block: most values of a message are no longer, and
/// nothing is in front of them or behind them.
[[nodiscard]] inline BlockEvents events_of_single_block(const BatchMasks& masks) noexcept {
  const auto only = [](const MaskRow& row) { return row.blocks()[0]; };
  const uint64_t word = only(masks.word);
  const uint64_t digit = only(masks.digit);
  const uint64_t run = only(masks.run);
  const uint64_t word_begin = word & ~(word << 1U);
  const uint64_t letter = word & ~digit;
  const uint64_t two_letters = letter & letter << 1U;
  const uint64_t grouped = digit | (only(masks.gap) & digit << 1U);
  const uint64_t grouped2 = grouped & grouped << 1U;
  const uint64_t grouped4 = grouped2 & grouped2 << 2U;
  const uint64_t run2 = run & run << 1U;
  const uint64_t run4 = run2 & run2 << 2U;
  const uint64_t run8 = run4 & run4 << 4U;
  const uint64_t run16 = run8 & run8 << 8U;
  static_assert(kCardDigitsMin == 12 && kRunMin == 16);
  BlockEvents events;
  events.anchors = word_begin | only(masks.any_anchor);
  events.cards =
      grouped4 & grouped4 << 4U & grouped4 << 8U & (digit & word_begin) << (kCardDigitsMin - 1);
  events.ibans = digit & digit << 1U & two_letters << 2U & word_begin << 3U;
  events.run_long = run16 & ~(run16 << 1U);
  events.run_end = run16 << 1U & ~run;
  events.exponents = only(masks.exponent) & digit << 1U;
  events.ends_in_long_run = run16 >> (kBlockBytes - 1) != 0;
  return events;
}

/// The events of block `block` of a batch.
[[nodiscard]] inline BlockEvents events_of_block(const BatchEvents& rows, size_t block) noexcept {
  const auto of = [block](const MaskRow& row) { return row.blocks()[block]; };
  BlockEvents events;
  events.anchors = of(rows.anchors);
  events.cards = of(rows.cards);
  events.ibans = of(rows.ibans);
  events.run_long = of(rows.run_long);
  events.run_end = of(rows.run_end);
  events.exponents = of(rows.exponents);
  return events;
}

}  // namespace faultline::redaction::anchors
