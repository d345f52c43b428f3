// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
//
// SSSE3 and AVX2: `pshufb` looks sixteen nibbles up at once. The functions are compiled for their
// instruction set alone; block.cc calls them where the processor has it.
#include "redaction/anchors/block.h"
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

FL_SSSE3 __m128i buckets16(const NibbleTables& tables, const char* text, size_t half) {
  const __m128i nibble = set16(0x0F);
  __m128i buckets = set16(0xFF);
  for (size_t position = 0; position < NibbleTables::kPositions; ++position) {
    const __m128i bytes = load16(text + position);
    const __m128i low =
        _mm_shuffle_epi8(load16(tables.low[position][half].data()), _mm_and_si128(bytes, nibble));
    const __m128i high = _mm_shuffle_epi8(load16(tables.high[position][half].data()),
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
  const uint64_t small =
      static_cast<uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(_mm_slli_epi16(bytes, 2))));
  const __m128i first = buckets16(tables, text + at, 0);
  const __m128i second = buckets16(tables, text + at, 1);
  const __m128i words = set16(NibbleTables::kWordBuckets);
  out.word_anchor |= nonzero16(_mm_or_si128(first, _mm_and_si128(second, words))) << at;
  out.any_anchor |= nonzero16(_mm_andnot_si128(words, second)) << at;
  out.word |= nonzero16(_mm_and_si128(classes, set16(kWordBits))) << at;
  out.run |= nonzero16(_mm_or_si128(under, _mm_and_si128(classes, set16(kWordBits | kJoinerBit))))
             << at;
  out.digit |= nonzero16(_mm_and_si128(classes, set16(kDigitBit))) << at;
  out.upper |= (nonzero16(_mm_and_si128(classes, set16(kLetterBits))) & ~small) << at;
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

FL_AVX2 uint64_t equal32(__m256i bytes, char c) {
  const int equal = _mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(c)));
  return static_cast<uint64_t>(static_cast<unsigned>(equal));
}

// The tables in registers, as far as there are registers.
struct Tables32 {
  __m256i low[NibbleTables::kPositions][NibbleTables::kHalves];
  __m256i high[NibbleTables::kPositions][NibbleTables::kHalves];
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
  const uint64_t small = static_cast<uint64_t>(
      static_cast<unsigned>(_mm256_movemask_epi8(_mm256_slli_epi16(bytes, 2))));
  __m256i first = _mm256_and_si256(_mm256_shuffle_epi8(tables.low[0][0], low),
                                   _mm256_shuffle_epi8(tables.high[0][0], high));
  __m256i second = _mm256_and_si256(_mm256_shuffle_epi8(tables.low[0][1], low),
                                    _mm256_shuffle_epi8(tables.high[0][1], high));
  for (size_t position = 1; position < NibbleTables::kPositions; ++position) {
    const __m256i later = load32(text + at + position);
    const __m256i later_low = _mm256_and_si256(later, nibble);
    const __m256i later_high = _mm256_and_si256(_mm256_srli_epi16(later, 4), nibble);
    first = _mm256_and_si256(
        first, _mm256_and_si256(_mm256_shuffle_epi8(tables.low[position][0], later_low),
                                _mm256_shuffle_epi8(tables.high[position][0], later_high)));
    second = _mm256_and_si256(
        second, _mm256_and_si256(_mm256_shuffle_epi8(tables.low[position][1], later_low),
                                 _mm256_shuffle_epi8(tables.high[position][1], later_high)));
  }
  const __m256i words = set32(NibbleTables::kWordBuckets);
  out.word_anchor |= nonzero32(_mm256_or_si256(first, _mm256_and_si256(second, words))) << at;
  out.any_anchor |= nonzero32(_mm256_andnot_si256(words, second)) << at;
  out.word |= nonzero32(_mm256_and_si256(classes, set32(kWordBits))) << at;
  out.run |=
      nonzero32(_mm256_or_si256(under, _mm256_and_si256(classes, set32(kWordBits | kJoinerBit))))
      << at;
  out.digit |= nonzero32(_mm256_and_si256(classes, set32(kDigitBit))) << at;
  out.upper |= (nonzero32(_mm256_and_si256(classes, set32(kLetterBits))) & ~small) << at;
  out.bind |= nonzero32(_mm256_and_si256(classes, set32(kColonBit))) << at;
  out.mark |= nonzero32(_mm256_and_si256(classes, set32(kMarkBits))) << at;
  out.gap |= equal32(bytes, ' ') << at | equal32(bytes, '-') << at;
  out.exponent |= equal32(_mm256_or_si256(bytes, set32(0x20)), 'e') << at;
}

}  // namespace

__attribute__((target("ssse3"))) void classify_ssse3(const NibbleTables& tables, const char* text,
                                                     size_t blocks, BlockMasks* out) {
  for (size_t block = 0; block < blocks; ++block, text += kBlockBytes) {
    BlockMasks masks{};
    for (size_t at = 0; at < kBlockBytes; at += 16) add16(tables, text, at, masks);
    out[block] = masks;
  }
}

__attribute__((target("avx2"))) void classify_avx2(const NibbleTables& tables, const char* text,
                                                   size_t blocks, BlockMasks* out) {
  Tables32 wide;
  for (size_t position = 0; position < NibbleTables::kPositions; ++position) {
    for (size_t half = 0; half < NibbleTables::kHalves; ++half) {
      wide.low[position][half] = table32(tables.low[position][half]);
      wide.high[position][half] = table32(tables.high[position][half]);
    }
  }
  wide.class_low = table32(kClassLow);
  wide.class_high = table32(kClassHigh);
  for (size_t block = 0; block < blocks; ++block, text += kBlockBytes) {
    BlockMasks masks{};
    add32(wide, text, 0, masks);
    add32(wide, text, 32, masks);
    out[block] = masks;
  }
}

// How many bits a word has is no branch that could be foreseen: some are always written, and few
// words have more.
__attribute__((target("bmi,popcnt"))) size_t list_bits_bmi(const uint64_t* words, size_t count,
                                                           uint16_t* places) {
  uint16_t* next = places;
  for (size_t i = 0; i < count; ++i) {
    uint64_t left = words[i];
    const auto bits = static_cast<size_t>(_mm_popcnt_u64(left));
    for (size_t k = 0; k < bits || k == 0; k += kListSlack) {
      for (size_t j = 0; j < kListSlack; ++j) {
        next[k + j] = static_cast<uint16_t>(i * 64 + _tzcnt_u64(left));
        left = _blsr_u64(left);
      }
    }
    next += bits;
  }
  return static_cast<size_t>(next - places);
}

#undef FL_SSSE3
#undef FL_AVX2

}  // namespace faultline::redaction::anchors

#endif
