// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See tests/README.md.
#pragma once

#include <cstddef>

/// A program that links counting_new.cc takes its memory through an `operator new` that counts.
/// For programs whose threads do not allocate at the same time: the counters are plain.
namespace faultline {

/// How often the program has taken memory from the heap so far.
[[nodiscard]] size_t allocation_count() noexcept;

/// What it holds now, in bytes as the heap rounds them up.
[[nodiscard]] size_t heap_bytes() noexcept;

}  // namespace faultline
