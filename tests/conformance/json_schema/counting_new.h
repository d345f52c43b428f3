// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstddef>

namespace faultline {

/// How often the program has taken memory from the heap so far.
[[nodiscard]] size_t allocation_count() noexcept;

}  // namespace faultline
