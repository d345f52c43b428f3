// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#include "redaction/anchors/block.h"

#include "redaction/anchors/byte_classes.h"

#include <bit>
#include <string_view>

namespace faultline::redaction::anchors {
namespace {

unsigned buckets_at(const NibbleTables& tables, const char* at, size_t half) {
  unsigned buckets = 0xFF;
  for (size_t position = 0; position < NibbleTables::kPositions; ++position) {
    const auto byte = static_cast<unsigned char>(at[position]);
    buckets &= static_cast<unsigned>(tables.low[position][half][byte & 15U]) &
               tables.high[position][half][byte >> 4U];
  }
  return buckets;
}

}  // namespace

void classify_scalar(const NibbleTables& tables, const char* text, size_t blocks, BlockMasks* out) {
  for (size_t block = 0; block < blocks; ++block, text += kBlockBytes) {
    BlockMasks masks{};
    for (size_t i = 0; i < kBlockBytes; ++i) {
      const uint64_t bit = uint64_t{1} << i;
      const auto byte = static_cast<unsigned char>(text[i]);
      const unsigned classes = kClassLow[byte & 15U] & kClassHigh[byte >> 4U];
      if ((classes & kWordBits) != 0) masks.word |= bit;
      if ((classes & (kWordBits | kJoinerBit)) != 0 || byte == '_') masks.run |= bit;
      if ((classes & kDigitBit) != 0) masks.digit |= bit;
      if ((classes & kLetterBits) != 0 && (byte & 0x20U) == 0) masks.upper |= bit;
      if ((classes & kColonBit) != 0) masks.bind |= bit;
      if ((classes & kMarkBits) != 0) masks.mark |= bit;
      if (byte == ' ' || byte == '-') masks.gap |= bit;
      if ((byte | 0x20U) == 'e') masks.exponent |= bit;
      const unsigned first = buckets_at(tables, text + i, 0);
      const unsigned second = buckets_at(tables, text + i, 1);
      if ((first | (second & NibbleTables::kWordBuckets)) != 0) masks.word_anchor |= bit;
      if ((second & ~unsigned{NibbleTables::kWordBuckets}) != 0) masks.any_anchor |= bit;
    }
    out[block] = masks;
  }
}

std::string_view instruction_set_name(InstructionSet set) noexcept {
  constexpr std::array<std::string_view, 4> kNames{"scalar", "ssse3", "avx2", "neon"};
  return kNames[static_cast<size_t>(set)];
}

Classify classifier(InstructionSet set) noexcept {
  switch (set) {
    case InstructionSet::Scalar:
      return classify_scalar;
#if defined(__x86_64__)
    case InstructionSet::Ssse3:
      return __builtin_cpu_supports("ssse3") != 0 ? classify_ssse3 : nullptr;
    case InstructionSet::Avx2:
      return __builtin_cpu_supports("avx2") != 0 ? classify_avx2 : nullptr;
#elif defined(__aarch64__)
    case InstructionSet::Neon:
      return classify_neon;
#endif
    default:
      return nullptr;
  }
}

size_t list_bits_scalar(const uint64_t* words, size_t count, uint16_t* places) {
  size_t listed = 0;
  for (size_t i = 0; i < count; ++i) {
    for (uint64_t left = words[i]; left != 0; left &= left - 1) {
      const auto bit = static_cast<size_t>(std::countr_zero(left));
      places[listed++] = static_cast<uint16_t>(i * 64 + bit);
    }
  }
  return listed;
}

ListBits best_bit_lister() noexcept {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("bmi") != 0 && __builtin_cpu_supports("popcnt") != 0) {
    return list_bits_bmi;
  }
#endif
  return list_bits_scalar;
}

Classify best_classifier() noexcept {
  for (const auto set : {InstructionSet::Avx2, InstructionSet::Neon, InstructionSet::Ssse3}) {
    if (const Classify found = classifier(set)) return found;
  }
  return classify_scalar;
}

}  // namespace faultline::redaction::anchors
