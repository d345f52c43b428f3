// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/random.h"
#include "rules/decision.h"
#include "rules/quantiles.h"

#include <algorithm>

namespace faultline::rules {
namespace {

// An amount in [low, low + range).
int64_t uniform(int64_t low, int64_t range, uint64_t u) {
  return low + static_cast<int64_t>(random::scale(u, static_cast<uint64_t>(range)));
}

// Straight lines between the knots: the upper 10 bits choose the piece, the rest the place in it.
int64_t interpolate(const std::vector<int64_t>& knots, uint64_t u) {
  if (knots.size() != kQuantileKnots) return 0;
  const auto piece = static_cast<size_t>(u >> 54U);
  return uniform(knots[piece], knots[piece + 1] - knots[piece], u << 10U);
}

}  // namespace

int64_t latency_ns(const LatencySpec& spec, uint64_t u) noexcept {
  int64_t delay = 0;
  switch (spec.kind) {
    case LatencySpec::Kind::Fixed:
      delay = spec.fixed.count() + uniform(-spec.jitter.count(), 2 * spec.jitter.count(), u);
      break;
    case LatencySpec::Kind::Uniform:
      delay = uniform(spec.low.count(), spec.high.count() - spec.low.count(), u);
      break;
    case LatencySpec::Kind::Normal:
    case LatencySpec::Kind::Lognormal:
    case LatencySpec::Kind::Empirical:
    case LatencySpec::Kind::Exponential:
    case LatencySpec::Kind::Pareto:
      delay = interpolate(spec.quantiles, u);
      break;
  }
  return std::clamp<int64_t>(delay, 0, spec.max.count());
}

}  // namespace faultline::rules
