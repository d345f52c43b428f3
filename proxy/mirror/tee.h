// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"
#include "proxy/mirror/captured_exchange.h"
#include "proxy/mirror/spsc_ring.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace faultline::mirror {

/// What happens when there is no room.
enum class TeeMode : uint8_t { Lossless, Lossy };

/// Wakes the analysis thread when it sleeps on empty rings; one for all tees of that thread.
///
/// Waking a thread is a system call, as dear as all the rest that a worker does for the mirror. So
/// after work the analysis first takes a nap that ordinary traffic does not end: what comes
/// meanwhile is found as a batch, and under steady traffic nobody rings at all.
class Doorbell {
 public:
  /// Any thread: there is work. Costs one atomic load unless the analysis sleeps.
  void ring() noexcept { wake_from(State::Asleep); }
  /// Any thread: there is no more room, or the end has come. Ends a nap, too.
  void hurry() noexcept { wake_from(State::Napping); }
  /// The analysis thread: rests until hurry(), but no longer than `span`.
  void nap(Duration span);
  /// The analysis thread: sleeps until ring() unless `has_work` says otherwise.
  void wait(const std::function<bool()>& has_work);

 private:
  enum class State : uint8_t { Awake, Napping, Asleep };  // ordered by depth
  void wake_from(State lightest) noexcept;

  std::atomic<State> state_{State::Awake};
  std::mutex mutex_;
  std::condition_variable condition_;
};

/// One worker's way to the analysis: a bounded ring out and one back. Exchanges come home to be
/// destroyed, so blocks are counted by one thread only. Two budgets: entries and pinned bytes.
///
/// Lossless: reserve() fails when there is no room; the worker then pauses the source until
/// on_room. Lossy: the whole exchange is dropped and counted, never half of one.
class Tee {
 public:
  Tee(TeeMode mode, Doorbell& doorbell);
  Tee(const Tee&) = delete;
  Tee& operator=(const Tee&) = delete;

  // On the worker.

  /// Books room for one exchange. True also in lossy mode: there push() decides.
  [[nodiscard]] bool reserve();
  /// Gives back room that an exchange does not use.
  void cancel() noexcept;
  /// Sends an exchange that has room booked. In lossy mode it may drop it: see dropped().
  void push(std::unique_ptr<CapturedExchange> exchange);
  /// Accounts for messages that never got room.
  void count_dropped(uint64_t messages, std::string_view reason);
  /// Destroys what came home. True when there is room again.
  bool collect();
  [[nodiscard]] TeeMode mode() const noexcept { return mode_; }
  [[nodiscard]] size_t pinned_bytes() const noexcept { return pinned_bytes_; }
  /// Called (on the analysis thread) when something came home while the worker waited for room.
  void set_on_room(std::function<void()> on_room) { on_room_ = std::move(on_room); }
  /// Asks for on_room. Look once more afterwards: what came home before rang no bell.
  void wait_for_room() noexcept {
    is_waiting_.store(true, std::memory_order_seq_cst);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    doorbell_.hurry();
  }

  /// Messages (halves) that went in, and those dropped, by reason. Worker only, or after it ended.
  [[nodiscard]] uint64_t seen() const noexcept { return seen_; }
  [[nodiscard]] const std::map<std::string, uint64_t, std::less<>>& dropped() const noexcept {
    return dropped_;
  }

  // On the analysis thread.

  [[nodiscard]] std::unique_ptr<CapturedExchange> pop();
  [[nodiscard]] bool has_work() const noexcept { return out_.size() != 0; }
  void send_home(std::unique_ptr<CapturedExchange> exchange);

 private:
  TeeMode mode_;
  Doorbell& doorbell_;
  SpscRing<std::unique_ptr<CapturedExchange>> out_;
  SpscRing<std::unique_ptr<CapturedExchange>> home_;
  size_t booked_ = 0;  // entries reserved or under way
  size_t pinned_bytes_ = 0;
  uint64_t seen_ = 0;
  std::map<std::string, uint64_t, std::less<>> dropped_;
  std::function<void()> on_room_;
  std::atomic<bool> is_waiting_{false};
};

}  // namespace faultline::mirror
