// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/hash.h"
#include "redaction/classes.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::redaction {

/// What becomes of a value.
struct Replacement {
  bool stays = false;  // it is a surrogate
  ClassId class_id = ClassId::KeySecret;
  std::string shape{};
};

/// What became of the values of one text, so that one that stands there again and again costs one
/// keyed hash and not one each time. Holds no copy of a value: it points into the text, and knows
/// nothing once another text is entered. 64 values, the last one met of those that share a slot.
class Replacements {
 public:
  /// The text that values are looked up in from now on, and the one before. An empty one: none.
  [[nodiscard]] std::string_view enter(std::string_view text) noexcept {
    ++epoch_;
    return std::exchange(text_, text);
  }

  /// The replacement of a value that is asked about as a class, found by its name or by its form;
  /// `make` says what it is when it is not known. Good until the next call.
  template <typename Make>
  [[nodiscard]] const Replacement& of(std::string_view value, ClassId asked, bool by_name,
                                      Make make) {
    if (!lies_in_text(value)) return unknown_ = make();
    const uint64_t hash = hash64(value) + static_cast<size_t>(asked) * 2 + (by_name ? 1 : 0);
    Slot& slot = slots_[hash % slots_.size()];
    if (slot.epoch != epoch_ || slot.asked != asked || slot.by_name != by_name ||
        slot.value != value) {
      // Made before the slot is written: to make it may enter other texts.
      const uint64_t epoch = epoch_;
      Replacement made = make();
      slot = {epoch, asked, by_name, value, std::move(made)};
    }
    return slot.made;
  }

 private:
  struct Slot {
    uint64_t epoch = 0;
    ClassId asked = ClassId::KeySecret;
    bool by_name = false;
    std::string_view value;
    Replacement made;
  };

  // Parts of values that were decoded lie elsewhere, and are gone when they are asked about again.
  [[nodiscard]] bool lies_in_text(std::string_view value) const noexcept {
    const std::less<> before;
    return !text_.empty() && !before(value.data(), text_.data()) &&
           !before(text_.data() + text_.size(), value.data() + value.size());
  }

  std::array<Slot, 64> slots_;
  Replacement unknown_;
  std::string_view text_;
  uint64_t epoch_ = 0;
};

}  // namespace faultline::redaction
