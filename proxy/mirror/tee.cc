// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/mirror/tee.h"

#include "proxy/base/assert.h"
#include "proxy/base/limits.h"

#include <utility>

namespace faultline::mirror {
namespace {

uint64_t halves(const CapturedExchange& exchange) { return exchange.response ? 2 : 1; }

}  // namespace

void Doorbell::wake_from(State lightest) noexcept {
  // seq_cst pairs with wait(): either the waiter sees the work or this sees the waiter.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (state_.load(std::memory_order_seq_cst) < lightest) return;
  const std::lock_guard lock(mutex_);
  state_.store(State::Awake, std::memory_order_seq_cst);
  condition_.notify_one();
}

void Doorbell::nap(Duration span) {
  std::unique_lock lock(mutex_);
  state_.store(State::Napping, std::memory_order_seq_cst);
  condition_.wait_for(lock, span,
                      [&] { return state_.load(std::memory_order_seq_cst) == State::Awake; });
  state_.store(State::Awake, std::memory_order_seq_cst);
}

void Doorbell::wait(const std::function<bool()>& has_work) {
  std::unique_lock lock(mutex_);
  state_.store(State::Asleep, std::memory_order_seq_cst);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  condition_.wait(
      lock, [&] { return state_.load(std::memory_order_seq_cst) == State::Awake || has_work(); });
  state_.store(State::Awake, std::memory_order_seq_cst);
}

Tee::Tee(TeeMode mode, Doorbell& doorbell)
    : mode_(mode),
      doorbell_(doorbell),
      out_(limits::kMirrorRingEntries),
      home_(limits::kMirrorRingEntries) {}

bool Tee::reserve() {
  if (mode_ == TeeMode::Lossy) return true;
  const auto has_room = [this] {
    return booked_ < out_.capacity() && pinned_bytes_ < limits::kMirrorPinnedBytes;
  };
  if (!has_room()) {
    collect();
    if (!has_room()) return false;
  }
  ++booked_;
  return true;
}

void Tee::cancel() noexcept {
  if (mode_ == TeeMode::Lossless) --booked_;
}

void Tee::push(std::unique_ptr<CapturedExchange> exchange) {
  collect();
  if (mode_ == TeeMode::Lossy) {
    if (pinned_bytes_ + exchange->pinned_bytes > limits::kMirrorPinnedBytes) {
      count_dropped(halves(*exchange), "pinned bytes");
      return;
    }
    if (booked_ == out_.capacity()) {
      count_dropped(halves(*exchange), "ring full");
      return;
    }
    ++booked_;
  }
  seen_ += halves(*exchange);
  pinned_bytes_ += exchange->pinned_bytes;
  const bool pushed = out_.push(std::move(exchange));
  FL_ASSERT(pushed);  // booked_ counts every entry between here and home
  const bool is_half_full =
      booked_ > out_.capacity() / 2 || pinned_bytes_ > limits::kMirrorPinnedBytes / 2;
  is_half_full ? doorbell_.hurry() : doorbell_.ring();
}

void Tee::count_dropped(uint64_t messages, std::string_view reason) {
  seen_ += messages;
  auto found = dropped_.find(reason);
  if (found == dropped_.end()) found = dropped_.emplace(std::string(reason), 0).first;
  found->second += messages;
}

bool Tee::collect() {
  std::unique_ptr<CapturedExchange> exchange;
  bool any = false;
  while (home_.pop(exchange)) {
    pinned_bytes_ -= exchange->pinned_bytes;
    --booked_;
    exchange.reset();
    any = true;
  }
  return any;
}

std::unique_ptr<CapturedExchange> Tee::pop() {
  std::unique_ptr<CapturedExchange> exchange;
  if (!out_.pop(exchange)) return nullptr;
  return exchange;
}

void Tee::send_home(std::unique_ptr<CapturedExchange> exchange) {
  const bool pushed = home_.push(std::move(exchange));
  FL_ASSERT(pushed);  // as many slots as entries can be booked
  // Pairs with wait_for_room(): either this sees the waiter or the waiter sees what came home.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (is_waiting_.load(std::memory_order_seq_cst) &&
      is_waiting_.exchange(false, std::memory_order_seq_cst) && on_room_) {
    on_room_();
  }
}

}  // namespace faultline::mirror
