// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/clock.h"

namespace faultline {

MonoTime SystemClock::now() const noexcept {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<Duration>(since).count()};
}

WallTime SystemClock::wall_now() const noexcept {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<Duration>(since).count()};
}

}  // namespace faultline
