// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/anchors/block.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

// Every instruction set gives the masks of the scalar twin.

namespace {

using faultline::redaction::anchors::BlockMasks;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_masks(std::string_view text) {
  namespace anchors = faultline::redaction::anchors;
  const size_t blocks = text.size() / anchors::kBlockBytes + 1;
  std::string padded(text);
  padded.resize(blocks * anchors::kBlockBytes + anchors::kOverhang);
  std::vector<BlockMasks> want(blocks);
  anchors::classify_scalar(anchors::nibble_tables(), padded.data(), blocks, want.data());
  for (const auto set : anchors::kInstructionSets) {
    const auto classify = anchors::classifier(set);
    if (classify == nullptr) continue;
    std::vector<BlockMasks> got(blocks);
    classify(anchors::nibble_tables(), padded.data(), blocks, got.data());
    require(got == want);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(data, data + size);
  check_masks(text);
  return 0;
}
