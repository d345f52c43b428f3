// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
//
// AArch64: `tbl` looks sixteen nibbles up at once. NEON is part of the architecture.
#include "redaction/anchors/block.h"
#include "redaction/anchors/block_masks.h"
#include "redaction/anchors/byte_classes.h"

#if defined(__aarch64__)

#include <arm_neon.h>

namespace faultline::redaction::anchors {
namespace {

// Bit i: byte i is not zero. There is no movemask: the bytes are weighted and added in pairs.
uint64_t nonzero(uint8x16_t bytes) {
  constexpr std::array<uint8_t, 16> kWeights{1, 2, 4, 8, 16, 32, 64, 128,
                                             1, 2, 4, 8, 16, 32, 64, 128};
  const uint8x16_t bits = vandq_u8(vtstq_u8(bytes, bytes), vld1q_u8(kWeights.data()));
  return uint64_t{vaddv_u8(vget_low_u8(bits))} | uint64_t{vaddv_u8(vget_high_u8(bits))} << 8U;
}

uint8x16_t buckets(const NibbleTables& tables, const uint8_t* text) {
  uint8x16_t found = vdupq_n_u8(0xFF);
  for (size_t position = 0; position < NibbleTables::kPositions; ++position) {
    const uint8x16_t bytes = vld1q_u8(text + position);
    const uint8x16_t low =
        vqtbl1q_u8(vld1q_u8(tables.low[position].data()), vandq_u8(bytes, vdupq_n_u8(0x0F)));
    const uint8x16_t high =
        vqtbl1q_u8(vld1q_u8(tables.high[position].data()), vshrq_n_u8(bytes, 4));
    found = vandq_u8(found, vandq_u8(low, high));
  }
  return found;
}

void add(const NibbleTables& tables, const uint8_t* text, size_t at, BlockMasks& out) {
  const uint8x16_t bytes = vld1q_u8(text + at);
  const uint8x16_t classes =
      vandq_u8(vqtbl1q_u8(vld1q_u8(kClassLow.data()), vandq_u8(bytes, vdupq_n_u8(0x0F))),
               vqtbl1q_u8(vld1q_u8(kClassHigh.data()), vshrq_n_u8(bytes, 4)));
  const auto of = [classes](uint8_t mask) { return vandq_u8(classes, vdupq_n_u8(mask)); };
  const uint8x16_t under = vceqq_u8(bytes, vdupq_n_u8('_'));
  out.any_anchor |= nonzero(buckets(tables, text + at)) << at;
  out.word |= nonzero(of(kWordBits)) << at;
  out.run |= nonzero(vorrq_u8(under, of(kWordBits | kJoinerBit))) << at;
  out.digit |= nonzero(of(kDigitBit)) << at;
  out.bind |= nonzero(of(kColonBit)) << at;
  out.mark |= nonzero(of(kMarkBits)) << at;
  const auto equals = [](uint8x16_t some, char c) {
    return vceqq_u8(some, vdupq_n_u8(static_cast<uint8_t>(c)));
  };
  out.gap |= nonzero(vorrq_u8(equals(bytes, ' '), equals(bytes, '-'))) << at;
  out.exponent |= nonzero(equals(vorrq_u8(bytes, vdupq_n_u8(0x20)), 'e')) << at;
}

}  // namespace

void classify_neon(const NibbleTables& tables, const char* text, size_t blocks, BatchMasks& out) {
  for (size_t block = 0; block < blocks; ++block, text += kBlockBytes) {
    BlockMasks masks;
    const auto* bytes = static_cast<const uint8_t*>(static_cast<const void*>(text));
    for (size_t at = 0; at < kBlockBytes; at += 16) add(tables, bytes, at, masks);
    put(masks, block, out);
  }
}

}  // namespace faultline::redaction::anchors

#endif
