// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
//
// SSSE3 and AVX2: `pshufb` looks sixteen nibbles up at once. The functions are compiled for their
// instruction set alone; kernels.cc has them called where the processor has it.
#include "redaction/anchors/block.h"
#include "redaction/anchors/block_masks.h"
#include "redaction/anchors/byte_classes.h"

#if defined(__x86_64__)

#include <immintrin.h>

namespace faultline::redaction::anchors {
namespace {

#define FL_SSSE3 __attribute__((target("ssse3"), always_inline)) inline
#define FL_AVX2 __attribute__((target("avx2"), always_inline)) inline

FL_SSSE3 __m128i load16(const void* from) {
  return _mm_loadu_si128(static_cast<const __m128i*>(from));
}
FL_SSSE3 __m128i set16(uint8_t byte) { return _mm_set1_epi8(static_cast<char>(byte)); }

// Bit i: byte i is not zero.
FL_SSSE3 uint64_t nonzero16(__m128i bytes) {
  const int zero = _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_setzero_si128()));
  return static_cast<uint64_t>(~static_cast<unsigned>(zero) & 0xFFFFU);
}

FL_SSSE3 uint64_t equal16(__m128i bytes, char c) {
  const int equal = _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)));
  return static_cast<uint64_t>(static_cast<unsigned>(equal));
}

FL_SSSE3 __m128i buckets16(const NibbleTables& tables, const char* text) {
  const __m128i nibble = set16(0x0F);
  __m128i buckets = set16(0xFF);
  for (size_t position = 0; position < NibbleTables::kPositions; ++position) {
    const __m128i bytes = load16(text + position);
    const __m128i low =
        _mm_shuffle_epi8(load16(tables.low[position].data()), _mm_and_si128(bytes, nibble));
    const __m128i high = _mm_shuffle_epi8(load16(tables.high[position].data()),
                                          _mm_and_si128(_mm_srli_epi16(bytes, 4), nibble));
    buckets = _mm_and_si128(buckets, _mm_and_si128(low, high));
  }
  return buckets;
}

FL_SSSE3 void add16(const NibbleTables& tables, const char* text, size_t at, BlockMasks& out) {
  const __m128i nibble = set16(0x0F);
  const __m128i bytes = load16(text + at);
  const __m128i classes = _mm_and_si128(
      _mm_shuffle_epi8(load16(kClassLow.data()), _mm_and_si128(bytes, nibble)),
      _mm_shuffle_epi8(load16(kClassHigh.data()), _mm_and_si128(_mm_srli_epi16(bytes, 4), nibble)));
  const __m128i under = _mm_cmpeq_epi8(bytes, set16('_'));
  out.any_anchor |= nonzero16(buckets16(tables, text + at)) << at;
  out.word |= nonzero16(_mm_and_si128(classes, set16(kWordBits))) << at;
  out.run |= nonzero16(_mm_or_si128(under, _mm_and_si128(classes, set16(kWordBits | kJoinerBit))))
             << at;
  out.digit |= nonzero16(_mm_and_si128(classes, set16(kDigitBit))) << at;
  out.bind |= nonzero16(_mm_and_si128(classes, set16(kColonBit))) << at;
  out.mark |= nonzero16(_mm_and_si128(classes, set16(kMarkBits))) << at;
  out.gap |= equal16(bytes, ' ') << at | equal16(bytes, '-') << at;
  out.exponent |= equal16(_mm_or_si128(bytes, set16(0x20)), 'e') << at;
}

FL_AVX2 __m256i load32(const void* from) {
  return _mm256_loadu_si256(static_cast<const __m256i*>(from));
}
FL_AVX2 __m256i table32(const NibbleTables::Table& table) {
  return _mm256_broadcastsi128_si256(
      _mm_loadu_si128(static_cast<const __m128i*>(static_cast<const void*>(table.data()))));
}
FL_AVX2 __m256i set32(uint8_t byte) { return _mm256_set1_epi8(static_cast<char>(byte)); }

FL_AVX2 uint64_t nonzero32(__m256i bytes) {
  const int zero = _mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, _mm256_setzero_si256()));
  return static_cast<uint64_t>(~static_cast<unsigned>(zero));
}

