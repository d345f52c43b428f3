// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/control/control_connection.h"

#include "proxy/base/limits.h"
#include "proxy/control/replies.h"

#include <utility>

namespace faultline::control {
namespace {

bool has_body(const http::RequestHead& head) {
  return head.framing == http::BodyFraming::Chunked || head.content_length > 0;
}

}  // namespace

ControlConnection::ControlConnection(Scheduler& scheduler, buffer::BlockPool& blocks,
                                     ControlDesk& desk, std::unique_ptr<io::Stream> stream)
    : scheduler_(scheduler),
      blocks_(blocks),
      desk_(desk),
      stream_(std::move(stream)),
      parser_(blocks, *this) {
  stream_->set_events(*this);
  set_deadline(limits::kControlRequestTimeout);
  stream_->start();
}

ControlConnection::~ControlConnection() = default;

// ---- bytes in ------------------------------------------------------------------------------

void ControlConnection::on_data(buffer::Slice bytes) {
  // After the last request nothing is parsed, not even what was already under way.
  if (state_ == State::Lingering || state_ == State::Closed || !keeps_alive_) return;
  // The first byte of a request starts its clock; the others do not touch it.
  if (state_ == State::Reading && !is_parser_stopped_ && received_ == 0) {
    set_deadline(limits::kControlRequestTimeout);
  }
  received_ += bytes.size();
  handle(parser_.feed(std::move(bytes)));
}

void ControlConnection::handle(http::FeedState state) {
  switch (state) {
    case http::FeedState::MessageEnd:
    case http::FeedState::Upgraded:  // an offer, which is declined by not taking it
      is_parser_stopped_ = true;
      break;
    case http::FeedState::Rejected: {
      const http::Rejection& rejection = parser_.rejection();
      refuse(json_error(rejection.status, rejection.reason, "the request is malformed"),
             rejection.reason);
      break;
    }
    case http::FeedState::NeedMore:
      if (head_) {
        serve();  // the rest is a body, which is not read
      } else if (received_ > limits::kControlHeadBytes) {
        refuse(json_error(431, "head_too_large", "the head is too large"), "head_too_large");
      }
      break;
  }
}

void ControlConnection::advance() {
  while (state_ == State::Reading && is_parser_stopped_) {
    if (head_) {
      serve();
      continue;
    }
    is_parser_stopped_ = false;
    received_ = 0;
    handle(parser_.resume());
    if (state_ != State::Reading || is_parser_stopped_) continue;
    const bool is_inside = parser_.is_mid_message();
    received_ = is_inside ? 1 : 0;
    set_deadline(is_inside ? limits::kControlRequestTimeout : limits::kControlIdleTimeout);
    if (has_client_ended_) linger();
  }
}

void ControlConnection::on_end() {
  has_client_ended_ = true;
  // A half-close behind a whole request still wants its answer.
  const bool is_done = state_ == State::Lingering || (state_ == State::Reading && !head_);
  if (is_done) stream_->close();
}

// ---- answers -------------------------------------------------------------------------------

void ControlConnection::serve() {
  const http::RequestHead& head = *head_;
  keeps_alive_ = head.keep_alive && !has_body(head);
  if (head.raw.size() > limits::kControlHeadBytes) {
    refuse(json_error(431, "head_too_large", "the head is too large"), "head_too_large");
    return;
  }
  if (auto refusal = check_caller(head, desk_.reach())) {
    refuse(std::move(*refusal), "caller");
    return;
  }
  auto route = find_route(head.method, head.target);
  if (auto* reply = std::get_if<http::LocalReply>(&route)) {
    send(std::move(*reply));
    return;
  }
  if (has_body(head)) {
    refuse(json_error(413, "body_not_wanted", "no request here has a body"), "body");
    return;
  }
  state_ = State::Answering;
  deadline_.cancel();  // the desk answers within a bound of its own
  stream_->pause(io::PauseReason::Pipeline);
  desk_.answer(*this, std::get<Route>(route),
               [this](http::LocalReply reply) { send(std::move(reply)); });
}

void ControlConnection::refuse(http::LocalReply reply, std::string_view reason) {
  desk_.on_refused(reason);
  keeps_alive_ = false;
  send(std::move(reply));
}

void ControlConnection::send(http::LocalReply reply) {
  if (state_ == State::Closed) return;
  const bool is_head_request = head_ && head_->method == "HEAD";
  head_.reset();
  reply.close = !keeps_alive_;
  stream_->pause(io::PauseReason::Pipeline);
  state_ = State::Flushing;
  set_deadline(limits::kControlRequestTimeout);
  buffer::Chain bytes;
  bytes.append(http::write_local_reply(blocks_, reply, is_head_request));
  stream_->write(std::move(bytes));
  stream_->request_flushed_event();
}

void ControlConnection::on_flushed() {
  if (state_ == State::Flushing) after_flush();
}

void ControlConnection::after_flush() {
  if (!keeps_alive_) {
    linger();
    return;
  }
  state_ = State::Reading;
  stream_->resume(io::PauseReason::Pipeline);
  advance();
}

void ControlConnection::linger() {
  state_ = State::Lingering;
  stream_->shutdown();
  if (has_client_ended_) {
    stream_->close();
    return;
  }
  // What the client still sends is read and dropped, so that no reset overtakes the answer.
  stream_->resume(io::PauseReason::Pipeline);
  set_deadline(limits::kLingerTimeout);
}

// ---- ends ----------------------------------------------------------------------------------

void ControlConnection::on_closed(const Error* /*error*/) {
  state_ = State::Closed;
  deadline_.cancel();
  desk_.on_connection_over(*this);
}

void ControlConnection::set_deadline(Duration from_now) {
  deadline_ = scheduler_.call_after(from_now, [this] { on_deadline(); });
}

void ControlConnection::on_deadline() {
  switch (state_) {
    case State::Reading:
      if (parser_.is_mid_message()) {
        refuse(json_error(408, "request_timeout", "the request took too long"), "timeout");
      } else {
        linger();
      }
      break;
    case State::Flushing:
      desk_.on_refused("answer_not_taken");
      stream_->close();
      break;
    case State::Lingering:
      stream_->close();
      break;
    case State::Answering:
    case State::Closed:
      break;
  }
}

}  // namespace faultline::control
