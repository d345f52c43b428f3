// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/anchors/kernels.h"
#include "redaction/patterns.h"
#include "redaction/scanner.h"
#include "tests/cross/kernel_words.h"

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

void check_masks(std::string_view text) {
  const auto want =
      faultline::testing::words_of(*anchors::kernels(anchors::InstructionSet::Scalar), text);
  for (const auto set : anchors::kInstructionSets) {
    const auto* const kernels = anchors::kernels(set);
    if (kernels != nullptr) require(faultline::testing::words_of(*kernels, text) == want);
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

// Where the text lies among the blocks changes no find: a seam is moved over every place of it.
void check_seams(const std::string& text) {
  static redaction::NameCache names;
  static redaction::PatternSet patterns(true);
  redaction::Scan scan;
  redaction::Scan moved;
  redaction::scan_text(text, names, patterns, scan);
  const size_t by = text.empty() ? 0 : static_cast<unsigned char>(text.front()) % 64 + 1;
  redaction::scan_text(std::string(by, ' ') + text, names, patterns, moved);
  const auto back = [by](redaction::Range range) {
    return redaction::Range{range.begin - by, range.end - by};
  };
  for (auto& find : moved.finds) find.range = back(find.range);
  for (auto& run : moved.runs) run = back(run);
  require(std::ranges::equal(scan.finds, moved.finds, is_same_find));
  require(std::ranges::equal(scan.runs, moved.runs, [](const auto& a, const auto& b) {
    return a.begin == b.begin && a.end == b.end;
  }));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(data, data + size);
  check_masks(text);
  check_finds(text);
  check_seams(text);
  return 0;
}
