// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#pragma once

#include "proxy/base/text.h"
#include "redaction/anchors/front_table.h"

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
  bool begins_word = false;  // only the start of a word can be one
};

/// True when letters count in either case.
[[nodiscard]] constexpr bool folds(Kind kind) noexcept {
  return kind == Kind::Context || kind == Kind::Scheme;
}

/// All anchors, by their first four bytes; longer ones first. Immutable, built once.
class AnchorList {
 public:
  static const AnchorList& instance();

  /// What all of them begin with: hardly any word of a text is there.
  [[nodiscard]] const FrontTable& fronts() const noexcept { return fronts_; }
  [[nodiscard]] const std::vector<Anchor>& all() const noexcept { return anchors_; }

  /// Calls `take(anchor, length in the text)` for each anchor that stands at `at`, until it answers
  /// true. The answer is whether it did.
  template <typename Take>
  bool at(std::string_view text, size_t at, Take take) const {
    const uint64_t bytes = first_bytes(text.substr(at));
    const uint32_t front = FrontTable::front_of(static_cast<uint32_t>(bytes));
    const size_t slot = FrontTable::hash_of(front) >> kSlotShift;
    for (size_t i = slots_[slot]; i < slots_[slot + 1]; ++i) {
      const uint16_t id = slotted_[i];
      if (((bytes ^ starts_[id].bytes) & starts_[id].known) != 0) continue;
      const size_t length =
          starts_[id].is_all ? length_of(anchors_[id], text, at) : length_at(id, text, at);
      if (length != 0 && take(anchors_[id], length)) return true;
    }
    return false;
  }

 private:
  AnchorList();
  static constexpr size_t kFrontBytes = FrontTable::kBytes;
  static constexpr size_t kStartBytes = 8;
  static constexpr unsigned kSlotShift = 32 - 12;
  // The first lowest; zeros behind the end.
  [[nodiscard]] static uint64_t first_bytes(std::string_view text) noexcept {
    std::array<char, kStartBytes> bytes{};
    const char* from = text.data();
    if (text.size() < kStartBytes) {
      text.copy(bytes.data(), text.size());
      from = bytes.data();
    }
    return four_bytes(from) | uint64_t{four_bytes(from + FrontTable::kBytes)} << 32U;
  }
  // The hashes of all ways to spell an anchor's front, each once.
  [[nodiscard]] static std::vector<uint32_t> hashes_of(const Anchor& anchor);

  // The first bytes of an anchor and which bits of them are known: not those of a letter's
  // case where it does not count, nor anything behind a separator that may be missing.
  struct Start {
    uint64_t bytes = 0;
    uint64_t known = 0;
    uint8_t size = 0;     // how many they are
    bool is_all = false;  // the anchor has no other bytes
  };
  [[nodiscard]] static Start start_of(const Anchor& anchor);

  /// Bytes of the text that an anchor covers of which all stand there, or 0.
  [[nodiscard]] static size_t length_of(const Anchor& anchor, std::string_view text,
                                        size_t at) noexcept {
    const size_t end = at + anchor.text.size();
    const bool goes_on = folds(anchor.kind) && end < text.size() && is_ascii_alpha(text[end]);
    return goes_on ? 0 : anchor.text.size();
  }
  /// The same for one whose first bytes stand there.
  [[nodiscard]] size_t length_at(size_t id, std::string_view text, size_t at) const;

  std::vector<Anchor> anchors_;
  std::vector<Start> starts_;
  // The anchors of slot i are slotted_[slots_[i]] to slotted_[slots_[i + 1]], by their numbers; an
  // anchor with several fronts stands in several slots.
  std::array<uint16_t, (size_t{1} << (32 - kSlotShift)) + 1> slots_{};
  std::vector<uint16_t> slotted_;
  FrontTable fronts_;
};

}  // namespace faultline::redaction::anchors
