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
#include <string_view>

namespace faultline::redaction {

/// The places of a text where something may begin or end, in order, from the masks of its blocks.
struct BlockEvents {
  uint64_t anchors;   // an anchor may begin here
  uint64_t digits;    // the fourth digit of a word
  uint64_t ibans;     // the fourth character of a word like `DE89`
  uint64_t marks;     // @ : = > % \ +
  uint64_t run_long;  // the last of the first kEncodedRunMin characters of a run
  uint64_t run_end;   // the character behind a run of at least that many
  [[nodiscard]] uint64_t all() const noexcept {
    return anchors | digits | ibans | marks | run_long | run_end;
  }
};

/// Combines the masks of a block with those of the block before.
class BlockCombiner {
 public:
  [[nodiscard]] BlockEvents next(const anchors::BlockMasks& m) noexcept {
    static_assert(kEncodedRunMin == 16);
    const auto word = [&](unsigned by) { return shifted(m.word, before_.word, by); };
    const auto digit = [&](unsigned by) { return shifted(m.digit, before_.digit, by); };
    const auto upper = [&](unsigned by) { return shifted(m.upper, before_.upper, by); };
    BlockEvents out{};
    out.anchors = (m.word_anchor & m.word & ~word(1)) | m.any_anchor;
    const uint64_t begins_word = ~word(4);
    out.digits = m.digit & digit(1) & digit(2) & digit(3) & begins_word;
    out.ibans = m.digit & digit(1) & upper(2) & upper(3) & begins_word;
    out.marks = m.mark;
    // Runs of 2, 4, 8 and 16 that end at each place.
    const std::array<uint64_t, 5> runs = run_lengths(m.run);
    const uint64_t long_before = shifted(runs[4], runs_[4], 1);
    out.run_long = runs[4] & ~long_before;
    out.run_end = long_before & ~m.run;
    runs_ = runs;
    before_ = m;
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

  anchors::BlockMasks before_{};
  std::array<uint64_t, 5> runs_{};  // where runs of 1, 2, 4, 8 and 16 end in the block before
};

/// Calls `take(offset of the block, masks)` for every block of the text, the last one padded with
/// zeros, until it answers false.
template <typename Take>
void for_each_block(std::string_view text, anchors::Classify classify, Take take) {
  using anchors::kBlockBytes;
  constexpr size_t kBatch = 32;
  const anchors::NibbleTables& tables = anchors::nibble_tables();
  std::array<anchors::BlockMasks, kBatch> masks;
  size_t at = 0;
  while (at + kBlockBytes + anchors::kOverhang <= text.size()) {
    const size_t whole = (text.size() - at - anchors::kOverhang) / kBlockBytes;
    const size_t blocks = std::min(whole, kBatch);
    classify(tables, text.data() + at, blocks, masks.data());
    for (size_t i = 0; i < blocks; ++i, at += kBlockBytes) {
      if (!take(at, masks[i])) return;
    }
  }
  if (at == text.size()) return;
  std::array<char, 2 * kBlockBytes + anchors::kOverhang> tail{};
  std::memcpy(tail.data(), text.data() + at, text.size() - at);
  const size_t blocks = (text.size() - at + kBlockBytes - 1) / kBlockBytes;
  classify(tables, tail.data(), blocks, masks.data());
  for (size_t i = 0; i < blocks; ++i, at += kBlockBytes) {
    if (!take(at, masks[i])) return;
  }
}

}  // namespace faultline::redaction
