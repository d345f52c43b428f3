// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/coverage.h"

#include <array>
#include <cstdint>
#include <vector>

namespace faultline::run {

/// What the contracts of a run declare in detail, and what of it was never seen. (The coverage of
/// TrafficCounters says which operations were met and checked.)
struct PointCoverage {
  struct Share {
    uint64_t declared = 0;
    uint64_t seen = 0;
  };
  std::array<Share, contracts::kCoverageKinds> by_kind{};  // by CoveragePoint::Kind
  std::vector<contracts::CoveragePoint> never_seen;        // the first kNeverSeenMax
  uint64_t never_seen_left_out = 0;

  [[nodiscard]] Share all() const noexcept;
};

/// What a reader may still go through; the rest is counted.
inline constexpr size_t kNeverSeenMax = 1000;

/// The points of all contracts of a record.
[[nodiscard]] PointCoverage count_points(const contracts::CoverageRecord& record);

}  // namespace faultline::run
