// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/server/http_session.h"

#include "proxy/base/text.h"

#include <utility>

namespace faultline::server {

using io::PauseReason;

HttpSession::HttpSession(WorkerContext& worker, SessionOwner& owner, uint32_t listener,
                         uint64_t ordinal, Accepted accepted)
    : worker_(worker),
      owner_(owner),
      listener_(listener),
      ordinal_(ordinal),
      timeouts_(worker.snapshot->config->listeners[listener].timeouts),
      stream_(std::move(accepted.stream)),
      accepted_(std::move(accepted)),
      parser_(worker.loop.blocks(), *this) {
  if (accepted_.client) client_ = accepted_.client->host;
  const auto& config = worker.snapshot->config->listeners[listener];
  if (!config.connect_to.empty()) parser_.allow_connect();
  if (config.min_rate.is_set()) rate_ = std::make_unique<ClientRate>(config.min_rate);
}

void HttpSession::start() {
  set_deadline(timeouts_.head);
  begin_reading(*stream_, std::move(accepted_), *this);
}

const std::string& HttpSession::client() {
  if (client_.empty()) client_ = stream_->peer().host;
  return client_;
}

HttpSession::~HttpSession() = default;

// ---- bytes in ------------------------------------------------------------------------------

void HttpSession::on_data(buffer::Slice bytes) {
  if (state_ == State::Lingering || state_ == State::Closed) return;
  if (is_parser_stopped_) {
    waiting_.append(std::move(bytes));
    if (waiting_.size() > limits::kConnectionBufferBytes) stream_->pause(PauseReason::Pipeline);
    return;
  }
  handle(parser_.feed(std::move(bytes)));
}

void HttpSession::handle(http::FeedState state) {
  switch (state) {
    case http::FeedState::NeedMore:
      break;
    case http::FeedState::MessageEnd:
    case http::FeedState::Upgraded:
      is_parser_stopped_ = true;
      count_stripped_trailers();
      break;
    case http::FeedState::Rejected:
      reject(parser_.rejection());
      break;
  }
}

void HttpSession::count_stripped_trailers() {
  const uint64_t before = std::exchange(stripped_trailers_, parser_.stripped_fields());
  worker_.stats.fields_stripped += stripped_trailers_ - before;
}

void HttpSession::on_data_end() {
  if (exchange_) exchange_->on_request_turn_end();
  if (state_ == State::Idle && parser_.is_mid_message()) {
    const bool was_in_grace = std::exchange(is_in_grace_, false);
    if (was_in_grace || deadline_ - worker_.loop.clock().now() > timeouts_.head) {
      set_deadline(timeouts_.head);
    }
  } else if (exchange_ && !exchange_->is_request_complete()) {
    set_deadline(timeouts_.idle);
  }
}

void HttpSession::on_head(http::RequestHead&& head) {
  state_ = State::Exchanging;
  exchange_.reset(new (worker_.exchange_memory) HttpExchange(
      worker_, *this, ExchangeId{listener_, ordinal_, next_exchange_++}));
  const MonoTime now = worker_.loop.clock().now();
  set_deadline(timeouts_.idle, now);
  exchange_->on_request_head(std::move(head), now);
  if (rate_) watch_rate();
}

void HttpSession::on_body(http::BodyPart part) {
  if (exchange_) exchange_->on_request_body(std::move(part));
}

void HttpSession::on_message_end(const http::Fields& /*trailers*/) {
  if (exchange_) exchange_->on_request_end();
}

void HttpSession::advance() {
  while (state_ == State::Idle && !is_closed_) {
    if (is_parser_stopped_) {
      is_parser_stopped_ = false;
      handle(parser_.resume());
    } else if (!waiting_.empty()) {
      buffer::Chain next = waiting_.take(waiting_.slices().front().size());
      handle(parser_.feed(next.slices().front()));
    } else {
      break;
    }
    if (exchange_) exchange_->on_request_turn_end();
  }
  // A request whose body is still to come takes the waiting bytes as well.
  while (state_ == State::Exchanging && !is_parser_stopped_ && !waiting_.empty()) {
    buffer::Chain next = waiting_.take(waiting_.slices().front().size());
    handle(parser_.feed(next.slices().front()));
    if (exchange_) exchange_->on_request_turn_end();
  }
  if (waiting_.size() <= limits::kConnectionBufferBytes / 2) stream_->resume(PauseReason::Pipeline);
}

void HttpSession::on_end() {
  has_client_ended_ = true;
  if (state_ == State::Tunnel || state_ == State::Closed) return;
  if (state_ == State::Lingering) {
    if (stream_->queued_bytes() == 0) stream_->close();
    return;
  }
  if (exchange_) {
    // A half-close after the whole request still wants its answer.
    if (!exchange_->is_request_complete() && !exchange_->is_over()) {
      worker_.stats.count_error("downstream", "closed_mid_request");
      exchange_->on_downstream_lost();
    }
    return;
  }
  if (parser_.is_mid_message()) worker_.stats.count_error("downstream", "closed_mid_request");
  if (stream_->queued_bytes() == 0) {
    stream_->close();
  } else {
    linger();
  }
}

void HttpSession::reject(const http::Rejection& rejection) {
  is_parser_stopped_ = true;
  waiting_.clear();
  if (exchange_ && !exchange_->is_over()) {
    exchange_->on_request_rejected(rejection);
    return;
  }
  worker_.stats.count_error("downstream", rejection.reason);
  http::LocalReply reply;
  reply.status = rejection.status;
  reply.fields.emplace_back("Content-Type", "text/plain; charset=utf-8");
  reply.body = "faultline: request refused: " + std::string(rejection.reason) + "\n";
  reply.close = true;
  buffer::Chain bytes;
  bytes.append(http::write_local_reply(worker_.loop.blocks(), reply, false));
  stream_->write(std::move(bytes));
  linger();
}

// ---- exchanges -----------------------------------------------------------------------------

std::shared_ptr<filters::RateLimiter> HttpSession::connection_limiter(const rules::RuleConfig& rule,
                                                                      uint64_t bytes_per_second) {
  auto& limiter = limiters_[rule.name];
  if (!limiter || limiter->bytes_per_second() != bytes_per_second) {
    limiter = std::make_shared<filters::RateLimiter>(bytes_per_second);
  }
  return limiter;
}

void HttpSession::on_exchange_complete() { schedule_reap(); }

void HttpSession::schedule_reap() {
  if (std::exchange(is_reap_scheduled_, true)) return;
  worker_.loop.call_soon([this] { reap(); });
}

void HttpSession::reap() {
  is_reap_scheduled_ = false;
  if (exchange_ && exchange_->is_over()) {
    exchange_->finish();
    const AfterExchange after = exchange_->after();
    const MonoTime ended = exchange_->ended();
    if (std::exchange(is_upgrade_due_, false) && !is_closed_) {
      start_tunnel();
      exchange_.reset();
      return;
    }
    exchange_.reset();
    if (!is_closed_) after_exchange(after, ended);
  }
  const bool is_over = relay_ ? relay_->is_done() : is_closed_;
  if (is_over && !exchange_ && !is_reap_scheduled_ && state_ != State::Closed) {
    state_ = State::Closed;
    cancel_deadline();
    owner_.on_session_over(*this);
  }
}

void HttpSession::after_exchange(AfterExchange after, MonoTime ended) {
  // An exchange pauses the stream for its own reasons; they end with it.
  if (stream_->is_paused()) {
    stream_->resume(PauseReason::PeerFull);
    stream_->resume(PauseReason::Throttle);
  }
  switch (after) {
    case AfterExchange::Reset:
      stream_->reset();
      return;
    case AfterExchange::FlushReset:
      if (stream_->queued_bytes() == 0) {
        stream_->reset();
        return;
      }
      resets_after_flush_ = true;
      state_ = State::Lingering;
      waiting_.clear();
      stream_->request_flushed_event();
      set_deadline(timeouts_.idle);
      return;
    case AfterExchange::Abort:
    case AfterExchange::Close:
      linger();
      return;
    case AfterExchange::KeepAlive:
      break;
  }
  state_ = State::Idle;
  advance();
  if (state_ != State::Idle) return;
  if (has_client_ended_) {
    linger();
    return;
  }
  if (parser_.is_mid_message()) {
    set_deadline(timeouts_.head, ended);
  } else if (worker_.ends_connections(listener_)) {
    // The answer was on its way before it could say so: the next request may be, too.
    close_after_grace();
  } else {
    set_deadline(timeouts_.keep_alive, ended);
  }
}

void HttpSession::linger() {
  state_ = State::Lingering;
  waiting_.clear();
  stream_->resume(PauseReason::Pipeline);
  stream_->shutdown();
  stream_->request_flushed_event();
  lingered_from_ = stream_->bytes_written();
  // A slow client gets the time of any other wait for what is still queued.
  set_deadline(stream_->queued_bytes() == 0 ? limits::kLingerTimeout : timeouts_.idle);
}

void HttpSession::on_flushed() {
  if (state_ != State::Lingering) return;
  if (resets_after_flush_) {
    stream_->reset();
  } else if (has_client_ended_) {
    stream_->close();
  } else {
    set_deadline(limits::kLingerTimeout);
  }
}

void HttpSession::start_tunnel() {
  auto upstream = exchange_->take_upstream();
  state_ = State::Tunnel;
  cancel_deadline();
  rate_.reset();
  relay_ = std::make_unique<Relay>(worker_.loop, limits::kTunnelIdleTimeout,
                                   [this] { schedule_reap(); });
  buffer::Chain from_client = parser_.take_rest();
  from_client.append(std::move(waiting_));
  buffer::Chain from_upstream = upstream->take_rest();
  const bool upstream_ended = upstream->has_ended();
  stream_->resume(
      PauseReason::Pipeline);  // what waited goes first, and a tunnel has no next request
  relay_->join(std::move(stream_), UpstreamConnection::release_stream(std::move(upstream)));
  relay_->send(rules::Side::Request, std::move(from_client), has_client_ended_);
  relay_->send(rules::Side::Response, std::move(from_upstream), upstream_ended);
}

// ---- the rest ------------------------------------------------------------------------------

void HttpSession::on_drained() {
  if (exchange_) exchange_->on_downstream_drained();
}

void HttpSession::on_closed(const Error* error) {
  is_closed_ = true;
  if (error != nullptr && state_ != State::Lingering) {
    worker_.stats.count_error("downstream", error_code_name(error->code));
  }
  if (exchange_ && !exchange_->is_over()) exchange_->on_downstream_lost();
  schedule_reap();
}

void HttpSession::drain() {
  if (state_ != State::Idle || parser_.is_mid_message() || is_closed_) return;
  close_after_grace();
}

void HttpSession::close_after_grace() {
  is_in_grace_ = true;
  set_deadline(limits::kDrainIdleGrace);
}

void HttpSession::abort() {
  if (relay_) {
    relay_->end(filters::EndKind::Close);
    return;
  }
  if (exchange_ && !exchange_->is_over()) exchange_->on_downstream_lost();
  is_upgrade_due_ = false;
  if (!is_closed_) stream_->close();
}

void HttpSession::on_rules_changed() {
  if (exchange_) exchange_->on_rules_changed();
}

void HttpSession::on_mirror_room() {
  if (exchange_) exchange_->on_mirror_room();
}

void HttpSession::set_deadline(Duration from_now) {
  set_deadline(from_now, worker_.loop.clock().now());
}

void HttpSession::set_deadline(Duration from_now, MonoTime now) {
  const MonoTime due = now + from_now;
  // Armed lazily: a timer that is due no later than the deadline looks again when it fires.
  const bool is_covered = timer_due_.ns != 0 && timer_due_ <= due;
  deadline_ = due;
  if (is_covered) return;
  timer_due_ = due;
  deadline_timer_ = worker_.loop.call_after(from_now, [this] { on_deadline(); });
}

void HttpSession::cancel_deadline() {
  deadline_timer_.cancel();
  timer_due_ = {};
}

void HttpSession::on_deadline() {
  timer_due_ = {};
  const MonoTime now = worker_.loop.clock().now();
  const bool is_held = exchange_ && exchange_->is_held();
  if (now < deadline_ || is_held) {
    set_deadline(is_held ? timeouts_.idle : deadline_ - now);
    return;
  }
  switch (state_) {
    case State::Idle:
      if (parser_.is_mid_message()) {
        reject({408, "head_timeout"});
      } else {
        linger();
      }
      break;
    case State::Exchanging:
      if (!exchange_ || exchange_->is_over()) break;
      if (const Duration silence = now - exchange_->last_activity(); silence < timeouts_.idle) {
        set_deadline(timeouts_.idle - silence);
      } else {
        exchange_->on_idle_timeout();
      }
      break;
    case State::Lingering:
      if (const uint64_t written = stream_->bytes_written();
          std::exchange(lingered_from_, written) != written && stream_->queued_bytes() != 0) {
        set_deadline(timeouts_.idle);
      } else {
        stream_->close();
      }
      break;
    case State::Tunnel:
    case State::Closed:
      break;
  }
}

// ---- the client's rate ---------------------------------------------------------------------

void HttpSession::watch_rate() {
  if (rate_->timer.is_pending()) return;
  rate_->timer = worker_.loop.call_after(rate_->interval(), [this] { look_at_rate(); });
}

void HttpSession::look_at_rate() {
  if (is_closed_ || state_ == State::Closed) return;
  const auto verdict = rate_->look(worker_.loop.clock().now(), *stream_, next_exchange_,
                                   exchange_ && exchange_->owes_request());
  if (verdict != ClientRate::Verdict::Fine) {
    cut_slow_client(verdict);
  } else if (exchange_ || stream_->queued_bytes() != 0) {
    watch_rate();
  }
}

void HttpSession::cut_slow_client(ClientRate::Verdict verdict) {
  const bool is_request = verdict == ClientRate::Verdict::SlowRequest;
  const auto& floor = rate_->floor();
  Event event;
  event.kind = "client";
  event.time = worker_.loop.clock().now();
  event.fields = {
      {"action", "\"cut\""},
      {"reason", is_request ? "\"request_below_min_rate\"" : "\"response_below_min_rate\""},
      {"listener", json_quote(worker_.snapshot->config->listeners[listener_].name)},
      {"connection", std::to_string(ordinal_)},
      {"bytes_per_second", std::to_string(is_request ? floor.request : floor.response)},
      {"over_ns", std::to_string(floor.over.count())},
  };
  worker_.events.emit(std::move(event));
  if (is_request) {
    exchange_->on_slow_request();
  } else if (exchange_ && !exchange_->is_over()) {
    exchange_->on_slow_response();
  } else {
    worker_.stats.count_error("downstream", "response_below_min_rate");
    stream_->reset();
  }
}

}  // namespace faultline::server
