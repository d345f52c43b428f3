// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/fakes/memory_stream.h"

#include "proxy/base/assert.h"

#include <algorithm>
#include <string>
#include <utility>

namespace faultline::fakes {
namespace {

constexpr size_t kHighWatermark = limits::kConnectionBufferBytes;

}  // namespace

MemoryStream::MemoryStream(Scheduler& scheduler, buffer::BlockPool& pool, ErrorSource source)
    : scheduler_(scheduler),
      pool_(pool),
      source_(source),
      self_(std::make_shared<MemoryStream*>(this)) {}

MemoryStream::~MemoryStream() {
  *self_ = nullptr;
  if (peer_ == nullptr) return;
  peer_->peer_ = nullptr;
  if (!is_closing_) peer_->peer_gone(!inbox_.empty());
}

// Runs a step at the end of the turn, unless the stream is gone by then.
void MemoryStream::later(void (MemoryStream::*step)()) {
  scheduler_.call_soon([self = self_, step] {
    if (*self != nullptr) (*self->*step)();
  });
}

void MemoryStream::start() {
  FL_ASSERT(events_ != nullptr);
  FL_ASSERT(!is_started_);
  is_started_ = true;
  wake_reader();
}

void MemoryStream::write_text(std::string_view text) {
  buffer::Chain chain;
  chain.append(pool_.copy(text));
  write(std::move(chain));
}

void MemoryStream::write(buffer::Chain&& bytes) {
  FL_ASSERT(!is_shut_down_);
  buffer::Chain rest(std::move(bytes));
  if (is_closing_) return;
  if (peer_ == nullptr || peer_->is_closing_) {
    end_connection(Error::make(ErrorCode::Reset, "connection reset by peer", source_), false);
    return;
  }
  queue_.append(std::move(rest));
  pump();
  if (queue_.size() > kHighWatermark) is_above_high_ = true;
}

// Moves what the peer's side has room for.
void MemoryStream::pump() {
  if (peer_ == nullptr || peer_->is_closing_) return;
  const size_t room =
      peer_->receive_capacity_ - std::min(peer_->receive_capacity_, peer_->inbox_.size());
  const size_t count = std::min(room, queue_.size());
  if (count > 0) {
    peer_->inbox_.append(queue_.take(count));
    peer_->arrivals_.push_back(count);
    bytes_written_ += count;
  }
  if (is_shut_down_ && queue_.empty() && !is_fin_sent_) {
    is_fin_sent_ = true;
    peer_->has_fin_arrived_ = true;
  }
  peer_->wake_reader();
}

void MemoryStream::wake_reader() {
  const bool has_news = !inbox_.empty() || (has_fin_arrived_ && !has_ended_);
  if (!is_started_ || is_paused() || is_closing_ || is_reader_due_ || !has_news) return;
  is_reader_due_ = true;
  later(&MemoryStream::read_one);
}

// One read of a size that the test chose, with its end; then the peer may write on.
void MemoryStream::read_one() {
  is_reader_due_ = false;
  if (is_paused() || is_closing_) return;
  if (inbox_.empty()) {
    has_ended_ = true;
    events_->on_end();
    return;
  }
  size_t count = arrivals_.front();
  if (!segments_.empty())
    count = std::max<size_t>(segments_[next_segment_++ % segments_.size()], 1);
  count = std::min(count, inbox_.size());
  buffer::Chain part = inbox_.take(count);
  for (size_t left = count; left > 0;) {
    const size_t step = std::min(left, arrivals_.front());
    left -= step;
    arrivals_.front() -= step;
    if (arrivals_.front() == 0) arrivals_.erase(arrivals_.begin());
  }
  bytes_read_ += count;
  const auto self = self_;
  for (const buffer::Slice& slice : part.slices()) {
    if (*self == nullptr || is_closing_) return;
    events_->on_data(slice);
  }
  if (*self == nullptr || is_closing_) return;
  events_->on_data_end();
  if (*self == nullptr || is_closing_) return;
  if (peer_ != nullptr) peer_->later(&MemoryStream::finish_writes);
  wake_reader();
}

void MemoryStream::finish_writes() {
  if (is_closing_) return;
  pump();
  const auto self = self_;
  if (is_above_high_ && queue_.size() <= kHighWatermark / 2) {
    is_above_high_ = false;
    events_->on_drained();
    if (*self == nullptr || is_closing_) return;
  }
  if (!has_flushed_due_ || !queue_.empty()) return;
  has_flushed_due_ = false;
  events_->on_flushed();
}

void MemoryStream::request_flushed_event() {
  has_flushed_due_ = true;
  if (queue_.empty()) later(&MemoryStream::finish_writes);
}

void MemoryStream::pause(io::PauseReason reason) noexcept {
  pauses_ += pause_mask_ == 0 ? 1 : 0;
  pause_mask_ = static_cast<uint8_t>(pause_mask_ | static_cast<uint8_t>(reason));
}

void MemoryStream::resume(io::PauseReason reason) noexcept {
  pause_mask_ = static_cast<uint8_t>(pause_mask_ & ~static_cast<uint8_t>(reason));
  wake_reader();
}

void MemoryStream::shutdown() {
  if (is_closing_ || is_shut_down_) return;
  is_shut_down_ = true;
  pump();
}

// As the kernel does: unread bytes turn the close into a reset for the peer.
void MemoryStream::close() {
  if (!is_closing_) end_connection(std::nullopt, !inbox_.empty());
}

void MemoryStream::reset() {
  if (!is_closing_) end_connection(std::nullopt, true);
}

void MemoryStream::break_with(ErrorCode code) {
  if (is_closing_) return;
  end_connection(Error::make(code, std::string(error_code_name(code)), source_), true);
}

void MemoryStream::end_connection(std::optional<Error> error, bool is_abrupt) {
  is_closing_ = true;
  error_ = std::move(error);
  inbox_.clear();
  arrivals_.clear();
  queue_.clear();
  if (peer_ != nullptr) peer_->peer_gone(is_abrupt);
  later(&MemoryStream::deliver_closed);
}

void MemoryStream::deliver_closed() {
  is_closed_ = true;
  if (events_ != nullptr) events_->on_closed(error_ ? &*error_ : nullptr);
}

void MemoryStream::peer_gone(bool is_abrupt) {
  if (is_closing_) return;
  if (is_abrupt) {
    end_connection(Error::make(ErrorCode::Reset, "connection reset by peer", source_), true);
    return;
  }
  has_fin_arrived_ = true;
  wake_reader();
}

std::pair<std::unique_ptr<MemoryStream>, std::unique_ptr<MemoryStream>> make_memory_streams(
    Scheduler& scheduler, buffer::BlockPool& pool) {
  auto accepted = std::make_unique<MemoryStream>(scheduler, pool, ErrorSource::Downstream);
  auto connected = std::make_unique<MemoryStream>(scheduler, pool, ErrorSource::Upstream);
  accepted->peer_ = connected.get();
  connected->peer_ = accepted.get();
  return {std::move(accepted), std::move(connected)};
}

}  // namespace faultline::fakes
