// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "filters/filter.h"
#include "filters/pacer.h"

#include <deque>
#include <memory>

namespace faultline::filters {

/// Lets bytes through at the pace of a limiter. The limiter may be shared and outlives the stage.
class ThrottleStage final : public ByteStage {
 public:
  ThrottleStage(std::shared_ptr<RateLimiter> limiter, Scheduler& scheduler, Sink sink);
  void push(buffer::Chain&& bytes, bool end) override;
  [[nodiscard]] size_t held_bytes() const noexcept override { return waiting_.size(); }

 private:
  void release();
  void deliver(size_t bytes);

  std::shared_ptr<RateLimiter> limiter_;  // shared: by a connection's or listener's exchanges
  Scheduler& scheduler_;
  Sink sink_;
  buffer::Chain waiting_;
  bool has_end_ = false;
  bool is_end_given_ = false;
  TimerHandle timer_;
};

/// Gives every piece on exactly `delay` after it came: order kept, throughput unchanged.
class DelayStage final : public ByteStage {
 public:
  DelayStage(Duration delay, Scheduler& scheduler, Sink sink);
  void push(buffer::Chain&& bytes, bool end) override;
  [[nodiscard]] size_t held_bytes() const noexcept override { return held_; }

 private:
  struct Piece {
    buffer::Chain bytes;
    bool end = false;
    MonoTime due;
  };
  void release();
  void arm();

  Duration delay_;
  Scheduler& scheduler_;
  Sink sink_;
  std::deque<Piece> pieces_;
  size_t held_ = 0;
  TimerHandle timer_;
};

}  // namespace faultline::filters
