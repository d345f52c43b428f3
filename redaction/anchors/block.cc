// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#include "redaction/anchors/block.h"

#include "redaction/anchors/byte_classes.h"

#include <string_view>

namespace faultline::redaction::anchors {
namespace {

bool may_begin(const NibbleTables& tables, const char* at) {
  unsigned buckets = 0xFF;
  for (size_t position = 0; position < NibbleTables::kPositions; ++position) {
    const auto byte = static_cast<unsigned char>(at[position]);
    buckets &=
        static_cast<unsigned>(tables.low[position][byte & 15U]) & tables.high[position][byte >> 4U];
  }
  return buckets != 0;
}

}  // namespace

void classify_scalar(const NibbleTables& tables, const char* text, size_t blocks, BatchMasks& out) {
  for (size_t block = 0; block < blocks; ++block, text += kBlockBytes) {
    const auto collect = [&](MaskRow& row, auto holds) {
      uint64_t mask = 0;
      for (size_t i = 0; i < kBlockBytes; ++i) {
        if (holds(text + i)) mask |= uint64_t{1} << i;
      }
      row.blocks()[block] = mask;
    };
    const auto collect_class = [&](MaskRow& row, unsigned classes, std::string_view more) {
      collect(row, [&](const char* at) {
        const auto byte = static_cast<unsigned char>(*at);
        return (kClassLow[byte & 15U] & kClassHigh[byte >> 4U] & classes) != 0 ||
               more.find(*at) != std::string_view::npos;
      });
    };
    collect(out.any_anchor, [&](const char* at) { return may_begin(tables, at); });
    collect_class(out.word, kWordBits, "");
    collect_class(out.run, kWordBits | kJoinerBit, "_");
    collect_class(out.digit, kDigitBit, "");
    collect_class(out.bind, kColonBit, "");
    collect_class(out.mark, kMarkBits, "");
    collect_class(out.gap, 0, " -");
    collect_class(out.exponent, 0, "eE");
  }
}

}  // namespace faultline::redaction::anchors
