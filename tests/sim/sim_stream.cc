// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/sim/sim_stream.h"

#include "proxy/base/assert.h"
#include "proxy/base/limits.h"

#include <cstring>
#include <string>
#include <utility>

namespace faultline::sim {
namespace {

constexpr size_t kHighWatermark = limits::kConnectionBufferBytes;
constexpr size_t kLowWatermark = kHighWatermark / 2;
// Reads of less are copied into a block that others share, as io/read_blocks.h does.
constexpr size_t kSmallRead = limits::kBlockBytes / 8;

buffer::Slice slice_of(buffer::BlockPool& blocks, std::string_view bytes) {
  if (bytes.size() < kSmallRead) return blocks.copy(bytes);
  buffer::Block& block = blocks.acquire(bytes.size());
  std::memcpy(block.data(), bytes.data(), bytes.size());
  return {block, 0, static_cast<uint32_t>(bytes.size())};
}

}  // namespace

SimStream::SimStream(SimReactor& reactor, std::shared_ptr<SimLink> link, ErrorSource source,
                     HostPort peer, fakes::Draws draws)
    : reactor_(reactor),
      link_(std::move(link)),
      source_(source),
      peer_(std::move(peer)),
      draws_(draws),
      self_(std::make_shared<SimStream*>(this)) {
  link_->set_events(End::Near, this);
}

SimStream::~SimStream() {
  *self_ = nullptr;
  link_->set_events(End::Near, nullptr);
  if (!is_closing_) link_->abandon(End::Near);
  if (on_destroyed_) on_destroyed_();
}

// Runs a step as an event of its own, unless the stream is gone by then.
template <typename Step>
void SimStream::later(Step step) {
  reactor_.at(Duration(0), [self = self_, step] {
    if (*self != nullptr) ((*self)->*step)();
  });
}

void SimStream::start() {
  FL_ASSERT(events_ != nullptr);
  FL_ASSERT(!is_started_);
  is_started_ = true;
  wake_reader();
}

// ---- reading -------------------------------------------------------------------------------

// RST ends a write that waits, too, when nobody reads it.
void SimStream::on_readable() {
  wake_reader();
  const bool is_stuck = !queue_.empty() && (is_paused() || has_ended_);
  if (link_->is_broken(End::Near) && !is_closing_ && is_stuck) on_write_error();
}

void SimStream::wake_reader() {
  const bool has_news =
      link_->has_bytes(End::Near) || link_->is_at_end(End::Near) || link_->is_broken(End::Near);
  if (!is_started_ || is_paused() || is_closing_ || has_ended_ || is_read_due_ || !has_news) return;
  is_read_due_ = true;
  later(&SimStream::read_turn);
}

void SimStream::read_turn() {
  is_read_due_ = false;
  if (is_closing_) return;
  const uint64_t reads_max = draws_.between(1, 3);
  for (uint64_t i = 0; i < reads_max; ++i) {
    if (!read_once()) return;
  }
  // A read that did not fill its buffer is followed at once by the end of the data; one that did,
  // by the end of the turn.
  if (draws_.one_in(2)) {
    deliver_data_end();
  } else {
    reactor_.at_turn_end([self = self_] {
      if (*self != nullptr) (*self)->deliver_data_end();
    });
  }
  wake_reader();
}

bool SimStream::read_once() {
  if (is_closing_ || is_paused()) {
    deliver_data_end();
    return false;
  }
  if (link_->has_bytes(End::Near)) {
    const std::string_view bytes = link_->next_read(End::Near);
    buffer::Slice slice = slice_of(reactor_.blocks(), bytes);
    link_->consume(End::Near, bytes.size());
    has_data_end_due_ = true;
    events_->on_data(std::move(slice));
    return true;
  }
  deliver_data_end();
  if (is_closing_) return false;
  if (has_write_failed_ || link_->is_broken(End::Near)) {
    fail();
  } else if (link_->is_at_end(End::Near)) {
    has_ended_ = true;
    events_->on_end();
  }
  return false;
}

void SimStream::deliver_data_end() {
  if (!has_data_end_due_ || is_closing_) return;
  has_data_end_due_ = false;
  events_->on_data_end();
}

void SimStream::pause(io::PauseReason reason) noexcept {
  pauses_ += pause_mask_ == 0 ? 1 : 0;
  pause_mask_ = static_cast<uint8_t>(pause_mask_ | static_cast<uint8_t>(reason));
}

void SimStream::resume(io::PauseReason reason) noexcept {
  pause_mask_ = static_cast<uint8_t>(pause_mask_ & ~static_cast<uint8_t>(reason));
  wake_reader();
}

// ---- writing -------------------------------------------------------------------------------

void SimStream::write(buffer::Chain&& bytes) {
  FL_ASSERT(!is_shut_down_);
  buffer::Chain taken(std::move(bytes));
  if (is_closing_ || has_write_failed_ || taken.empty()) return;
  if (probe_) probe_(*this, taken.slices().front().view());
  queue_.append(std::move(taken));
  push_queue();
  if (is_closing_ || has_write_failed_) return;
  queue_.pack(reactor_.blocks());
  if (queue_.size() > kHighWatermark) is_above_high_ = true;
}

void SimStream::push_queue() {
  while (!queue_.empty()) {
    if (link_->is_broken(End::Near)) {
      on_write_error();
      return;
    }
    const std::string_view front = queue_.slices().front().view();
    const size_t count = link_->offer(End::Near, front);
    const bool is_cut = count < front.size();
    queue_.advance(count);
    if (is_cut) return;
  }
}

void SimStream::on_room() {
  if (is_closing_ || has_write_failed_) return;
  push_queue();
  if (is_closing_ || has_write_failed_) return;
  finish_writes();
}

void SimStream::finish_writes() {
  if (is_above_high_ && queue_.size() <= kLowWatermark) {
    is_above_high_ = false;
    events_->on_drained();
  }
  if (is_closing_ || !queue_.empty()) return;
  if (is_shut_down_) link_->finish(End::Near);
  if (!std::exchange(has_flushed_due_, false)) return;
  events_->on_flushed();
}

// As in TcpStream: what the peer sent before it left may still be read.
void SimStream::on_write_error() {
  queue_.clear();
  is_above_high_ = false;
  if (is_started_ && !has_ended_ && !is_paused()) {
    has_write_failed_ = true;
    wake_reader();
    return;
  }
  fail();
}

void SimStream::request_flushed_event() {
  has_flushed_due_ = true;
  if (!queue_.empty()) return;
  reactor_.at_turn_end([self = self_] {
    if (*self == nullptr) return;
    SimStream& stream = **self;
    if (stream.is_closing_ || !stream.queue_.empty()) return;
    if (std::exchange(stream.has_flushed_due_, false)) stream.events_->on_flushed();
  });
}

// ---- ends ----------------------------------------------------------------------------------

void SimStream::shutdown() {
  if (is_closing_ || is_shut_down_) return;
  is_shut_down_ = true;
  note("stream: shutdown", queue_.size());
  if (queue_.empty()) link_->finish(End::Near);
}

void SimStream::close() {
  if (is_closing_) return;
  note("stream: close", queue_.size());
  link_->abandon(End::Near);
  begin_close();
}

void SimStream::reset() {
  if (is_closing_) return;
  note("stream: reset", queue_.size());
  link_->break_off(End::Near);
  begin_close();
}

void SimStream::fail() {
  if (is_closing_) return;
  note("stream: failed", queue_.size());
  error_ = Error::make(ErrorCode::Reset, "connection reset by peer", source_);
  link_->abandon(End::Near);
  begin_close();
}

void SimStream::begin_close() {
  is_closing_ = true;
  reactor_.at_close([self = self_] {
    if (*self == nullptr) return;
    SimStream& stream = **self;
    stream.queue_.clear();
    if (stream.events_ == nullptr) return;
    stream.events_->on_closed(stream.error_ ? &*stream.error_ : nullptr);
  });
}

}  // namespace faultline::sim
