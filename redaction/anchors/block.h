// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

/// The first stage of the scan: 64 bytes at a time become masks, bit i for byte i. One function per
/// instruction set, chosen at run time; all give the same masks.
namespace faultline::redaction::anchors {

inline constexpr size_t kBlockBytes = 64;
/// Bytes behind the last block that are read: an anchor may begin at its last byte.
inline constexpr size_t kOverhang = 3;

struct BlockMasks {
  uint64_t word_anchor;  // may begin an anchor that begins a word
  uint64_t any_anchor;   // may begin another anchor
  uint64_t word;         // letters and digits
  uint64_t run;          // and + / - _
  uint64_t digit;
  uint64_t upper;
  uint64_t bind;      // : = >
  uint64_t mark;      // @ % \ +
  uint64_t gap;       // space and -: what stands between the groups of a card number
  uint64_t exponent;  // e E

  friend bool operator==(const BlockMasks&, const BlockMasks&) = default;
};

/// Four bytes from a place on against sixteen buckets of anchors: for each position and nibble
/// value the buckets that allow it. A place is a candidate when some bucket allows all eight
/// nibbles. Buckets 0-11 hold the anchors that begin a word, 12-15 the others.
struct NibbleTables {
  static constexpr size_t kPositions = 4;
  static constexpr size_t kHalves = 2;  // buckets 0-7, 8-15
  using Table = std::array<uint8_t, 16>;
  std::array<std::array<Table, kHalves>, kPositions> low{};
  std::array<std::array<Table, kHalves>, kPositions> high{};
  /// Of the second half: which buckets hold anchors that begin a word.
  static constexpr uint8_t kWordBuckets = 0x0F;
};

/// The tables of all anchors of classes.def. Immutable, built once.
[[nodiscard]] const NibbleTables& nibble_tables();

/// Reads `blocks` * kBlockBytes + kOverhang bytes.
using Classify = void (*)(const NibbleTables& tables, const char* text, size_t blocks,
                          BlockMasks* out);

/// Lists the bits of `words` in order, bit b of word i as i * 64 + b, and says how many there are.
/// `places` has room for all bits and kListSlack more, which may be overwritten.
using ListBits = size_t (*)(const uint64_t* words, size_t count, uint16_t* places);
inline constexpr size_t kListSlack = 8;

/// The fastest one here; list_bits_scalar() is its twin.
[[nodiscard]] ListBits best_bit_lister() noexcept;
[[nodiscard]] size_t list_bits_scalar(const uint64_t* words, size_t count, uint16_t* places);
[[nodiscard]] size_t list_bits_bmi(const uint64_t* words, size_t count, uint16_t* places);

enum class InstructionSet : uint8_t { Scalar, Ssse3, Avx2, Neon };
inline constexpr std::array kInstructionSets{InstructionSet::Scalar, InstructionSet::Ssse3,
                                             InstructionSet::Avx2, InstructionSet::Neon};

[[nodiscard]] std::string_view instruction_set_name(InstructionSet set) noexcept;
/// Null when the machine or the build has it not.
[[nodiscard]] Classify classifier(InstructionSet set) noexcept;
/// The fastest one here.
[[nodiscard]] Classify best_classifier() noexcept;

// The implementations; each exists on its own machines only.
void classify_scalar(const NibbleTables& tables, const char* text, size_t blocks, BlockMasks* out);
void classify_ssse3(const NibbleTables& tables, const char* text, size_t blocks, BlockMasks* out);
void classify_avx2(const NibbleTables& tables, const char* text, size_t blocks, BlockMasks* out);
void classify_neon(const NibbleTables& tables, const char* text, size_t blocks, BlockMasks* out);

}  // namespace faultline::redaction::anchors
