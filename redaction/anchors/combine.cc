// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#include "redaction/anchors/combine.h"

namespace faultline::redaction::anchors {
namespace {

template <typename Do>
void for_each_history(Batch& batch, Do act) {
  act(batch.masks.word);
  act(batch.masks.run);
  act(batch.masks.digit);
  auto& steps = batch.steps;
  for (MaskRow* row :
       {&steps.word_begin, &steps.two_letters, &steps.card_begin, &steps.run2, &steps.run4,
        &steps.run8, &steps.run16, &steps.grouped, &steps.grouped2, &steps.grouped4}) {
    act(*row);
  }
}

#define FL_INLINE __attribute__((always_inline)) inline

// The places `By` characters behind those of the row.
template <unsigned By>
FL_INLINE uint64_t behind(const uint64_t* row, ptrdiff_t i) {
  return row[i] << By | row[i - 1] >> (64U - By);
}

// Each loop reads what the loop before it has written for this block and the one before, so that
// the compiler can take four blocks at a time.
template <size_t Blocks>
FL_INLINE void combine(Batch& batch) {
  constexpr auto kEnd = static_cast<ptrdiff_t>(Blocks);
  const auto& masks = batch.masks;
  auto& events = batch.events;
  auto& steps = batch.steps;
  const uint64_t* const word = masks.word.blocks();
  const uint64_t* const digit = masks.digit.blocks();
  const uint64_t* const run = masks.run.blocks();
  const uint64_t* const gap = masks.gap.blocks();
  const uint64_t* const any_anchor = masks.any_anchor.blocks();
  const uint64_t* const exponent = masks.exponent.blocks();
  uint64_t* const word_begin = steps.word_begin.blocks();
  uint64_t* const two_letters = steps.two_letters.blocks();
  uint64_t* const card_begin = steps.card_begin.blocks();
  uint64_t* const anchors = events.anchors.blocks();
  uint64_t* const exponents = events.exponents.blocks();
  for (ptrdiff_t i = 0; i < kEnd; ++i) {
    const uint64_t begin = word[i] & ~behind<1>(word, i);
    const uint64_t letter = word[i] & ~digit[i];
    const uint64_t letter_before = word[i - 1] & ~digit[i - 1];
    word_begin[i] = begin;
    card_begin[i] = digit[i] & begin;
    two_letters[i] = letter & (letter << 1U | letter_before >> 63U);
    anchors[i] = begin | any_anchor[i];
    exponents[i] = exponent[i] & behind<1>(digit, i);
  }
  uint64_t* const grouped = steps.grouped.blocks();
  uint64_t* const run2 = steps.run2.blocks();
  for (ptrdiff_t i = 0; i < kEnd; ++i) {
    grouped[i] = digit[i] | (gap[i] & behind<1>(digit, i));
    run2[i] = run[i] & behind<1>(run, i);
  }
  uint64_t* const grouped2 = steps.grouped2.blocks();
  uint64_t* const run4 = steps.run4.blocks();
  uint64_t* const ibans = events.ibans.blocks();
  for (ptrdiff_t i = 0; i < kEnd; ++i) {
    grouped2[i] = grouped[i] & behind<1>(grouped, i);
    run4[i] = run2[i] & behind<2>(run2, i);
    ibans[i] =
        digit[i] & behind<1>(digit, i) & behind<2>(two_letters, i) & behind<3>(word_begin, i);
  }
  uint64_t* const grouped4 = steps.grouped4.blocks();
  uint64_t* const run8 = steps.run8.blocks();
  for (ptrdiff_t i = 0; i < kEnd; ++i) {
    grouped4[i] = grouped2[i] & behind<2>(grouped2, i);
    run8[i] = run4[i] & behind<4>(run4, i);
  }
  static_assert(kCardDigitsMin == 12 && kRunMin == 16);
  uint64_t* const run16 = steps.run16.blocks();
  uint64_t* const cards = events.cards.blocks();
  for (ptrdiff_t i = 0; i < kEnd; ++i) {
    run16[i] = run8[i] & behind<8>(run8, i);
    cards[i] = grouped4[i] & behind<4>(grouped4, i) & behind<8>(grouped4, i) &
               behind<kCardDigitsMin - 1>(card_begin, i);
  }
  uint64_t* const run_long = events.run_long.blocks();
  uint64_t* const run_end = events.run_end.blocks();
  for (ptrdiff_t i = 0; i < kEnd; ++i) {
    run_long[i] = run16[i] & ~behind<1>(run16, i);
    run_end[i] = behind<1>(run16, i) & ~run[i];
  }
}

// How many blocks a loop has is known when it is compiled, or it would not become vectors. What it
// writes behind the blocks of the text nobody reads.
FL_INLINE void combine_any(Batch& batch, size_t blocks) {
  constexpr size_t kFew = 8;
  if (blocks <= kFew) {
    combine<kFew>(batch);
  } else {
    combine<kBatchBlocks>(batch);
  }
}

#undef FL_INLINE

}  // namespace

void Batch::start() noexcept {
  for_each_history(*this, [](MaskRow& row) { row.start(); });
}

void Batch::carry(size_t blocks) noexcept {
  for_each_history(*this, [blocks](MaskRow& row) { row.carry(blocks); });
}

void combine_scalar(Batch& batch, size_t blocks) { combine_any(batch, blocks); }

#if defined(__x86_64__)
__attribute__((target("avx2"))) void combine_avx2(Batch& batch, size_t blocks) {
  combine_any(batch, blocks);
}
#endif

}  // namespace faultline::redaction::anchors
