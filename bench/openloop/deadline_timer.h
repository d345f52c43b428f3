// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <uv.h>

#include <cstdint>
#include <functional>

namespace faultline::bench {

/// Wakes a loop at a point of CLOCK_MONOTONIC, the clock of uv_hrtime(), to the microsecond: a
/// timerfd, because libuv's own timers count milliseconds. One deadline at a time.
class DeadlineTimer {
 public:
  DeadlineTimer() = default;
  ~DeadlineTimer();
  DeadlineTimer(const DeadlineTimer&) = delete;  // libuv keeps the address.
  DeadlineTimer& operator=(const DeadlineTimer&) = delete;

  /// False when the kernel gives no timer.
  [[nodiscard]] bool open(uv_loop_t& loop, std::function<void()> on_time);
  /// Replaces the deadline before it. One that has passed fires at once.
  void arm(uint64_t monotonic_ns);
  /// After `on_closed` the object may go.
  void close(uv_close_cb on_closed, void* data);

 private:
  static void on_readable(uv_poll_t* poll, int status, int events);

  int descriptor_ = -1;
  uv_poll_t poll_{};
  std::function<void()> on_time_;
};

}  // namespace faultline::bench
