// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#pragma once

#include "redaction/anchors/mask_row.h"

#include <array>
#include <cstddef>
#include <cstdint>

/// The first stage of the scan: 64 bytes at a time become masks, bit i for byte i. One function per
/// instruction set, chosen at run time (kernels.h); all give the same masks.
namespace faultline::redaction::anchors {

/// The masks of a batch of blocks.
struct BatchMasks {
  MaskRow any_anchor;  // may begin an anchor that may stand inside a word
  MaskRow word;        // letters and digits
  MaskRow run;         // and + / - _
  MaskRow digit;
  MaskRow bind;      // : = >
  MaskRow mark;      // @ % \ +
  MaskRow gap;       // space and -: what stands between the groups of a card number
  MaskRow exponent;  // e E
};

/// Four bytes from a place on against eight buckets of the anchors that may stand inside a word:
/// for each position and nibble value the buckets that allow it. A place is a candidate when some
/// bucket allows all eight nibbles.
struct NibbleTables {
  static constexpr size_t kPositions = 4;
  using Table = std::array<uint8_t, 16>;
  std::array<Table, kPositions> low{};
  std::array<Table, kPositions> high{};
};

/// The tables of all anchors of classes.def. Immutable, built once.
[[nodiscard]] const NibbleTables& nibble_tables();

/// Reads `blocks` * kBlockBytes + kOverhang bytes, writes `blocks` words of each row.
using Classify = void (*)(const NibbleTables& tables, const char* text, size_t blocks,
                          BatchMasks& out);

// The implementations; each exists on its own machines only.
void classify_scalar(const NibbleTables& tables, const char* text, size_t blocks, BatchMasks& out);
void classify_ssse3(const NibbleTables& tables, const char* text, size_t blocks, BatchMasks& out);
void classify_avx2(const NibbleTables& tables, const char* text, size_t blocks, BatchMasks& out);
void classify_neon(const NibbleTables& tables, const char* text, size_t blocks, BatchMasks& out);

}  // namespace faultline::redaction::anchors
