// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#pragma once

#include "redaction/anchors/front_table.h"
#include "redaction/anchors/name_ends.h"

#include <cstddef>
#include <cstdint>

/// The third stage of the scan: of the places that the masks name, those that are likely, judged by
/// a few bytes each. How many places a block has is no branch that could be foreseen, so all of a
/// batch are listed before any is judged.
namespace faultline::redaction::anchors {

/// A list of places has room for this many more, which may be overwritten.
inline constexpr size_t kListSlack = 16;

/// Lists the bits of `words` in order, bit b of word i as i * 64 + b, and says how many there are.
/// Anchors are many to a word, binds are few.
using ListBits = size_t (*)(const uint64_t* words, size_t count, uint16_t* places);

/// Keeps those of `count` places where `fronts` knows the four bytes at `bytes + place`, in order,
/// and says how many that are.
using KeepFronts = size_t (*)(const FrontTable& fronts, const char* bytes, uint16_t* places,
                              size_t count);

/// The same for marks behind names that `ends` knows. Keeps too many: where it cannot say, at a `>`
/// that a text follows or `<!`, and where `/` or `A` follows. Reads
/// kNameBytesBefore bytes before each mark and kNameBytesAfter behind it.
using KeepNames = size_t (*)(const NameEnds& ends, const char* bytes, uint16_t* places,
                             size_t count);
inline constexpr size_t kNameBytesBefore = 5;
inline constexpr size_t kNameBytesAfter = 2;

[[nodiscard]] size_t list_bits_scalar(const uint64_t* words, size_t count, uint16_t* places);
[[nodiscard]] size_t list_many_bits_bmi(const uint64_t* words, size_t count, uint16_t* places);
[[nodiscard]] size_t list_few_bits_bmi(const uint64_t* words, size_t count, uint16_t* places);
[[nodiscard]] size_t keep_fronts_scalar(const FrontTable& fronts, const char* bytes,
                                        uint16_t* places, size_t count);
[[nodiscard]] size_t keep_fronts_avx2(const FrontTable& fronts, const char* bytes, uint16_t* places,
                                      size_t count);
[[nodiscard]] size_t keep_names_scalar(const NameEnds& ends, const char* bytes, uint16_t* places,
                                       size_t count);
[[nodiscard]] size_t keep_names_avx2(const NameEnds& ends, const char* bytes, uint16_t* places,
                                     size_t count);

}  // namespace faultline::redaction::anchors
