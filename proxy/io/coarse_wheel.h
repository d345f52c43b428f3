// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/io/timer_slab.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

namespace faultline::io {

/// A hierarchical timing wheel: 5 levels of 64 slots. A slot of level n spans 64^n ticks; a timer
/// lies on the level of the highest 6-bit digit in which its deadline differs from the present,
/// and falls one level when its slot comes up. Insert and remove are O(1). next() jumps over
/// empty slots, so the loop sleeps until there is something to do.
///
/// Knows ticks only; who turns it says how long one is.
class CoarseWheel {
 public:
  explicit CoarseWheel(TimerSlab& slab) : slab_(slab) { lists_.fill({}); }

  /// Links a coarse node in. `now` is the present tick. Returns the tick at which advance() must
  /// run for it (its deadline, or the start of the slot that holds it).
  int64_t insert(uint32_t index, int64_t now);
  void remove(uint32_t index) noexcept;

  /// The next tick at which advance() has something to do.
  [[nodiscard]] std::optional<int64_t> next() const noexcept;

  /// Calls `expire` for every timer with a deadline of at most `now`, unlinked, earliest first.
  /// `expire` may insert and remove; what it inserts is due in a later tick.
  void advance(int64_t now, const std::function<void(uint32_t)>& expire);

 private:
  static constexpr uint32_t kLevels = 5;
  static constexpr uint32_t kSlotBits = 6;
  static constexpr uint32_t kSlots = 1U << kSlotBits;
  // What the wheel spans, about 124 days at 10 ms. A later deadline waits at the end and is
  // linked in again from there.
  static constexpr int64_t kSpan = int64_t{1} << (kSlotBits * kLevels);

  struct List {
    uint32_t head = TimerNode::kNone;
    uint32_t tail = TimerNode::kNone;
  };
  struct Due {
    int64_t tick;
    uint32_t list;
  };

  int64_t link(uint32_t index);
  [[nodiscard]] std::optional<Due> next_due() const noexcept;

  TimerSlab& slab_;
  std::array<List, size_t{kLevels} * kSlots> lists_;
  std::array<uint64_t, kLevels> occupied_{};  // a bit for each slot that is not empty
  int64_t elapsed_ = 0;                       // all ticks up to here were handled
  size_t size_ = 0;
};

}  // namespace faultline::io
