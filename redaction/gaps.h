// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/expression.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace faultline::redaction {

/// The gaps of the rows of kPatterns whose every match is a find, in their order; no number is
/// kGaps or more. Built once.
struct NumberedGap {
  Gap gap;
  size_t number = 0;
};
inline constexpr size_t kGaps = 8;
[[nodiscard]] const std::vector<std::optional<NumberedGap>>& pattern_gaps();

}  // namespace faultline::redaction
