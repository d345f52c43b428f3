// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/anchors/anchor_list.h"
#include "redaction/anchors/kernels.h"
#include "redaction/block_reader.h"
#include "redaction/patterns.h"
#include "redaction/scanner.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

// Every instruction set gives the masks of the scalar twin, and the scan finds what the one finds
// that asks every finder and every expression at every place.

namespace {

namespace redaction = faultline::redaction;
namespace anchors = redaction::anchors;

void require(bool holds) {
  if (!holds) std::abort();
}

// The words of all masks and events of a text.
std::vector<uint64_t> words_of(const anchors::Kernels& kernels, std::string_view text) {
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

void check_masks(std::string_view text) {
  const auto want = words_of(*anchors::kernels(anchors::InstructionSet::Scalar), text);
  for (const auto set : anchors::kInstructionSets) {
    const auto* const kernels = anchors::kernels(set);
    if (kernels != nullptr) require(words_of(*kernels, text) == want);
  }
}

bool is_same_find(const redaction::Find& a, const redaction::Find& b) {
  return a.range.begin == b.range.begin && a.range.end == b.range.end && a.class_id == b.class_id &&
         a.kind == b.kind && a.quoted == b.quoted;
}

void check_finds(std::string_view text) {
  static redaction::NameCache names;
  static redaction::PatternSet patterns(true);
  static redaction::PatternSet everywhere = [] {
    redaction::PatternSet made(true);
    made.ask_everywhere();
    return made;
  }();
  redaction::Scan fast;
  redaction::Scan slow;
  redaction::scan_text(text, names, patterns, fast);
  redaction::scan_text_slowly(text, names, everywhere, slow);
  require(std::ranges::equal(fast.finds, slow.finds, is_same_find));
  require(std::ranges::equal(fast.runs, slow.runs, [](const auto& a, const auto& b) {
    return a.begin == b.begin && a.end == b.end;
  }));
  require(fast.has_percent == slow.has_percent && fast.has_backslash == slow.has_backslash);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(data, data + size);
  check_masks(text);
  check_finds(text);
  return 0;
}
