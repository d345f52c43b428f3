// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/sim/sim_reactor.h"

#include "proxy/base/assert.h"

#include <algorithm>

namespace faultline::sim {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr Duration kCoarseLateness = milliseconds(20);
constexpr Duration kPreciseLateness = microseconds(100);
// A loop that wakes late finds what became due within this time in one turn.
constexpr Duration kLateWake = milliseconds(1);
constexpr int kEventsPerTurn = 8;
// Rounds after which a turn is stuck in a circle.
constexpr int kRoundsMax = 10000;

void run_all(std::vector<std::function<void()>>& waiting) {
  std::vector<std::function<void()>> calls;
  calls.swap(waiting);
  for (auto& call : calls) call();
}

}  // namespace

SimReactor::SimReactor(uint64_t seed) : draws_(seed) {}

SimReactor::~SimReactor() {
  // Events hold objects whose end may ask for more: until there is nothing left.
  while (!events_.empty() || !turn_end_.empty() || !soon_.empty() || !closing_.empty()) {
    events_.clear();
    timer_times_.clear();
    end_turn();
  }
}

void SimReactor::add(Duration delay, uint64_t id, std::function<void()> call) {
  const MonoTime due = clock_.now() + std::max(delay, Duration::zero());
  events_.emplace(Key{due.ns, id}, std::move(call));
}

void SimReactor::at(Duration delay, std::function<void()> call) {
  add(delay, ++last_id_, std::move(call));
}

TimerHandle SimReactor::call_after(Duration delay, std::function<void()> call, bool precise) {
  const Duration late = precise ? kPreciseLateness : kCoarseLateness;
  const Duration span = std::max(delay, Duration::zero()) +
                        Duration(static_cast<int64_t>(draws_.below(uint64_t(late.count()))));
  const uint64_t id = ++last_id_;
  add(span, id, std::move(call));
  timer_times_.emplace(id, (clock_.now() + span).ns);
  return {*this, id};
}

void SimReactor::call_soon(std::function<void()> call) { soon_.push_back(std::move(call)); }

std::unique_ptr<io::Connector> SimReactor::connect(const HostPort& address, Duration timeout,
                                                   ConnectCallback on_done) {
  return dialer_(address, timeout, std::move(on_done));
}

void SimReactor::run_first() {
  const auto first = events_.begin();
  const Key key = first->first;
  const auto call = std::move(first->second);
  events_.erase(first);
  timer_times_.erase(key.second);
  clock_.advance(std::max(Duration(key.first) - Duration(clock_.now().ns), Duration::zero()));
  call();
}

bool SimReactor::turn() {
  if (events_.empty()) return false;
  const bool is_late = draws_.one_in(4);
  run_first();
  if (is_late) {
    const int64_t until = clock_.now().ns + kLateWake.count();
    for (int i = 1; i < kEventsPerTurn && !events_.empty(); ++i) {
      if (events_.begin()->first.first > until) break;
      run_first();
    }
  }
  end_turn();
  return true;
}

void SimReactor::end_turn() {
  for (int round = 0; !turn_end_.empty() || !soon_.empty() || !closing_.empty(); ++round) {
    FL_ASSERT(round < kRoundsMax);
    run_all(turn_end_);
    run_all(soon_);
    if (turn_end_.empty() && soon_.empty()) run_all(closing_);
  }
}

Duration SimReactor::until_next() const {
  if (events_.empty()) return Duration(-1);
  return std::max(Duration(events_.begin()->first.first) - Duration(clock_.now().ns),
                  Duration::zero());
}

void SimReactor::cancel_timer(uint64_t id) noexcept {
  const auto found = timer_times_.find(id);
  if (found == timer_times_.end()) return;
  events_.erase(Key{found->second, id});
  timer_times_.erase(found);
}

bool SimReactor::is_timer_pending(uint64_t id) const noexcept { return timer_times_.contains(id); }

}  // namespace faultline::sim
