// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/server/rate_floor.h"

#include <algorithm>
#include <utility>

namespace faultline::server {

RateFloor::RateFloor(uint64_t bytes_per_second, Duration slack, Silence silence) noexcept
    : bytes_per_ns_(static_cast<double>(bytes_per_second) / 1e9),
      slack_bytes_(bytes_per_ns_ * static_cast<double>(slack.count())),
      silence_(silence) {}

bool RateFloor::is_below(MonoTime now, uint64_t total) noexcept {
  const bool was_owing = std::exchange(is_owing_, true);
  const uint64_t moved = total - std::exchange(total_, total);
  const Duration passed = now - std::exchange(seen_, now);
  if (!was_owing) {
    credit_ = slack_bytes_;
    return false;
  }
  const double owed = bytes_per_ns_ * static_cast<double>(passed.count());
  credit_ = std::min(slack_bytes_, credit_ + static_cast<double>(moved) - owed);
  if (moved == 0 && silence_ == Silence::Waits) return false;
  return credit_ < 0;
}

}  // namespace faultline::server
