// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"
#include "proxy/io/coarse_wheel.h"
#include "proxy/io/fine_heap.h"
#include "proxy/io/timer_slab.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

struct uv_loop_s;

namespace faultline::io {

/// All timers of a loop. Coarse ones turn a wheel of 10 ms ticks on one uv_timer, which is set
/// only to the next tick that has work. Fine ones wait in a heap behind one timerfd. Nothing is
/// called before its deadline has passed on the clock.
class Timers {
 public:
  Timers(uv_loop_s* loop, const Clock& clock);
  ~Timers();
  Timers(const Timers&) = delete;
  Timers& operator=(const Timers&) = delete;

  /// Begins to close the handles; the loop must turn once more before the destructor.
  void close();

  [[nodiscard]] uint64_t arm(Duration delay, std::function<void()>&& call, bool precise);
  void cancel(uint64_t id) noexcept;
  [[nodiscard]] bool is_pending(uint64_t id) const noexcept {
    return slab_.find(id) != TimerNode::kNone;
  }
  [[nodiscard]] size_t pending() const noexcept { return slab_.live(); }

 private:
  struct Handles;

  void arm_coarse(int64_t tick, int64_t now_ns);
  void arm_fine(int64_t deadline_ns, int64_t now_ns);
  [[nodiscard]] bool open_fine();
  void run_coarse();
  void run_fine();

  const Clock& clock_;
  TimerSlab slab_;
  CoarseWheel wheel_{slab_};
  FineHeap heap_{slab_};
  int64_t coarse_armed_;  // tick the uv_timer is set to
  int64_t fine_armed_;    // ns the timerfd is set to
  std::unique_ptr<Handles> handles_;
};

}  // namespace faultline::io
