// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#pragma once

#include "proxy/base/random.h"

#include <array>
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

/// All anchors, by their first four bytes; longer ones first. Immutable, built once.
class AnchorList {
 public:
  static const AnchorList& instance();

  /// False where no anchor begins, judged by the four bytes from `at` on. One look at a small
  /// table: the masks let every second word of a text through, this one word in twenty.
  [[nodiscard]] bool may_begin(const char* at) const noexcept {
    const uint64_t hash = hash_of(four_bytes(at));
    const uint64_t fronts = fronts_[hash >> kFrontShift];
    return (fronts >> bit_of(hash, 0) & fronts >> bit_of(hash, 1) & 1U) != 0;
  }

  [[nodiscard]] const std::vector<Anchor>& all() const noexcept { return anchors_; }

  /// Calls `take(anchor, length in the text)` for each anchor that stands at `at`, until it answers
  /// true. The answer is whether it did.
  template <typename Take>
  bool at(std::string_view text, size_t at, Take take) const {
    const uint32_t bytes = first_bytes(text.substr(at));
    const size_t slot = hash_of(bytes) >> kSlotShift;
    for (size_t i = slots_[slot]; i < slots_[slot + 1]; ++i) {
      const uint16_t id = slotted_[i];
      if (((bytes ^ starts_[id].bytes) & starts_[id].known) != 0) continue;
      const size_t length = length_at(anchors_[id], text, at);
      if (length != 0 && take(anchors_[id], length)) return true;
    }
    return false;
  }

 private:
  AnchorList();
  // Four bytes of a text as what an anchor may begin with: three bytes, case left out, and what the
  // fourth is. Whatever ends a word is one kind, so that a short word is not the front of a longer
  // one.
  static constexpr size_t kFrontBytes = 4;
  static constexpr unsigned kFrontShift = 64 - 10;
  static constexpr unsigned kSlotShift = 64 - 12;
  static constexpr uint8_t kWordEnd = 1;
  static constexpr std::array<uint8_t, 256> kFourth = [] {
    std::array<uint8_t, 256> kinds{};
    kinds.fill(kWordEnd);
    for (unsigned c = '0'; c <= '9'; ++c) kinds[c] = static_cast<uint8_t>(c);
    for (unsigned c = 'a'; c <= 'z'; ++c) kinds[c] = kinds[c - 0x20U] = static_cast<uint8_t>(c);
    return kinds;
  }();
  [[nodiscard]] static uint32_t four_bytes(const char* at) noexcept {
    const auto byte = [at](size_t i) { return uint32_t{static_cast<unsigned char>(at[i])}; };
    return byte(0) | byte(1) << 8U | byte(2) << 16U | byte(3) << 24U;
  }
  // Zeros behind the end.
  [[nodiscard]] static uint32_t first_bytes(std::string_view text) noexcept {
    if (text.size() >= kFrontBytes) return four_bytes(text.data());
    std::array<char, kFrontBytes> bytes{};
    text.copy(bytes.data(), text.size());
    return four_bytes(bytes.data());
  }
  [[nodiscard]] static uint64_t hash_of(uint32_t bytes) noexcept {
    const uint32_t front = (bytes | 0x202020U) << 8U | kFourth[bytes >> 24U];
    return front * random::kGolden;
  }
  // The bits of a front in its word of fronts_.
  [[nodiscard]] static unsigned bit_of(uint64_t hash, unsigned which) noexcept {
    return static_cast<unsigned>(hash >> (kFrontShift - 6 - 6 * which)) & 63U;
  }
  // The hashes of all ways to spell an anchor's front, each once.
  [[nodiscard]] static std::vector<uint64_t> hashes_of(const Anchor& anchor);

  // The first four bytes of an anchor and which bits of them are known: not those of a letter's
  // case where it does not count, nor anything behind a separator that may be missing.
  struct Start {
    uint32_t bytes = 0;
    uint32_t known = 0;
  };
  [[nodiscard]] static Start start_of(const Anchor& anchor);

  /// Bytes of the text that the anchor covers, or 0.
  [[nodiscard]] static size_t length_at(const Anchor& anchor, std::string_view text, size_t at);

  std::vector<Anchor> anchors_;
  std::vector<Start> starts_;
  // The anchors of slot i are slotted_[slots_[i]] to slotted_[slots_[i + 1]], by their numbers; an
  // anchor with several fronts stands in several slots.
  std::array<uint16_t, (size_t{1} << (64 - kSlotShift)) + 1> slots_{};
  std::vector<uint16_t> slotted_;
  // A Bloom filter of two bits, both in the word that the hash begins with.
  std::array<uint64_t, size_t{1} << (64 - kFrontShift)> fronts_{};
};

}  // namespace faultline::redaction::anchors
