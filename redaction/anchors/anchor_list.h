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

  /// False where no anchor begins, judged by the four bytes from `at` on. One look at a small
  /// table: the masks let every second word of a text through, this one word in twenty.
  [[nodiscard]] bool may_begin(const char* at) const noexcept { return fronts_[front(at)]; }

  [[nodiscard]] const std::vector<Anchor>& all() const noexcept { return anchors_; }

  /// Calls `take(anchor, length in the text)` for each anchor that stands at `at`, until it answers
  /// true. The answer is whether it did.
  template <typename Take>
  bool at(std::string_view text, size_t at, Take take) const {
    if (at + 3 > text.size()) return false;
    const uint32_t bytes = first_bytes(text.substr(at));
    for (uint16_t i = heads_[slot(text[at], text[at + 1])]; i != kNone; i = next_[i]) {
      if (((bytes ^ starts_[i].bytes) & starts_[i].known) != 0) continue;
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
  // A bit for each front that an anchor allows: three bytes, case left out, and what the fourth is.
  // Whatever ends a word is one kind, so that a short word is not the front of a longer one.
  static constexpr unsigned kFrontBits = 16;
  static constexpr size_t kFrontBytes = 4;
  static constexpr uint8_t kWordEnd = 1;
  static constexpr std::array<uint8_t, 256> kFourth = [] {
    std::array<uint8_t, 256> kinds{};
    kinds.fill(kWordEnd);
    for (unsigned c = '0'; c <= '9'; ++c) kinds[c] = static_cast<uint8_t>(c);
    for (unsigned c = 'a'; c <= 'z'; ++c) kinds[c] = kinds[c - 0x20U] = static_cast<uint8_t>(c);
    return kinds;
  }();
  [[nodiscard]] static size_t front(const char* at) noexcept {
    const auto byte = [at](size_t i) { return uint32_t{static_cast<unsigned char>(at[i])}; };
    const uint32_t three = byte(0) | byte(1) << 8U | byte(2) << 16U;
    const uint32_t bytes = (three | 0x202020U) << 8U | kFourth[byte(3)];
    return bytes * 0x9E3779B1U >> (32U - kFrontBits);
  }
  void add_fronts(const Anchor& anchor);

  // The first four bytes of an anchor and which bits of them are known: not those of a letter's
  // case where it does not count, nor anything behind a separator that may be missing.
  struct Start {
    uint32_t bytes = 0;
    uint32_t known = 0;
  };
  [[nodiscard]] static Start start_of(const Anchor& anchor);
  // Zeros behind the end.
  [[nodiscard]] static uint32_t first_bytes(std::string_view text) noexcept {
    uint32_t bytes = 0;
    for (size_t i = 0; i < kFrontBytes && i < text.size(); ++i) {
      bytes |= uint32_t{static_cast<unsigned char>(text[i])} << (8 * i);
    }
    return bytes;
  }

  /// Bytes of the text that the anchor covers, or 0.
  [[nodiscard]] static size_t length_at(const Anchor& anchor, std::string_view text, size_t at);

  std::vector<Anchor> anchors_;
  std::vector<uint16_t> next_;
  std::vector<Start> starts_;
  std::array<uint16_t, kSlots> heads_{};
  std::bitset<size_t{1} << kFrontBits> fronts_;
};

}  // namespace faultline::redaction::anchors
