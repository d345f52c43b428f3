// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <array>
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
    std::array<uint64_t, 4> set = {};  // a bit for each byte; those beyond ASCII are never set
    uint32_t min = 1;
    uint32_t max = 1;

    void add(unsigned char c) noexcept { set[c / 64U] |= uint64_t{1} << (c % 64U); }
    [[nodiscard]] bool has(unsigned char c) const noexcept {
      return (set[c / 64U] >> (c % 64U) & 1U) != 0;
    }
    [[nodiscard]] bool overlaps(const Step& other) const noexcept {
      return (set[0] & other.set[0]) != 0 || (set[1] & other.set[1]) != 0;
    }
  };
  class Reader;

  [[nodiscard]] bool is_deterministic() const noexcept;

  std::vector<Step> steps_;
  bool is_anchored_at_end_ = false;
};

}  // namespace faultline::contracts::json_schema
