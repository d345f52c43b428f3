// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace faultline::redaction::anchors {

/// The last three letters or digits of names, case left out.
class NameEnds {
 public:
  static constexpr size_t kLetters = 37;    // letters from 1 on, then digits
  static constexpr uint8_t kOther = 0;      // no part of a name
  static constexpr uint8_t kSkipped = 65;   // `_`, `-` and `$` count for nothing
  static constexpr uint8_t kDivides = 66;   // what is behind may be a name of its own
  static constexpr uint8_t kInQuotes = 67;  // part of a name in quotes, the end of another one
  static constexpr std::array<uint8_t, 256> kKinds = [] {
    std::array<uint8_t, 256> kinds{};
    for (unsigned i = 0; i < 26; ++i) {
      kinds['a' + i] = kinds['A' + i] = static_cast<uint8_t>(1 + i);
    }
    for (unsigned i = 0; i < 10; ++i) kinds['0' + i] = static_cast<uint8_t>(27 + i);
    for (const unsigned char c : {'_', '-', '$'}) kinds[c] = kSkipped;
    for (const unsigned char c : {'.', '[', ']'}) kinds[c] = kDivides;
    for (const unsigned char c : {' ', '/', ':'}) kinds[c] = kInQuotes;
    return kinds;
  }();

  [[nodiscard]] static constexpr bool is_quote(char c) noexcept {
    return c == '"' || c == '\'' || c == '`';
  }

  /// The kinds of the last three, the last first; zero for each that a short name has not.
  [[nodiscard]] static constexpr size_t index_of(size_t last, size_t middle,
                                                 size_t first) noexcept {
    return (last * kLetters + middle) * kLetters + first;
  }
  void add(size_t index) noexcept { bits_[index / 32] |= uint32_t{1} << (index % 32); }
  [[nodiscard]] bool has(size_t index) const noexcept {
    return (bits_[index / 32] >> (index % 32) & 1U) != 0;
  }

  /// What the last bytes before `end`, of which there must be kPlainBytes, say alone, of a name in
  /// quotes or without: nearly always they are letters and digits, as in `email` and `user_id`, or
  /// end the name. NotPlain: more of them must be read.
  enum class Plain : uint8_t { Unknown, Known, NotPlain };
  static constexpr size_t kPlainBytes = 4;
  [[nodiscard]] Plain find_plain(const char* end, bool quoted) const noexcept {
    const auto kind = [end, quoted](ptrdiff_t back) {
      const uint8_t found = kKinds[static_cast<unsigned char>(end[-back])];
      return found == kInQuotes && !quoted ? kOther : found;
    };
    const uint8_t last = kind(1);
    uint8_t middle = kind(2);
    uint8_t first = kind(3) == kSkipped ? kind(4) : kind(3);
    // Spaces may stand between a name and its mark.
    const bool ends_here = last != kOther && last < kSkipped;
    if (!ends_here || middle >= kSkipped || first >= kSkipped) return Plain::NotPlain;
    if (middle == kOther) first = kOther;
    return has(index_of(last, middle, first)) ? Plain::Known : Plain::Unknown;
  }

  // For the vectors.
  [[nodiscard]] const uint32_t* words() const noexcept { return bits_.data(); }

 private:
  std::array<uint32_t, kLetters * kLetters * kLetters / 32 + 1> bits_{};
};

}  // namespace faultline::redaction::anchors
