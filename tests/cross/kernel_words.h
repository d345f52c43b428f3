// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/anchors/anchor_list.h"
#include "redaction/anchors/kernels.h"
#include "redaction/block_reader.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace faultline::testing {

/// All masks, events and likely places of a text, as one instruction set sees them.
inline std::vector<uint64_t> words_of(const redaction::anchors::Kernels& kernels,
                                      std::string_view text) {
  namespace anchors = redaction::anchors;
  std::vector<uint64_t> out;
  anchors::Batch batch;
  batch.start();
  redaction::for_each_batch(
      text, kernels.classify, batch.masks, [&](size_t, size_t blocks, const char* bytes) {
        kernels.combine(batch, blocks);
        const auto& [masks, events, steps] = batch;
        for (const auto* row :
             {&masks.any_anchor, &masks.word, &masks.run, &masks.digit, &masks.bind, &masks.mark,
              &masks.gap, &masks.exponent, &events.anchors, &events.cards, &events.ibans,
              &events.run_long, &events.run_end, &events.exponents}) {
          out.insert(out.end(), row->blocks(), row->blocks() + blocks);
        }
        std::vector<uint16_t> places(blocks * anchors::kBlockBytes + anchors::kListSlack);
        const size_t count = kernels.list_many(events.anchors.blocks(), blocks, places.data());
        places.resize(kernels.keep_fronts(anchors::AnchorList::instance().fronts(), bytes,
                                          places.data(), count));
        out.insert(out.end(), places.begin(), places.end());
        batch.carry(blocks);
      });
  return out;
}

}  // namespace faultline::testing
