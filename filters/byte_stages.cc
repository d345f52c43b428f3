// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/byte_stages.h"

#include <algorithm>
#include <utility>

namespace faultline::filters {

void PacedStage::push(buffer::Chain&& bytes, bool end) {
  waiting_.append(std::move(bytes));
  has_end_ = has_end_ || end;
  release();
}

// The sink may push more before it returns: every round looks afresh.
void PacedStage::release() {
  while (!timer_.is_pending()) {
    if (waiting_.empty()) {
      if (has_end_ && !is_end_given_) deliver(0);
      return;
    }
    const MonoTime now = scheduler_.clock().now();
    const auto [bytes, due] = next_piece(waiting_.size(), now);
    if (due > now) {
      timer_ = scheduler_.call_after(
          due - now,
          [this, bytes = bytes] {
            deliver(bytes);
            release();
          },
          true);
      return;
    }
    deliver(bytes);
  }
}

void PacedStage::deliver(size_t bytes) {
  const bool end = has_end_ && bytes == waiting_.size();
  is_end_given_ = is_end_given_ || end;
  sink_(waiting_.take(bytes), end);
}

// Booked one at a time: a piece leaves when it is due, and only then the next one is booked, so
// that sharers of a limiter take turns.
PacedStage::Piece ThrottleStage::next_piece(size_t available, MonoTime now) {
  const size_t bytes = std::min<size_t>(available, limiter_->quantum());
  return {bytes, std::max(now, limiter_->book(bytes, now))};
}

DelayStage::DelayStage(Duration delay, Scheduler& scheduler, Sink sink)
    : delay_(delay), scheduler_(scheduler), sink_(std::move(sink)) {}

void DelayStage::push(buffer::Chain&& bytes, bool end) {
  held_ += bytes.size();
  pieces_.push_back({std::move(bytes), end, scheduler_.clock().now() + delay_});
  if (!timer_.is_pending()) arm();
}

void DelayStage::arm() {
  const Duration wait = pieces_.front().due - scheduler_.clock().now();
  timer_ = scheduler_.call_after(std::max(wait, Duration(0)), [this] { release(); }, true);
}

void DelayStage::release() {
  const MonoTime now = scheduler_.clock().now();
  while (!pieces_.empty() && pieces_.front().due <= now) {
    Piece piece = std::move(pieces_.front());
    pieces_.pop_front();
    held_ -= piece.bytes.size();
    sink_(std::move(piece.bytes), piece.end);
  }
  if (!pieces_.empty()) arm();
}

}  // namespace faultline::filters
