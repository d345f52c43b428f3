// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/run/point_coverage.h"

#include "contracts/engine.h"

namespace faultline::run {

PointCoverage::Share PointCoverage::all() const noexcept {
  Share sum;
  for (const Share& share : by_kind) {
    sum.declared += share.declared;
    sum.seen += share.seen;
  }
  return sum;
}

namespace {

void add_points(PointCoverage& coverage, const contracts::CoverageModel& model,
                const contracts::CoverageTally& tally) {
  for (size_t point = 0; point < model.size(); ++point) {
    PointCoverage::Share& share = coverage.by_kind[static_cast<size_t>(model.kind(point))];
    ++share.declared;
    if (tally.is_seen(point)) {
      ++share.seen;
    } else if (coverage.never_seen.size() < kNeverSeenMax) {
      coverage.never_seen.push_back(model.describe(point));
    } else {
      ++coverage.never_seen_left_out;
    }
  }
}

}  // namespace

PointCoverage count_points(const contracts::CoverageRecord& record) {
  PointCoverage coverage;
  for (const auto& entry : record.entries()) {
    add_points(coverage, *entry.contract->coverage(), entry.tally);
  }
  return coverage;
}

}  // namespace faultline::run
