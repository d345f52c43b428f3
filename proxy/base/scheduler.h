// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"

#include <cstdint>
#include <functional>
#include <memory>

namespace faultline {

class Scheduler;

/// One pending call. Cancels itself on destruction, so an object that holds its timers can never
/// be called after its own end. Movable, not copyable.
class TimerHandle {
 public:
  TimerHandle() = default;
  TimerHandle(Scheduler& scheduler, uint64_t id) : scheduler_(&scheduler), id_(id) {}
  TimerHandle(TimerHandle&& other) noexcept;
  TimerHandle& operator=(TimerHandle&& other) noexcept;
  TimerHandle(const TimerHandle&) = delete;
  TimerHandle& operator=(const TimerHandle&) = delete;
  ~TimerHandle() { cancel(); }

  void cancel() noexcept;
  /// True from call_after() until the call begins or cancel().
  [[nodiscard]] bool is_pending() const noexcept;

 private:
  Scheduler* scheduler_ = nullptr;
  uint64_t id_ = 0;
};

/// What an event loop offers to objects that know no loop. Everything runs on the thread that
/// owns the scheduler; only io::Loop::post crosses threads.
class Scheduler {
 public:
  virtual ~Scheduler() = default;
  [[nodiscard]] virtual const Clock& clock() const noexcept = 0;

  /// Calls once after `delay`, never earlier. `precise` takes the fine timer (faults, about
  /// 0.1 ms late); the default is the coarse wheel (timeouts, up to 20 ms late, almost free).
  [[nodiscard]] virtual TimerHandle call_after(Duration delay, std::function<void()> call,
                                               bool precise = false) = 0;

  /// Calls once at the end of this turn of the loop, after the callbacks that now run. This is
  /// how an object leaves a callback before it is destroyed or re-entered.
  virtual void call_soon(std::function<void()> call) = 0;

 private:
  friend class TimerHandle;
  virtual void cancel_timer(uint64_t id) noexcept = 0;
  [[nodiscard]] virtual bool is_timer_pending(uint64_t id) const noexcept = 0;
};

/// Destroys `object` at the end of the loop turn.
template <typename T>
void defer_delete(Scheduler& scheduler, std::unique_ptr<T> object) {
  scheduler.call_soon([held = std::shared_ptr<T>(std::move(object))]() mutable { held.reset(); });
}

}  // namespace faultline
