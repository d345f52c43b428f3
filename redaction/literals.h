// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/classes.h"
#include "redaction/range.h"

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::redaction {

/// Texts that are looked for as they are: the values that the configuration knows (`known.value`,
/// byte for byte, inside longer words too) and the words of its dictionary (`custom.dictionary`,
/// whole words, whatever their case). Immutable once filled.
class LiteralSet {
 public:
  /// Shorter ones would be found by chance.
  static constexpr size_t kKnownBytesMin = 8;
  static constexpr size_t kWordBytesMin = 4;

  /// Does nothing with a text that is too short.
  void add_known(std::string_view value);
  void add_word(std::string_view word);

  [[nodiscard]] bool empty() const noexcept { return literals_.empty(); }

  /// Calls `take(range, class)` for every place where a literal stands, from left to right, the
  /// longest one of a place. Linear in the text but for literals that share their front.
  template <typename Take>
  void scan(std::string_view text, Take take) const {
    if (empty()) return;
    for (size_t at = 0; at + kFrontBytes <= text.size(); ++at) {
      const uint32_t front = front_of(text.data() + at);
      if (!fronts_[hash(front)]) continue;
      const Literal* found = find_at(text, at, front);
      if (found != nullptr) take(Range{at, at + found->text.size()}, found->class_id);
    }
  }

 private:
  static constexpr size_t kFrontBytes = 4;
  static constexpr unsigned kHashBits = 14;
  struct Literal {
    std::string text;  // a word in lower case
    ClassId class_id;
  };
  // Case left out.
  [[nodiscard]] static uint32_t front_of(const char* at) noexcept {
    uint32_t front = 0;
    for (size_t i = 0; i < kFrontBytes; ++i) {
      front |= (static_cast<unsigned char>(at[i]) | 0x20U) << (8 * i);
    }
    return front;
  }
  [[nodiscard]] static size_t hash(uint32_t front) noexcept {
    return front * 0x9E3779B1U >> (32U - kHashBits);
  }
  void add(Literal literal);
  [[nodiscard]] const Literal* find_at(std::string_view text, size_t at,
                                       uint32_t front) const noexcept;

  std::vector<Literal> literals_;
  std::multimap<uint32_t, size_t> by_front_;
  std::bitset<size_t{1} << kHashBits> fronts_;
};

}  // namespace faultline::redaction
