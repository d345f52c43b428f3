// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/anchors/block.h"
#include "redaction/decode.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace faultline::redaction {

/// No card number is shorter.
inline constexpr size_t kCardDigitsMin = 12;

/// The places of a text where something may begin or end, in order, from the masks of its blocks.
struct BlockEvents {
  uint64_t anchors;    // an anchor may begin here
  uint64_t cards;      // kCardDigitsMin characters behind the first digit of a word are digits, and
                       // single spaces or dashes between digits
  uint64_t ibans;      // the fourth of characters like `DE89`
  uint64_t binds;      // : = >, behind a name
  uint64_t marks;      // @ % \ +
  uint64_t run_long;   // the last of the first kEncodedRunMin characters of a run
  uint64_t run_end;    // the character behind a run of at least that many
  uint64_t exponents;  // an e behind a digit
  [[nodiscard]] uint64_t all() const noexcept {
    return anchors | cards | ibans | binds | marks | run_long | run_end;
  }
};

/// Combines the masks of a block with those of the block before.
class BlockCombiner {
 public:
  [[nodiscard]] BlockEvents next(const anchors::BlockMasks& m) noexcept {
    static_assert(kEncodedRunMin == 16);
    const uint64_t after_word = shifted(m.word, word_, 1);
    const uint64_t after_digit = shifted(m.digit, digit_, 1);
    const uint64_t two_upper = m.upper & shifted(m.upper, upper_, 1);
    BlockEvents out{};
    out.anchors = (m.word_anchor & m.word & ~after_word) | m.any_anchor;
    out.ibans = m.digit & after_digit & shifted(two_upper, two_upper_, 2);
    out.binds = m.bind;
    out.marks = m.mark;
    out.exponents = m.exponent & after_digit;
    out.cards = next_cards(m.digit | (m.gap & after_digit), m.digit & ~after_word);
    // Runs of 2, 4, 8 and 16 that end at each place.
    const std::array<uint64_t, 5> runs = run_lengths(m.run);
    const uint64_t long_before = shifted(runs[4], runs_[4], 1);
    out.run_long = runs[4] & ~long_before;
    out.run_end = long_before & ~m.run;
    runs_ = runs;
    word_ = m.word;
    digit_ = m.digit;
    upper_ = m.upper;
    two_upper_ = two_upper;
    return out;
  }

  /// True when the text ended inside a long run.
  [[nodiscard]] bool is_in_long_run() const noexcept { return (runs_[4] >> 63U) != 0; }

 private:
  static uint64_t shifted(uint64_t now, uint64_t before, unsigned by) noexcept {
    return now << by | before >> (64U - by);
  }
  [[nodiscard]] std::array<uint64_t, 5> run_lengths(uint64_t run) const noexcept {
    std::array<uint64_t, 5> runs{run};
    for (unsigned i = 0; i < 4; ++i) runs[i + 1] = runs[i] & shifted(runs[i], runs_[i], 1U << i);
    return runs;
  }

  // Twelve characters of `grouped` in a row, the first of which is in `begins`.
  [[nodiscard]] uint64_t next_cards(uint64_t grouped, uint64_t begins) noexcept {
    static_assert(kCardDigitsMin == 12);
    std::array<uint64_t, 3> runs{grouped};  // of 1, 2 and 4
    for (unsigned i = 0; i < 2; ++i) {
      runs[i + 1] = runs[i] & shifted(runs[i], grouped_[i], 1U << i);
    }
    const uint64_t eight = runs[2] & shifted(runs[2], grouped_[2], 4);
    const uint64_t twelve = eight & shifted(runs[2], grouped_[2], 8);
    const uint64_t found = twelve & shifted(begins, card_begins_, kCardDigitsMin - 1);
    grouped_ = runs;
    card_begins_ = begins;
    return found;
  }

  // Of the block before.
  uint64_t word_ = 0;
  uint64_t digit_ = 0;
  uint64_t upper_ = 0;
  uint64_t two_upper_ = 0;
  std::array<uint64_t, 3> grouped_{};  // the runs of next_cards() in the block before
  uint64_t card_begins_ = 0;
  std::array<uint64_t, 5> runs_{};  // where runs of 1, 2, 4, 8 and 16 end in the block before
};

/// Blocks that are turned into masks at once.
inline constexpr size_t kBatchBlocks = 32;

/// Calls `take(offset, masks, bytes)` for every batch of blocks of the text: a span of masks, one
/// for each block, and the batch's bytes. kOverhang bytes behind a batch can be read; the text ends
/// in zeros.
template <typename Take>
void for_each_batch(std::string_view text, anchors::Classify classify, Take take) {
  using anchors::kBlockBytes;
  const anchors::NibbleTables& tables = anchors::nibble_tables();
  std::array<anchors::BlockMasks, kBatchBlocks> masks;
  size_t at = 0;
  while (at + kBlockBytes + anchors::kOverhang <= text.size()) {
    const size_t whole = (text.size() - at - anchors::kOverhang) / kBlockBytes;
    const size_t blocks = std::min(whole, kBatchBlocks);
    classify(tables, text.data() + at, blocks, masks.data());
    take(at, std::span<const anchors::BlockMasks>(masks).first(blocks), text.data() + at);
    at += blocks * kBlockBytes;
  }
  if (at == text.size()) return;
  std::array<char, 2 * kBlockBytes + anchors::kOverhang> tail{};
  std::memcpy(tail.data(), text.data() + at, text.size() - at);
  const size_t blocks = (text.size() - at + kBlockBytes - 1) / kBlockBytes;
  classify(tables, tail.data(), blocks, masks.data());
  take(at, std::span<const anchors::BlockMasks>(masks).first(blocks), tail.data());
}

}  // namespace faultline::redaction
