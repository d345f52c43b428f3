// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/server/upstream_connection.h"

#include "proxy/base/limits.h"

#include <utility>

namespace faultline::server {
namespace {

/// Keeps a disposed connection until its stream has said its last word.
class Graveyard final : public io::StreamEvents {
 public:
  static void bury(Scheduler& scheduler, std::unique_ptr<io::Stream> stream, bool reset) {
    auto grave = std::make_unique<Graveyard>(scheduler);
    grave->stream_ = std::move(stream);
    grave->stream_->set_events(*grave);
    io::Stream& held = *grave->stream_;
    // Released by on_closed, which every close() and reset() ends in.
    [[maybe_unused]] Graveyard* const owner = grave.release();
    if (reset) {
      held.reset();
    } else {
      held.close();
    }
  }
  /// The same once what is queued is with the kernel, or the peer has had its time. FIN first:
  /// a close over bytes that were not read would be RST.
  static void bury_after_flush(Scheduler& scheduler, std::unique_ptr<io::Stream> stream,
                               bool reset) {
    auto grave = std::make_unique<Graveyard>(scheduler);
    grave->stream_ = std::move(stream);
    grave->resets_ = reset;
    grave->is_waiting_ = true;
    // Released as above.
    Graveyard* const held = grave.release();
    held->stream_->set_events(*held);
    if (!reset) held->stream_->shutdown();
    held->stream_->request_flushed_event();
    held->deadline_ = scheduler.call_after(limits::kLingerTimeout, [held] { held->finish(); });
  }
  explicit Graveyard(Scheduler& scheduler) : scheduler_(scheduler) {}
  void on_data(buffer::Slice /*bytes*/) override {}
  void on_end() override {
    has_ended_ = true;
    if (is_flushed_) finish();
  }
  void on_flushed() override {
    is_flushed_ = true;
    if (resets_ || has_ended_) finish();
  }
  void on_closed(const Error* /*error*/) override {
    defer_delete(scheduler_, std::unique_ptr<Graveyard>(this));
  }

 private:
  void finish() {
    if (!std::exchange(is_waiting_, false)) return;
    if (resets_) {
      stream_->reset();
    } else {
      stream_->close();
    }
  }

  Scheduler& scheduler_;
  std::unique_ptr<io::Stream> stream_;
  TimerHandle deadline_;
  bool resets_ = false;
  bool is_waiting_ = false;  // for what is queued
  bool is_flushed_ = false;
  bool has_ended_ = false;  // FIN of the peer came
};

}  // namespace

UpstreamConnection::UpstreamConnection(std::unique_ptr<io::Stream> stream,
                                       buffer::BlockPool& blocks, Scheduler& scheduler)
    : scheduler_(scheduler), stream_(std::move(stream)), parser_(blocks, *this) {
  stream_->set_events(*this);
  stream_->start();
}

UpstreamConnection::~UpstreamConnection() = default;

void UpstreamConnection::detach() noexcept {
  user_ = nullptr;
  if (!stream_->is_paused()) return;
  stream_->resume(io::PauseReason::PeerFull);
  stream_->resume(io::PauseReason::FilterHold);
  stream_->resume(io::PauseReason::Throttle);
}

void UpstreamConnection::attach(UpstreamUser& user, bool is_head_request, bool is_upgrade_request) {
  user_ = &user;
  has_spoken_ = false;
  if (exchanges_++ > 0) parser_.resume();
  parser_.expect_response(is_head_request, is_upgrade_request);
}

std::unique_ptr<io::Stream> UpstreamConnection::release_stream(
    std::unique_ptr<UpstreamConnection> connection) {
  connection->user_ = nullptr;
  auto stream = std::move(connection->stream_);
  Scheduler& scheduler = connection->scheduler_;
  defer_delete(scheduler, std::move(connection));
  return stream;
}

bool UpstreamConnection::is_reusable() const noexcept {
  return !is_lost_ && !is_closed_ && !is_upgraded_ && !has_ended_ && !has_unsolicited_ &&
         !parser_.has_rest() && !parser_.is_mid_message() && stream_->queued_bytes() == 0;
}

void UpstreamConnection::dispose(std::unique_ptr<UpstreamConnection> connection, bool reset) {
  connection->user_ = nullptr;
  connection->idle_owner_ = nullptr;
  Scheduler& scheduler = connection->scheduler_;
  if (connection->is_closed_) {
    defer_delete(scheduler, std::move(connection->stream_));
  } else {
    Graveyard::bury(scheduler, std::move(connection->stream_), reset);
  }
  defer_delete(scheduler, std::move(connection));
}

void UpstreamConnection::wind_up(std::unique_ptr<UpstreamConnection> connection, bool reset) {
  if (connection->is_closed_) {
    dispose(std::move(connection));
    return;
  }
  connection->user_ = nullptr;
  Scheduler& scheduler = connection->scheduler_;
  Graveyard::bury_after_flush(scheduler, std::move(connection->stream_), reset);
  defer_delete(scheduler, std::move(connection));
}

void UpstreamConnection::on_data(buffer::Slice bytes) {
  if (is_lost_) return;
  if (user_ == nullptr) {
    has_unsolicited_ = true;
    if (idle_owner_ != nullptr) idle_owner_->on_idle_lost(*this, true);
    return;
  }
  has_spoken_ = true;
  const auto state = parser_.feed(std::move(bytes));
  is_upgraded_ = state == http::FeedState::Upgraded;
  if (state == http::FeedState::Rejected) {
    const http::Rejection rejection = parser_.rejection();
    lose(nullptr, &rejection);
  }
}

void UpstreamConnection::on_data_end() {
  if (user_ != nullptr) user_->on_upstream_turn_end();
}

void UpstreamConnection::on_end() {
  has_ended_ = true;
  if (is_lost_ || is_upgraded_) return;
  if (user_ == nullptr) {
    is_lost_ = true;
    if (idle_owner_ != nullptr) idle_owner_->on_idle_lost(*this, false);
    return;
  }
  // FIN ends an until-close body in order; the parser then delivers the end of the message.
  is_lost_ = true;
  const bool complete = parser_.is_mid_message() && parser_.finish();
  UpstreamUser* const user = user_;
  if (complete) {
    user->on_upstream_turn_end();
  } else {
    user_ = nullptr;
    user->on_upstream_lost(nullptr, nullptr);
  }
}

void UpstreamConnection::on_drained() {
  if (user_ != nullptr) user_->on_upstream_drained();
}

void UpstreamConnection::on_closed(const Error* error) {
  is_closed_ = true;
  lose(error, nullptr);
}

void UpstreamConnection::lose(const Error* error, const http::Rejection* rejection) {
  if (is_lost_ && user_ == nullptr) return;
  is_lost_ = true;
  if (user_ == nullptr) {
    if (idle_owner_ != nullptr) idle_owner_->on_idle_lost(*this, false);
    return;
  }
  UpstreamUser* const user = std::exchange(user_, nullptr);
  user->on_upstream_lost(error, rejection);
}

void UpstreamConnection::on_head(http::ResponseHead&& head) {
  if (user_ != nullptr) user_->on_upstream_head(std::move(head));
}

void UpstreamConnection::on_body(http::BodyPart part) {
  if (user_ != nullptr) user_->on_upstream_body(std::move(part));
}

void UpstreamConnection::on_message_end(const http::Fields& /*trailers*/) {
  if (user_ != nullptr) user_->on_upstream_message_end();
}

}  // namespace faultline::server
