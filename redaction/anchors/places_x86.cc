// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
//
// Eight places at a time. What is left of a list, and what stands at its end, the scalar twins
// judge.
#include "redaction/anchors/places.h"

#if defined(__x86_64__)

#include <bit>
#include <cstring>

#include <immintrin.h>

namespace faultline::redaction::anchors {
namespace {

#define FL_BMI __attribute__((target("bmi,popcnt"), always_inline)) inline
#define FL_AVX2 __attribute__((target("avx2"), always_inline)) inline

constexpr size_t kLanes = 8;

// How many bits a word has is no branch that could be foreseen: so many are always written, and few
// words have more.
template <size_t Always>
FL_BMI size_t list_bits(const uint64_t* words, size_t count, uint16_t* places) {
  static_assert(Always <= kListSlack);
  uint16_t* next = places;
  for (size_t i = 0; i < count; ++i) {
    uint64_t left = words[i];
    const auto bits = static_cast<size_t>(_mm_popcnt_u64(left));
    for (size_t k = 0; k < bits || k == 0; k += Always) {
#pragma GCC unroll 16
      for (size_t j = 0; j < Always; ++j) {
        next[k + j] = static_cast<uint16_t>(i * 64 + _tzcnt_u64(left));
        left = _blsr_u64(left);
      }
    }
    next += bits;
  }
  return static_cast<size_t>(next - places);
}

FL_AVX2 __m256i set32(char byte) { return _mm256_set1_epi8(byte); }

// The bytes from one to another; ASCII only.
FL_AVX2 __m256i between(__m256i bytes, char low, char high) {
  return _mm256_and_si256(_mm256_cmpgt_epi8(bytes, set32(static_cast<char>(low - 1))),
                          _mm256_cmpgt_epi8(set32(static_cast<char>(high + 1)), bytes));
}

// Of each lane, the bit that `index` says.
FL_AVX2 __m256i bit_of(__m256i words, __m256i index) {
  return _mm256_srlv_epi32(words, _mm256_and_si256(index, _mm256_set1_epi32(31)));
}

// Keeps those of eight places whose lane has its highest bit set. Hardly ever one has.
FL_AVX2 size_t keep_lanes(__m256i lanes, const uint16_t* from, uint16_t* places, size_t kept) {
  auto left = static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(lanes)));
  for (; left != 0; left &= left - 1) places[kept++] = from[std::countr_zero(left)];
  return kept;
}

FL_AVX2 __m256i fours_at(const char* bytes, const uint16_t* places) {
  const auto at = [&](size_t i) { return static_cast<int>(four_bytes(bytes + places[i])); };
  return _mm256_setr_epi32(at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7));
}

FL_AVX2 __m256i judge_fronts(const FrontTable& fronts, __m256i bytes) {
  const __m256i lower = _mm256_or_si256(bytes, set32(0x20));
  const __m256i in_word = _mm256_or_si256(between(lower, 'a', 'z'), between(bytes, '0', '9'));
  const __m256i is_kept = _mm256_or_si256(in_word, _mm256_set1_epi32(0xFFFFFF));
  const __m256i front = _mm256_blendv_epi8(set32(FrontTable::kWordEnd), lower, is_kept);
  const __m256i hash =
      _mm256_mullo_epi32(front, _mm256_set1_epi32(static_cast<int>(FrontTable::kFactor)));
  const __m256i words =
      _mm256_i32gather_epi32(static_cast<const int*>(static_cast<const void*>(fronts.words())),
                             _mm256_srli_epi32(hash, FrontTable::kWordShift), 4);
  const __m256i first = bit_of(words, _mm256_srli_epi32(hash, FrontTable::kBitShifts[0]));
  const __m256i second = bit_of(words, _mm256_srli_epi32(hash, FrontTable::kBitShifts[1]));
  return _mm256_slli_epi32(_mm256_and_si256(first, second), 31);
}

// Bytes -5 to 2 from four marks.
FL_AVX2 __m256i around(const char* bytes, const uint16_t* places, size_t a, size_t b, size_t c,
                       size_t d) {
  const auto at = [&](size_t i) {
    int64_t eight = 0;
    std::memcpy(&eight, bytes + places[i] - kNameBytesBefore, sizeof(eight));
    return eight;
  };
  return _mm256_setr_epi64x(at(a), at(b), at(c), at(d));
}

template <int Halves>
FL_AVX2 __m256i join_halves(__m256i a, __m256i b) {
  return _mm256_castps_si256(
      _mm256_shuffle_ps(_mm256_castsi256_ps(a), _mm256_castsi256_ps(b), Halves));
}

template <typename... Chars>
FL_AVX2 __m256i is_one_of(__m256i bytes, Chars... chars) {
  __m256i found = _mm256_setzero_si256();
  ((found = _mm256_or_si256(found, _mm256_cmpeq_epi8(bytes, set32(chars)))), ...);
  return found;
}

FL_AVX2 __m256i byte_mask(uint32_t mask) { return _mm256_set1_epi32(static_cast<int>(mask)); }

// Eight marks: the four bytes before each and from one before it to two behind.
struct Marks {
  __m256i before;  // as if there were no quote
  __m256i before_quote;
  __m256i around;  // -1, the mark, 1, 2
};

FL_AVX2 Marks marks_at(const char* bytes, const uint16_t* places) {
  // The halves of two vectors come out in order.
  const __m256i some = around(bytes, places, 0, 1, 4, 5);
  const __m256i others = around(bytes, places, 2, 3, 6, 7);
  return {join_halves<0x88>(_mm256_srli_epi64(some, 8), _mm256_srli_epi64(others, 8)),
          join_halves<0x88>(some, others), join_halves<0xDD>(some, others)};
}

