// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/scheduler.h"
#include "tests/fakes/manual_clock.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>
#include <vector>

namespace faultline::fakes {

/// A scheduler without a loop: the test decides when a turn ends and how time passes. Precise and
/// coarse timers are the same here: both fire exactly at their deadline.
///
///   ManualScheduler scheduler;
///   auto timer = scheduler.call_after(10ms, [&] { fired = true; });
///   scheduler.advance(10ms);
class ManualScheduler final : public Scheduler {
 public:
  ManualScheduler() = default;

  [[nodiscard]] const Clock& clock() const noexcept override { return clock_; }
  [[nodiscard]] TimerHandle call_after(Duration delay, std::function<void()> call,
                                       bool precise = false) override;
  void call_soon(std::function<void()> call) override;

  /// Ends the turn: runs what waits for it, and what that adds. Aborts when it does not end.
  void run_soon();
  /// Ends the turn, then lets time pass: every timer that is due runs at its own deadline, in
  /// order, each followed by the end of a turn.
  void advance(Duration by);

  [[nodiscard]] size_t pending_timers() const noexcept { return timers_.size(); }
  [[nodiscard]] size_t pending_soon() const noexcept { return soon_.size(); }

 private:
  using Key = std::pair<MonoTime, uint64_t>;  // deadline, id: equal deadlines in order of arming

  void cancel_timer(uint64_t id) noexcept override;
  [[nodiscard]] bool is_timer_pending(uint64_t id) const noexcept override;

  ManualClock clock_;
  std::map<Key, std::function<void()>> timers_;
  std::map<uint64_t, MonoTime> deadlines_;  // by id
  std::vector<std::function<void()>> soon_;
  uint64_t last_id_ = 0;
};

}  // namespace faultline::fakes
