// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/io/timer_slab.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace faultline::io {

/// A 4-ary min-heap of fine nodes by deadline (ns), then by the order of arming. Four children
/// halve the depth of a binary heap, and a level's nodes lie together.
class FineHeap {
 public:
  explicit FineHeap(TimerSlab& slab) : slab_(slab) {}

  void insert(uint32_t index) {
    heap_.push_back(index);
    sift_up(heap_.size() - 1);
  }
  void remove(uint32_t index) {
    const size_t hole = slab_.at(index).place;
    const uint32_t last = heap_.back();
    heap_.pop_back();
    if (hole == heap_.size()) return;
    place(hole, last);
    sift_up(hole);
    sift_down(slab_.at(last).place);
  }
  [[nodiscard]] bool empty() const noexcept { return heap_.empty(); }
  /// The index of the earliest node.
  [[nodiscard]] uint32_t top() const noexcept { return heap_.front(); }

 private:
  void place(size_t at, uint32_t index) {
    heap_[at] = index;
    slab_.at(index).place = static_cast<uint32_t>(at);
  }
  [[nodiscard]] bool is_before(uint32_t a, uint32_t b) const {
    const TimerNode& left = slab_.at(a);
    const TimerNode& right = slab_.at(b);
    if (left.deadline != right.deadline) return left.deadline < right.deadline;
    return left.order < right.order;
  }
  void sift_up(size_t at) {
    const uint32_t index = heap_[at];
    while (at > 0) {
      const size_t parent = (at - 1) / 4;
      if (!is_before(index, heap_[parent])) break;
      place(at, heap_[parent]);
      at = parent;
    }
    place(at, index);
  }
  void sift_down(size_t at) {
    const uint32_t index = heap_[at];
    for (size_t child = at * 4 + 1; child < heap_.size(); child = at * 4 + 1) {
      size_t least = child;
      for (size_t i = child + 1; i < child + 4 && i < heap_.size(); ++i) {
        if (is_before(heap_[i], heap_[least])) least = i;
      }
      if (!is_before(heap_[least], index)) break;
      place(at, heap_[least]);
      at = least;
    }
    place(at, index);
  }

  TimerSlab& slab_;
  std::vector<uint32_t> heap_;
};

}  // namespace faultline::io