// The kinds of NameEnds, but zero for all that is no letter and no digit.
FL_AVX2 __m256i letter_kinds(__m256i name) {
  const __m256i lower = _mm256_or_si256(name, set32(0x20));
  const __m256i letter =
      _mm256_and_si256(between(lower, 'a', 'z'), _mm256_sub_epi8(lower, set32('a' - 1)));
  const __m256i digit =
      _mm256_and_si256(between(name, '0', '9'), _mm256_sub_epi8(name, set32('0' - 27)));
  return _mm256_or_si256(letter, digit);
}

// As NameEnds::find_plain(), not zero where that is not Unknown. Byte 3 is the last of the name.
FL_AVX2 __m256i judge_names(const NameEnds& ends, __m256i name, __m256i quoted) {
  const __m256i skipped = is_one_of(name, '_', '-', '$');
  const __m256i in_quotes = _mm256_and_si256(quoted, is_one_of(name, ' ', '/', ':'));
  __m256i unplain =
      _mm256_or_si256(_mm256_or_si256(skipped, in_quotes), is_one_of(name, '.', '[', ']'));
  __m256i kinds = letter_kinds(name);
  const __m256i skips_third = _mm256_and_si256(skipped, byte_mask(0xFF00));
  unplain = _mm256_blendv_epi8(unplain, _mm256_slli_epi32(unplain, 8), skips_third);
  kinds = _mm256_blendv_epi8(kinds, _mm256_slli_epi32(kinds, 8), skips_third);
  // What is in front of another byte does not belong to the name; a name has a last letter.
  const __m256i other = _mm256_cmpeq_epi8(kinds, _mm256_setzero_si256());
  unplain = _mm256_or_si256(unplain, _mm256_and_si256(other, byte_mask(0xFF000000U)));
  const __m256i outside =
      _mm256_or_si256(_mm256_srli_epi32(other, 8), _mm256_srli_epi32(other, 16));
  kinds = _mm256_andnot_si256(outside, kinds);
  // Byte 1 + 37 * byte 2 + 37 * 37 * byte 3.
  constexpr uint32_t kWeights = 37U << 24U | 1U << 16U | 1U << 8U;
  constexpr uint32_t kPairs = 37U << 16U | 1U;
  const __m256i index =
      _mm256_madd_epi16(_mm256_maddubs_epi16(kinds, byte_mask(kWeights)), byte_mask(kPairs));
  const __m256i words =
      _mm256_i32gather_epi32(static_cast<const int*>(static_cast<const void*>(ends.words())),
                             _mm256_srli_epi32(index, 5), 4);
  return _mm256_or_si256(_mm256_and_si256(bit_of(words, index), byte_mask(1)),
                         _mm256_and_si256(unplain, byte_mask(0xFFFFFF00U)));
}

FL_AVX2 __m256i judge_marks(const NameEnds& ends, const Marks& marks) {
  static_assert(NameEnds::kLetters == 37);
  // Of each lane all bits where byte 0 is a quote.
  const __m256i quoted =
      _mm256_srai_epi32(_mm256_slli_epi32(is_one_of(marks.around, '"', '\'', '`'), 24), 31);
  const __m256i name = _mm256_blendv_epi8(marks.before, marks.before_quote, quoted);
  const __m256i leads = _mm256_and_si256(is_one_of(marks.around, '/', 'A'), byte_mask(0xFF0000));
  const __m256i tag = _mm256_and_si256(is_one_of(marks.around, '>'), byte_mask(0xFF00));
  // To where the mark is.
  const __m256i opens = _mm256_srli_epi32(is_one_of(marks.around, '<'), 8);
  const __m256i declares = _mm256_srli_epi32(is_one_of(marks.around, '!'), 16);
  const __m256i text = _mm256_andnot_si256(_mm256_andnot_si256(declares, opens), tag);
  const __m256i kept =
      _mm256_or_si256(judge_names(ends, name, quoted), _mm256_or_si256(leads, text));
  return _mm256_xor_si256(_mm256_cmpeq_epi32(kept, _mm256_setzero_si256()), set32(-1));
}

}  // namespace

__attribute__((target("bmi,popcnt"))) size_t list_many_bits_bmi(const uint64_t* words, size_t count,
                                                                uint16_t* places) {
  return list_bits<12>(words, count, places);
}

__attribute__((target("bmi,popcnt"))) size_t list_few_bits_bmi(const uint64_t* words, size_t count,
                                                               uint16_t* places) {
  return list_bits<4>(words, count, places);
}

__attribute__((target("avx2"))) size_t keep_fronts_avx2(const FrontTable& fronts, const char* bytes,
                                                        uint16_t* places, size_t count) {
  size_t kept = 0;
  size_t k = 0;
  for (; k + kLanes <= count; k += kLanes) {
    const __m256i lanes = judge_fronts(fronts, fours_at(bytes, places + k));
    kept = keep_lanes(lanes, places + k, places, kept);
  }
  const size_t rest = keep_fronts_scalar(fronts, bytes, places + k, count - k);
  std::memmove(places + kept, places + k, rest * sizeof(uint16_t));
  return kept + rest;
}

__attribute__((target("avx2"))) size_t keep_names_avx2(const NameEnds& ends, const char* bytes,
                                                       uint16_t* places, size_t count) {
  size_t kept = 0;
  size_t k = 0;
  for (; k + kLanes <= count; k += kLanes) {
    const __m256i lanes = judge_marks(ends, marks_at(bytes, places + k));
    kept = keep_lanes(lanes, places + k, places, kept);
  }
  const size_t rest = keep_names_scalar(ends, bytes, places + k, count - k);
  std::memmove(places + kept, places + k, rest * sizeof(uint16_t));
  return kept + rest;
}

#undef FL_BMI
#undef FL_AVX2

}  // namespace faultline::redaction::anchors

#endif
