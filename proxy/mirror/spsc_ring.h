// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace faultline::mirror {

/// A bounded queue between exactly one pushing and one popping thread. Lock-free; keeps the order.
/// The capacity is rounded up to a power of two.
template <typename T>
class SpscRing {
 public:
  explicit SpscRing(size_t capacity) : slots_(round_up(capacity)), mask_(slots_.size() - 1) {}
  SpscRing(const SpscRing&) = delete;
  SpscRing& operator=(const SpscRing&) = delete;

  [[nodiscard]] size_t capacity() const noexcept { return slots_.size(); }

  /// False when full; `item` is then untouched. Pushing thread only.
  [[nodiscard]] bool push(T&& item) {
    const size_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - head_seen_ == slots_.size()) {
      head_seen_ = head_.load(std::memory_order_acquire);
      if (tail - head_seen_ == slots_.size()) return false;
    }
    slots_[tail & mask_] = std::move(item);
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }

  /// False when empty. Popping thread only.
  [[nodiscard]] bool pop(T& item) {
    const size_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_seen_) {
      tail_seen_ = tail_.load(std::memory_order_acquire);
      if (head == tail_seen_) return false;
    }
    item = std::move(slots_[head & mask_]);
    head_.store(head + 1, std::memory_order_release);
    return true;
  }

  /// A snapshot; exact only when both sides rest.
  [[nodiscard]] size_t size() const noexcept {
    return tail_.load(std::memory_order_acquire) - head_.load(std::memory_order_acquire);
  }

 private:
  static size_t round_up(size_t value) {
    size_t power = 1;
    while (power < value) power *= 2;
    return power;
  }

  static constexpr size_t kCacheLine = 64;
  std::vector<T> slots_;
  size_t mask_;
  // Each side keeps its own index and its last sight of the other's on its own cache line.
  alignas(kCacheLine) std::atomic<size_t> tail_{0};
  size_t head_seen_ = 0;
  alignas(kCacheLine) std::atomic<size_t> head_{0};
  size_t tail_seen_ = 0;
};

}  // namespace faultline::mirror