// Bit i: the highest bit of byte i.
FL_AVX2 uint64_t sign32(__m256i bytes) {
  return static_cast<uint64_t>(static_cast<unsigned>(_mm256_movemask_epi8(bytes)));
}

// The same for bytes that are no more than 127.
FL_AVX2 uint64_t positive32(__m256i bytes) {
  return sign32(_mm256_cmpgt_epi8(bytes, _mm256_setzero_si256()));
}

FL_AVX2 uint64_t equal32(__m256i bytes, char c) {
  return sign32(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(c)));
}

// The tables in registers.
struct Tables32 {
  __m256i low[NibbleTables::kPositions];
  __m256i high[NibbleTables::kPositions];
  __m256i class_low;
  __m256i class_high;
};

FL_AVX2 void add32(const Tables32& tables, const char* text, size_t at, BlockMasks& out) {
  const __m256i nibble = set32(0x0F);
  const __m256i bytes = load32(text + at);
  const __m256i low = _mm256_and_si256(bytes, nibble);
  const __m256i high = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble);
  const __m256i classes = _mm256_and_si256(_mm256_shuffle_epi8(tables.class_low, low),
                                           _mm256_shuffle_epi8(tables.class_high, high));
  const __m256i under = _mm256_cmpeq_epi8(bytes, set32('_'));
  __m256i buckets = _mm256_and_si256(_mm256_shuffle_epi8(tables.low[0], low),
                                     _mm256_shuffle_epi8(tables.high[0], high));
  for (size_t position = 1; position < NibbleTables::kPositions; ++position) {
    const __m256i later = load32(text + at + position);
    const __m256i later_low = _mm256_and_si256(later, nibble);
    const __m256i later_high = _mm256_and_si256(_mm256_srli_epi16(later, 4), nibble);
    buckets = _mm256_and_si256(
        buckets, _mm256_and_si256(_mm256_shuffle_epi8(tables.low[position], later_low),
                                  _mm256_shuffle_epi8(tables.high[position], later_high)));
  }
  out.any_anchor |= nonzero32(buckets) << at;
  out.word |= positive32(_mm256_and_si256(classes, set32(kWordBits))) << at;
  const __m256i in_run = _mm256_and_si256(classes, set32(kWordBits | kJoinerBit));
  out.run |= sign32(_mm256_or_si256(under, _mm256_cmpgt_epi8(in_run, _mm256_setzero_si256())))
             << at;
  out.digit |= positive32(_mm256_and_si256(classes, set32(kDigitBit))) << at;
  out.bind |= positive32(_mm256_and_si256(classes, set32(kColonBit))) << at;
  out.mark |= nonzero32(_mm256_and_si256(classes, set32(kMarkBits))) << at;
  out.gap |= sign32(_mm256_or_si256(_mm256_cmpeq_epi8(bytes, set32(' ')),
                                    _mm256_cmpeq_epi8(bytes, set32('-'))))
             << at;
  out.exponent |= equal32(_mm256_or_si256(bytes, set32(0x20)), 'e') << at;
}

}  // namespace

__attribute__((target("ssse3"))) void classify_ssse3(const NibbleTables& tables, const char* text,
                                                     size_t blocks, BatchMasks& out) {
  for (size_t block = 0; block < blocks; ++block, text += kBlockBytes) {
    BlockMasks masks;
    for (size_t at = 0; at < kBlockBytes; at += 16) add16(tables, text, at, masks);
    put(masks, block, out);
  }
}

__attribute__((target("avx2"))) void classify_avx2(const NibbleTables& tables, const char* text,
                                                   size_t blocks, BatchMasks& out) {
  Tables32 wide;
  for (size_t position = 0; position < NibbleTables::kPositions; ++position) {
    wide.low[position] = table32(tables.low[position]);
    wide.high[position] = table32(tables.high[position]);
  }
  wide.class_low = table32(kClassLow);
  wide.class_high = table32(kClassHigh);
  for (size_t block = 0; block < blocks; ++block, text += kBlockBytes) {
    BlockMasks masks;
    add32(wide, text, 0, masks);
    add32(wide, text, 32, masks);
    put(masks, block, out);
  }
}

#undef FL_SSSE3
#undef FL_AVX2

}  // namespace faultline::redaction::anchors

#endif
