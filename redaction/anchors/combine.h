// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#pragma once

#include "redaction/anchors/block.h"
#include "redaction/anchors/mask_row.h"

#include <cstddef>
#include <cstdint>

/// The second stage of the scan: places where something may begin or end, from the masks of a batch
/// and of the block before it. Bit arithmetic on whole rows, four blocks at once where the machine
/// can.
namespace faultline::redaction::anchors {

/// No card number is shorter.
inline constexpr size_t kCardDigitsMin = 12;
/// No run that may be base64 or hex is shorter.
inline constexpr size_t kRunMin = 16;

/// Also: binds (: = >) and marks (@ % \ +), which are masks.
struct BatchEvents {
  MaskRow anchors;    // an anchor may begin here: a word begins, or the bytes are those of one that
                      // may stand inside a word
  MaskRow cards;      // kCardDigitsMin characters behind the first digit of a word are digits, and
                      // single spaces or dashes between digits
  MaskRow ibans;      // the fourth of characters like `DE89` that begin a word
  MaskRow run_long;   // the last of the first kRunMin characters of a run
  MaskRow run_end;    // the character behind a run of at least that many
  MaskRow exponents;  // an e behind a digit
};

/// Masks that are only on the way to events.
struct BatchSteps {
  MaskRow word_begin;
  MaskRow two_letters;  // the second of two
  MaskRow card_begin;
  // Where 2, 4, 8 and 16 characters of a run end.
  MaskRow run2;
  MaskRow run4;
  MaskRow run8;
  MaskRow run16;
  // Digits and what may stand between them; where 2 and 4 of them end.
  MaskRow grouped;
  MaskRow grouped2;
  MaskRow grouped4;
};

struct Batch {
  BatchMasks masks;
  BatchEvents events;
  BatchSteps steps;

  /// Before the first batch of a text.
  void start() noexcept;
  /// After a batch of `blocks` blocks and before the next.
  void carry(size_t blocks) noexcept;
  /// True when the text ended inside a long run; after carry().
  [[nodiscard]] bool is_in_long_run() const noexcept {
    return (steps.run16.blocks()[-1] >> 63U) != 0;
  }
};

/// Makes events and steps of the first `blocks` masks. What stands behind those in the rows is read
/// and written, too, and means nothing.
using Combine = void (*)(Batch& batch, size_t blocks);

void combine_scalar(Batch& batch, size_t blocks);
void combine_avx2(Batch& batch, size_t blocks);

}  // namespace faultline::redaction::anchors
