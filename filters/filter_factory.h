// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "filters/filter.h"

#include <cstddef>
#include <memory>
#include <memory_resource>

namespace faultline::filters {

/// Gives the memory of a filter back to where it came from.
struct FilterDeleter {
  std::pmr::memory_resource* memory = nullptr;
  size_t bytes = 0;
  void operator()(Filter* filter) const noexcept;
};
using FilterPtr = std::unique_ptr<Filter, FilterDeleter>;

/// The filter of a fired decision, in memory that outlives it. This function is the list of all
/// faults: a new one is added here and nowhere else.
[[nodiscard]] FilterPtr make_filter(
    PlannedFault&& fault, rules::Protocol protocol,
    std::pmr::memory_resource& memory = *std::pmr::new_delete_resource());

/// What a rule wants to see of a match that was decided against it; null for most.
[[nodiscard]] FilterPtr make_witness(const rules::RuleConfig& rule,
                                     std::pmr::memory_resource& memory);

}  // namespace faultline::filters
