// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/fakes/manual_clock.h"

#include "proxy/base/assert.h"

namespace faultline::fakes {

ManualClock::ManualClock(MonoTime now, WallTime wall) : now_ns_(now.ns), wall_ns_(wall.ns) {}

MonoTime ManualClock::now() const noexcept { return {now_ns_.load()}; }

WallTime ManualClock::wall_now() const noexcept { return {wall_ns_.load()}; }

void ManualClock::advance(Duration by) {
  FL_ASSERT(by.count() >= 0);
  now_ns_ += by.count();
  wall_ns_ += by.count();
}

}  // namespace faultline::fakes
