// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/sim/trace.h"

#include <fmt/core.h>

#include <cstdio>

namespace faultline::sim {

void Trace::print(std::string_view what, uint64_t who, uint64_t count) const {
  fmt::print(stderr, "{:>14.6f} ms  {:<28} {:>6} {:>8}\n",
             static_cast<double>(clock_.now().ns) / 1e6, what, who, count);
}

}  // namespace faultline::sim
