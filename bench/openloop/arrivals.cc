// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "bench/openloop/arrivals.h"

#include "proxy/base/random.h"

#include <cmath>

namespace faultline::bench {

Arrivals::Arrivals(ArrivalKind kind, double per_second, uint64_t seed)
    : kind_(kind), mean_gap_ns_(1e9 / per_second), seed_(seed) {}

void Arrivals::advance() {
  ++ordinal_;
  if (kind_ == ArrivalKind::Constant) {
    // A product, not a sum: a rate that does not divide a second does not drift.
    at_ns_ = static_cast<double>(ordinal_) * mean_gap_ns_;
  } else {
    at_ns_ += gap_ns();
  }
  intended_ns_ = static_cast<uint64_t>(at_ns_);
}

double Arrivals::gap_ns() const {
  const uint64_t bits = random::absorb(random::mix(seed_ + random::kGolden), ordinal_);
  // 53 bits, in (0, 1]: the logarithm of 0 is never asked for.
  const double uniform = static_cast<double>((bits >> 11U) + 1) * 0x1p-53;
  return -std::log(uniform) * mean_gap_ns_;
}

}  // namespace faultline::bench
