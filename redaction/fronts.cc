// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/fronts.h"

#include "redaction/classes.h"

namespace faultline::redaction {
namespace {

template <typename Rows>
std::vector<Front> fronts_of_rows(const Rows& rows) {
  std::vector<Front> fronts;
  fronts.reserve(rows.size());
  for (const auto& row : rows) fronts.emplace_back(row.pattern);
  return fronts;
}

}  // namespace

const std::vector<Front>& pattern_fronts() {
  static const std::vector<Front> kFronts = fronts_of_rows(kPatterns);
  return kFronts;
}

const std::vector<Front>& context_fronts() {
  static const std::vector<Front> kFronts = fronts_of_rows(kContexts);
  return kFronts;
}

}  // namespace faultline::redaction
