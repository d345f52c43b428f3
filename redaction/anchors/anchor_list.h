// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

/// Every literal of classes.def that gives a value away, and where it leads.
namespace faultline::redaction::anchors {

/// What stands behind an anchor.
enum class Kind : uint8_t {
  Pattern,  // row of kPatterns
  Context,  // row of kContexts; the anchor is a word in any case, `-` an optional separator
  Jwt,
  Scheme,     // Bearer, Basic: any case
  PemHeader,  // the word BEGIN
};

struct Anchor {
  std::string_view text;
  Kind kind = Kind::Pattern;
  uint16_t row = 0;
};

/// True for an anchor that only the start of a word can be.
[[nodiscard]] bool begins_word(const Anchor& anchor) noexcept;
/// True when letters count in either case.
[[nodiscard]] bool folds(Kind kind) noexcept;

/// All anchors, chained by their first two bytes; longer ones first. Immutable, built once.
class AnchorList {
 public:
  static const AnchorList& instance();

  [[nodiscard]] const std::vector<Anchor>& all() const noexcept { return anchors_; }

  /// Calls `take(anchor, length in the text)` for each anchor that stands at `at`, until it answers
  /// true. The answer is whether it did.
  template <typename Take>
  bool at(std::string_view text, size_t at, Take take) const {
    if (at + 3 > text.size() || !may_begin(text[at], text[at + 1], text[at + 2])) return false;
    for (uint16_t i = heads_[slot(text[at], text[at + 1])]; i != kNone; i = next_[i]) {
      const size_t length = length_at(anchors_[i], text, at);
      if (length != 0 && take(anchors_[i], length)) return true;
    }
    return false;
  }

 private:
  AnchorList();
  static constexpr uint16_t kNone = 0xFFFF;
  static constexpr size_t kSlots = 1024;
  [[nodiscard]] static size_t slot(char a, char b) noexcept {
    // Case does not count here: folded anchors share the slots of the exact ones.
    const unsigned x = static_cast<unsigned char>(a) | 0x20U;
    const unsigned y = static_cast<unsigned char>(b) | 0x20U;
    return (x * 37U ^ y * 11U) % kSlots;
  }
  // One bit for each folded front of three bytes: most candidates end here.
  static constexpr size_t kFronts = 1U << 15U;
  [[nodiscard]] static size_t front(char a, char b, char c) noexcept {
    const unsigned x = static_cast<unsigned char>(a) & 0x1FU;
    const unsigned y = static_cast<unsigned char>(b) & 0x1FU;
    const unsigned z = static_cast<unsigned char>(c) & 0x1FU;
    return x << 10U | y << 5U | z;
  }
  [[nodiscard]] bool may_begin(char a, char b, char c) const noexcept {
    return fronts_[front(a, b, c)];
  }

  /// Bytes of the text that the anchor covers, or 0.
  [[nodiscard]] static size_t length_at(const Anchor& anchor, std::string_view text, size_t at);

  std::vector<Anchor> anchors_;
  std::vector<uint16_t> next_;
  std::array<uint16_t, kSlots> heads_{};
  std::bitset<kFronts> fronts_;
};

}  // namespace faultline::redaction::anchors
