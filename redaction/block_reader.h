// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/anchors/block.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace faultline::redaction {

/// Calls `take(offset, blocks, bytes)` for every batch of blocks of the text, whose masks are in
/// `masks` then. kOverhang bytes behind a batch can be read; the text ends in zeros.
template <typename Take>
void for_each_batch(std::string_view text, anchors::Classify classify, anchors::BatchMasks& masks,
                    Take take) {
  using anchors::kBlockBytes;
  const anchors::NibbleTables& tables = anchors::nibble_tables();
  // A short text is copied, so that it is one batch and not one and its tail.
  constexpr size_t kCopied = anchors::kBatchBlocks * kBlockBytes / 2;
  const bool is_copied = text.size() <= kCopied;
  size_t at = 0;
  while (!is_copied && at + kBlockBytes + anchors::kOverhang <= text.size()) {
    const size_t whole = (text.size() - at - anchors::kOverhang) / kBlockBytes;
    const size_t blocks = std::min(whole, anchors::kBatchBlocks);
    classify(tables, text.data() + at, blocks, masks);
    take(at, blocks, text.data() + at);
    at += blocks * kBlockBytes;
  }
  if (at == text.size()) return;
  const size_t blocks = (text.size() - at + kBlockBytes - 1) / kBlockBytes;
  std::array<char, kCopied + anchors::kOverhang> tail;  // NOLINT(*-member-init): written below
  char* const behind = std::copy(text.begin() + at, text.end(), tail.begin());
  std::fill(behind, tail.data() + blocks * kBlockBytes + anchors::kOverhang, '\0');
  classify(tables, tail.data(), blocks, masks);
  take(at, blocks, tail.data());
}

}  // namespace faultline::redaction
