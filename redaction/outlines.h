// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/outline.h"

#include <cstddef>
#include <vector>

namespace faultline::redaction {

/// The outlines of all rows of kPatterns and of kContexts, in their order, over the same sets.
/// Immutable, built once.
struct Outlines {
  static const Outlines& instance();

  RunSets sets;
  std::vector<Outline> patterns;
  std::vector<Outline> contexts;
  size_t context_gap = 0;  // set of what may stand between a context word and its value
  size_t no_digit = 0;     // set of all bytes but the digits

 private:
  Outlines();
};

}  // namespace faultline::redaction
