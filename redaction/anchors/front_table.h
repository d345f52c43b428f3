// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#pragma once

#include "proxy/base/random.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace faultline::redaction::anchors {

/// Four bytes of a text, the first lowest.
[[nodiscard]] inline uint32_t four_bytes(const char* at) noexcept {
  uint32_t bytes = 0;
  std::memcpy(&bytes, at, sizeof(bytes));
  if constexpr (std::endian::native == std::endian::big) bytes = __builtin_bswap32(bytes);
  return bytes;
}

/// What anchors begin with: three bytes, case left out, and what the fourth is. Whatever ends a
/// word is one kind of fourth byte, so that a short word is not the front of a longer one. A Bloom
/// filter of two bits, both in one word: it may know a front that was never added.
class FrontTable {
 public:
  static constexpr size_t kBytes = 4;

  [[nodiscard]] static uint32_t front_of(uint32_t bytes) noexcept {
    return ((bytes | 0x202020U) & 0xFFFFFFU) | uint32_t{kFourth[bytes >> 24U]} << 24U;
  }
  [[nodiscard]] static uint32_t hash_of(uint32_t front) noexcept { return front * kFactor; }

  void add(uint32_t hash) noexcept {
    for (const unsigned shift : kBitShifts) {
      words_[hash >> kWordShift] |= uint32_t{1} << (hash >> shift & 31U);
    }
  }
  /// False where no anchor begins, judged by the four bytes from `at` on.
  [[nodiscard]] bool may_begin(const char* at) const noexcept {
    const uint32_t hash = hash_of(front_of(four_bytes(at)));
    const uint32_t word = words_[hash >> kWordShift];
    return (word >> (hash >> kBitShifts[0] & 31U) & word >> (hash >> kBitShifts[1] & 31U) & 1U) !=
           0;
  }

  // For the vectors.
  static constexpr uint32_t kFactor = static_cast<uint32_t>(random::kGolden >> 32U) | 1U;
  static constexpr unsigned kWordShift = 32 - 11;
  static constexpr std::array<unsigned, 2> kBitShifts{kWordShift - 5, kWordShift - 10};
  static constexpr uint8_t kWordEnd = 1;
  [[nodiscard]] const uint32_t* words() const noexcept { return words_.data(); }

 private:
  static constexpr std::array<uint8_t, 256> kFourth = [] {
    std::array<uint8_t, 256> kinds{};
    kinds.fill(kWordEnd);
    for (unsigned c = '0'; c <= '9'; ++c) kinds[c] = static_cast<uint8_t>(c);
    for (unsigned c = 'a'; c <= 'z'; ++c) kinds[c] = kinds[c - 0x20U] = static_cast<uint8_t>(c);
    return kinds;
  }();

  std::array<uint32_t, size_t{1} << (32 - kWordShift)> words_{};
};

}  // namespace faultline::redaction::anchors
