// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/random.h"
#include "redaction/anchors/anchor_list.h"
#include "redaction/anchors/kernels.h"
#include "redaction/block_reader.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace faultline::testing {

/// One index in four.
inline const redaction::anchors::NameEnds& some_name_ends() {
  using redaction::anchors::NameEnds;
  static const NameEnds kEnds = [] {
    NameEnds ends;
    constexpr size_t kLetters = NameEnds::kLetters;
    for (size_t index = 0; index < kLetters * kLetters * kLetters; ++index) {
      if (index * random::kGolden >> 62U == 0) ends.add(index);
    }
    return ends;
  }();
  return kEnds;
}

/// Marks of a batch that may be behind one of some_name_ends(), where they can be judged.
inline std::vector<uint16_t> likely_binds(const redaction::anchors::Kernels& kernels,
                                          std::string_view text, size_t at,
                                          const redaction::anchors::MaskRow& binds, size_t blocks) {
  namespace anchors = redaction::anchors;
  std::vector<uint16_t> places(blocks * anchors::kBlockBytes + anchors::kListSlack);
  places.resize(kernels.list_few(binds.blocks(), blocks, places.data()));
  std::erase_if(places, [&](uint16_t place) {
    return at + place < anchors::kNameBytesBefore ||
           at + place + anchors::kNameBytesAfter >= text.size();
  });
  places.resize(
      kernels.keep_names(some_name_ends(), text.data() + at, places.data(), places.size()));
  return places;
}

/// All masks, events and likely places of a text, as one instruction set sees them.
inline std::vector<uint64_t> words_of(const redaction::anchors::Kernels& kernels,
                                      std::string_view text) {
  namespace anchors = redaction::anchors;
  std::vector<uint64_t> out;
  anchors::Batch batch;
  batch.start();
  redaction::for_each_batch(
      text, kernels.classify, batch.masks, [&](size_t at, size_t blocks, const char* bytes) {
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
        for (const uint16_t place : likely_binds(kernels, text, at, masks.bind, blocks)) {
          out.push_back(place);
        }
        batch.carry(blocks);
      });
  return out;
}

}  // namespace faultline::testing
