// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/io/loop.h"
#include "tests/fakes/draws.h"
#include "tests/fakes/manual_clock.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

namespace faultline::sim {

/// The loop of a simulated worker: no thread, no socket, no wall clock. Everything that happens is
/// an event at a point of simulated time; a turn takes one event, or several that the loop found
/// together because it woke late, then runs what waited for the end of the turn, in the order of
/// the real loop (proxy/io/loop.cc): ends of reads, call_soon(), then closed handles.
///
/// Timers are as late as the real ones may be: coarse up to 20 ms, precise up to 0.1 ms.
class SimReactor final : public io::Reactor {
 public:
  /// Makes the connections that connect() asks for.
  using Dialer = std::function<std::unique_ptr<io::Connector>(const HostPort& address,
                                                              Duration timeout, ConnectCallback)>;

  explicit SimReactor(uint64_t seed);
  ~SimReactor() override;
  SimReactor(const SimReactor&) = delete;
  SimReactor& operator=(const SimReactor&) = delete;

  // io::Reactor
  [[nodiscard]] const Clock& clock() const noexcept override { return clock_; }
  [[nodiscard]] TimerHandle call_after(Duration delay, std::function<void()> call,
                                       bool precise = false) override;
  void call_soon(std::function<void()> call) override;
  [[nodiscard]] buffer::BlockPool& blocks() noexcept override { return blocks_; }
  [[nodiscard]] std::unique_ptr<io::Connector> connect(const HostPort& address, Duration timeout,
                                                       ConnectCallback on_done) override;

  // For the simulated world.

  void set_dialer(Dialer dialer) { dialer_ = std::move(dialer); }
  /// An event of the network or of a peer.
  void at(Duration delay, std::function<void()> call);
  /// Runs before the call_soon() calls of this turn.
  void at_turn_end(std::function<void()> call) { turn_end_.push_back(std::move(call)); }
  /// Runs after them, where the real loop says that handles have closed.
  void at_close(std::function<void()> call) { closing_.push_back(std::move(call)); }
  /// One turn. False when nothing is left to happen.
  bool turn();
  /// Time until the next event; negative when there is none.
  [[nodiscard]] Duration until_next() const;
  /// Ends the turn by itself, for what the test did outside of one.
  void end_turn();

  /// Timers of call_after() that are armed.
  [[nodiscard]] size_t pending_timers() const noexcept { return timer_times_.size(); }

 private:
  using Key = std::pair<int64_t, uint64_t>;  // due, id: equal times in order of arming

  void add(Duration delay, uint64_t id, std::function<void()> call);
  void run_first();
  void cancel_timer(uint64_t id) noexcept override;
  [[nodiscard]] bool is_timer_pending(uint64_t id) const noexcept override;

  fakes::Draws draws_;
  fakes::ManualClock clock_;
  buffer::BlockPool blocks_;  // outlives the events: they may hold slices
  Dialer dialer_;
  std::map<Key, std::function<void()>> events_;
  std::unordered_map<uint64_t, int64_t> timer_times_;  // by id; only of call_after()
  std::vector<std::function<void()>> turn_end_;
  std::vector<std::function<void()>> soon_;
  std::vector<std::function<void()>> closing_;
  uint64_t last_id_ = 0;
};

}  // namespace faultline::sim
