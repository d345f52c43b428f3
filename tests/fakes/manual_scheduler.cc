// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/fakes/manual_scheduler.h"

#include "proxy/base/assert.h"

#include <algorithm>

namespace faultline::fakes {
namespace {

// Rounds of call_soon() calls after which a test is stuck in a circle.
constexpr int kRoundsMax = 100000;

}  // namespace

TimerHandle ManualScheduler::call_after(Duration delay, std::function<void()> call,
                                        bool /*precise*/) {
  const uint64_t id = ++last_id_;
  const MonoTime deadline = clock_.now() + std::max(delay, Duration::zero());
  timers_.emplace(Key{deadline, id}, std::move(call));
  deadlines_.emplace(id, deadline);
  return {*this, id};
}

void ManualScheduler::call_soon(std::function<void()> call) { soon_.push_back(std::move(call)); }

void ManualScheduler::run_soon() {
  for (int round = 0; !soon_.empty(); ++round) {
    FL_ASSERT(round < kRoundsMax);
    std::vector<std::function<void()>> calls;
    calls.swap(soon_);
    for (auto& call : calls) {
      call();
    }
  }
}

void ManualScheduler::advance(Duration by) {
  run_soon();
  const MonoTime end = clock_.now() + by;
  while (!timers_.empty() && timers_.begin()->first.first <= end) {
    const auto [deadline, id] = timers_.begin()->first;
    const auto call = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    deadlines_.erase(id);
    clock_.advance(std::max(deadline - clock_.now(), Duration::zero()));
    call();
    run_soon();
  }
  clock_.advance(end - clock_.now());
}

void ManualScheduler::cancel_timer(uint64_t id) noexcept {
  const auto found = deadlines_.find(id);
  if (found == deadlines_.end()) return;
  timers_.erase(Key{found->second, id});
  deadlines_.erase(found);
}

bool ManualScheduler::is_timer_pending(uint64_t id) const noexcept {
  return deadlines_.contains(id);
}

}  // namespace faultline::fakes
