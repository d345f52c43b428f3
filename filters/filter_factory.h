// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "filters/filter.h"

#include <memory>

namespace faultline::filters {

/// The filter of a fired decision. This function is the list of all faults: a new one is added
/// here and nowhere else.
[[nodiscard]] std::unique_ptr<Filter> make_filter(PlannedFault&& fault, rules::Protocol protocol);

/// What a rule wants to see of a match that was decided against it; null for most.
[[nodiscard]] std::unique_ptr<Filter> make_witness(const rules::RuleConfig& rule);

}  // namespace faultline::filters
