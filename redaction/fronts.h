// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/expression.h"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace faultline::redaction {

/// What a text must begin with for an expression to be worth asking: asking costs as much as
/// looking at a hundred bytes, and behind most anchors there is no value. Immutable.
class Front {
 public:
  explicit Front(std::string_view pattern) : sets_(fronts_of(parse_expression(pattern), kPlaces)) {}

  /// False when no match begins at `begin` and ends at `end` or before. `begin` <= `end`.
  [[nodiscard]] bool fits(std::string_view text, size_t begin, size_t end) const noexcept {
    if (end - begin < sets_.size()) return false;
    for (size_t i = 0; i < sets_.size(); ++i) {
      if (!sets_[i][byte_index(text[begin + i])]) return false;
    }
    return true;
  }

  /// False when no match begins with one of the bytes.
  [[nodiscard]] bool begins_with(const ByteSet& bytes) const noexcept {
    return sets_.empty() || (sets_.front() & bytes).any();
  }

 private:
  static constexpr size_t kPlaces = 32;
  std::vector<ByteSet> sets_;
};

/// The gaps of the rows of kPatterns whose every match is a find, in their order; no number is
/// kGaps or more. Built once.
struct NumberedGap {
  Gap gap;
  size_t number = 0;
};
inline constexpr size_t kGaps = 8;
[[nodiscard]] const std::vector<std::optional<NumberedGap>>& pattern_gaps();

/// The fronts of all rows of kPatterns and of kContexts, in their order. Built once.
[[nodiscard]] const std::vector<Front>& pattern_fronts();
[[nodiscard]] const std::vector<Front>& context_fronts();

}  // namespace faultline::redaction
