// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/assert.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace faultline::io {

/// One timer. Wheel and heap refer to it by index, the outside by id (generation and index), so a
/// stale id finds nothing.
struct TimerNode {
  static constexpr uint32_t kNone = UINT32_MAX;
  enum class Kind : uint8_t { Free, Coarse, Fine };

  std::function<void()> call;
  int64_t deadline = 0;     // ticks of the wheel, or nanoseconds
  uint64_t order = 0;       // ascending over all timers: equal deadlines fire as they were armed
  uint32_t generation = 1;  // never 0, so an id is never 0
  uint32_t previous = kNone;
  uint32_t next = kNone;  // also the free list
  uint32_t place = 0;     // list of the wheel, or position in the heap
  Kind kind = Kind::Free;
};

/// The memory of all timers of a loop: freed nodes are used again, so arming allocates nothing
/// once the loop is warm.
class TimerSlab {
 public:
  [[nodiscard]] TimerNode& at(uint32_t index) { return nodes_[index]; }
  [[nodiscard]] const TimerNode& at(uint32_t index) const { return nodes_[index]; }
  [[nodiscard]] size_t live() const noexcept { return live_; }

  [[nodiscard]] uint32_t acquire(TimerNode::Kind kind, int64_t deadline,
                                 std::function<void()>&& call) {
    uint32_t index = free_;
    if (index == TimerNode::kNone) {
      index = static_cast<uint32_t>(nodes_.size());
      nodes_.emplace_back();
    } else {
      free_ = nodes_[index].next;
    }
    TimerNode& node = nodes_[index];
    node.kind = kind;
    node.deadline = deadline;
    node.order = ++order_;
    node.call = std::move(call);
    node.next = TimerNode::kNone;
    ++live_;
    return index;
  }

  /// Frees the node; the caller has unlinked it. Gives back what it was to call.
  std::function<void()> release(uint32_t index) noexcept {
    TimerNode& node = nodes_[index];
    FL_DASSERT(node.kind != TimerNode::Kind::Free);
    node.kind = TimerNode::Kind::Free;
    if (++node.generation == 0) node.generation = 1;
    node.next = free_;
    free_ = index;
    --live_;
    return std::exchange(node.call, nullptr);
  }

  [[nodiscard]] uint64_t id_of(uint32_t index) const {
    return uint64_t{nodes_[index].generation} << 32U | index;
  }
  /// The live node of that id, or kNone.
  [[nodiscard]] uint32_t find(uint64_t id) const noexcept {
    const auto index = static_cast<uint32_t>(id & UINT32_MAX);
    if (index >= nodes_.size()) return TimerNode::kNone;
    const TimerNode& node = nodes_[index];
    const bool is_same = node.kind != TimerNode::Kind::Free && node.generation == id >> 32U;
    return is_same ? index : TimerNode::kNone;
  }
  [[nodiscard]] uint64_t order() const noexcept { return order_; }

 private:
  std::vector<TimerNode> nodes_;
  uint32_t free_ = TimerNode::kNone;
  size_t live_ = 0;
  uint64_t order_ = 0;
};

}  // namespace faultline::io
