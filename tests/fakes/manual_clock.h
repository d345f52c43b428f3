// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"

#include <atomic>
#include <cstdint>

namespace faultline::fakes {

/// A clock that stands still until the test moves it. Thread-safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(MonoTime now = {}, WallTime wall = {kWallStartNs});

  [[nodiscard]] MonoTime now() const noexcept override;
  [[nodiscard]] WallTime wall_now() const noexcept override;

  /// Moves both times forward.
  void advance(Duration by);

 private:
  // 2026-01-01T00:00:00Z: a date that reads as one in golden files.
  static constexpr int64_t kWallStartNs = 1767225600'000000000;

  std::atomic<int64_t> now_ns_;
  std::atomic<int64_t> wall_ns_;
};

}  // namespace faultline::fakes
