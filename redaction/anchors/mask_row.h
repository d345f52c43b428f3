// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace faultline::redaction::anchors {

inline constexpr size_t kBlockBytes = 64;
/// Blocks that are turned into masks at once.
inline constexpr size_t kBatchBlocks = 32;
/// Bytes behind the last block that are read: an anchor may begin at its last byte.
inline constexpr size_t kOverhang = 3;

/// One kind of mask for the blocks of a batch, and that of the block before them, at -1. Nothing is
/// there before start() and a first batch.
class MaskRow {
 public:
  [[nodiscard]] uint64_t* blocks() noexcept { return words_.data() + kLead; }
  [[nodiscard]] const uint64_t* blocks() const noexcept { return words_.data() + kLead; }
  /// Nothing is in front of the text.
  void start() noexcept { words_[kLead - 1] = 0; }
  /// The last of `blocks` blocks is in front of the next batch.
  void carry(size_t blocks) noexcept { words_[kLead - 1] = words_[kLead - 1 + blocks]; }

 private:
  static constexpr size_t kLead = 4;  // the blocks are as aligned as the row
  alignas(32) std::array<uint64_t, kLead + kBatchBlocks> words_;
};

}  // namespace faultline::redaction::anchors
