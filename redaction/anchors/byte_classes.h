// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#pragma once

#include <array>
#include <cstdint>

/// The classes of bytes, as two look-ups of a nibble each: a byte has a class when both of its
/// nibbles allow it. Every class is such a product, `_` is looked for on its own.
namespace faultline::redaction::anchors {

enum : uint8_t {
  kDigitBit = 1,         // 0-9: 3, 0-9
  kLetterLowBit = 2,     // A-O a-o: 4 6, 1-F
  kLetterHighBit = 4,    // P-Z p-z: 5 7, 0-A
  kColonBit = 8,         // : = >: 3, A D E
  kPercentPlusBit = 16,  // % +: 2, 5 B
  kAtBit = 32,           // @: 4, 0
  kJoinerBit = 64,       // + - /: 2, B D F
  kBackslashBit = 128,   // \: 5, C
};

inline constexpr uint8_t kWordBits = kDigitBit | kLetterLowBit | kLetterHighBit;
inline constexpr uint8_t kMarkBits = kPercentPlusBit | kAtBit | kBackslashBit;

inline constexpr std::array<uint8_t, 16> kClassLow = [] {
  std::array<uint8_t, 16> table{};
  for (unsigned i = 0; i < 16; ++i) {
    if (i <= 9) table[i] |= kDigitBit;
    if (i >= 1) table[i] |= kLetterLowBit;
    if (i <= 10) table[i] |= kLetterHighBit;
  }
  for (const unsigned i : {0xAU, 0xDU, 0xEU}) table[i] |= kColonBit;
  for (const unsigned i : {0x5U, 0xBU}) table[i] |= kPercentPlusBit;
  table[0] |= kAtBit;
  table[0xC] |= kBackslashBit;
  for (const unsigned i : {0xBU, 0xDU, 0xFU}) table[i] |= kJoinerBit;
  return table;
}();

inline constexpr std::array<uint8_t, 16> kClassHigh = [] {
  std::array<uint8_t, 16> table{};
  table[2] = kPercentPlusBit | kJoinerBit;
  table[3] = kDigitBit | kColonBit;
  table[4] = kLetterLowBit | kAtBit;
  table[5] = kLetterHighBit | kBackslashBit;
  table[6] = kLetterLowBit;
  table[7] = kLetterHighBit;
  return table;
}();

}  // namespace faultline::redaction::anchors
