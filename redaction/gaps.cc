// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/gaps.h"

#include "redaction/classes.h"

namespace faultline::redaction {
namespace {

std::vector<std::optional<NumberedGap>> number_gaps() {
  std::vector<std::optional<NumberedGap>> gaps;
  gaps.reserve(kPatterns.size());
  size_t numbered = 0;
  for (const auto& row : kPatterns) {
    const bool is_plain = row.offset == 0 && row.edge == Edge::Open &&
                          row.check == validate::Check::None && numbered < kGaps;
    const auto gap = is_plain ? gap_of(parse_expression(row.pattern)) : std::nullopt;
    gaps.push_back(gap ? std::optional(NumberedGap{*gap, numbered++}) : std::nullopt);
  }
  return gaps;
}

}  // namespace

const std::vector<std::optional<NumberedGap>>& pattern_gaps() {
  static const auto kNumbered = number_gaps();
  return kNumbered;
}

}  // namespace faultline::redaction
