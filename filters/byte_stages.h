// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "filters/filter.h"
#include "filters/pacer.h"

#include <deque>
#include <memory>

namespace faultline::filters {

/// Bytes that wait in one queue and leave in pieces, each at its own absolute time; the end leaves
/// with the last of them. What a piece is and when it may go is the subclass's.
class PacedStage : public ByteStage {
 public:
  PacedStage(Scheduler& scheduler, Sink sink) : scheduler_(scheduler), sink_(std::move(sink)) {}
  void push(buffer::Chain&& bytes, bool end) final;
  [[nodiscard]] size_t held_bytes() const noexcept override { return waiting_.size(); }

 protected:
  struct Piece {
    size_t bytes = 0;  // 1 to `available`
    MonoTime due;
  };
  /// The next piece of `available` (> 0) bytes. Asked once for each piece.
  [[nodiscard]] virtual Piece next_piece(size_t available, MonoTime now) = 0;
  [[nodiscard]] Scheduler& scheduler() noexcept { return scheduler_; }

 private:
  void release();
  void deliver(size_t bytes);

  Scheduler& scheduler_;
  Sink sink_;
  buffer::Chain waiting_;
  bool has_end_ = false;
  bool is_end_given_ = false;
  TimerHandle timer_;  // runs while a piece waits for its time
};

/// Lets bytes through at the pace of a limiter. The limiter may be shared and outlives the stage.
class ThrottleStage final : public PacedStage {
 public:
  ThrottleStage(std::shared_ptr<RateLimiter> limiter, Scheduler& scheduler, Sink sink)
      : PacedStage(scheduler, std::move(sink)), limiter_(std::move(limiter)) {}

 private:
  [[nodiscard]] Piece next_piece(size_t available, MonoTime now) override;

  std::shared_ptr<RateLimiter> limiter_;  // shared: by a connection's or listener's exchanges
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
