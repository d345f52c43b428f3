// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/server/prologue_session.h"

#include <utility>

namespace faultline::server {

using State = io::ProxyProtocolReader::State;

PrologueSession::PrologueSession(WorkerContext& worker, SessionOwner& owner, uint32_t listener,
                                 std::unique_ptr<io::Stream> stream, Done on_done)
    : worker_(worker),
      owner_(owner),
      timeout_(worker.snapshot->config->listeners[listener].timeouts.head),
      stream_(std::move(stream)),
      on_done_(std::move(on_done)) {}

void PrologueSession::start() {
  deadline_ = worker_.loop.call_after(timeout_, [this] { refuse("proxy_header_timeout"); });
  stream_->set_events(*this);
  stream_->start();
}

void PrologueSession::on_data(buffer::Slice bytes) {
  if (is_closed_) return;
  if (is_complete_) {
    early_.append(std::move(bytes));
    return;
  }
  size_t taken = 0;
  const State state = reader_.feed(bytes.view(), taken);
  if (state == State::NeedMore) return;
  if (state == State::Malformed) {
    refuse("malformed_proxy_header");
    return;
  }
  is_complete_ = true;
  deadline_.cancel();
  const auto header = static_cast<uint32_t>(taken);
  if (header < bytes.size()) early_.append(bytes.sub(header, bytes.size() - header));
  // What follows belongs to the session proper, which is not there inside this call.
  stream_->pause(io::PauseReason::FilterHold);
  worker_.loop.call_soon([this] {
    if (is_closed_) return;
    Accepted accepted;
    accepted.client = reader_.client().value_or(stream_->peer());
    accepted.stream = std::move(stream_);
    accepted.early = std::move(early_);
    accepted.is_reading = true;
    accepted.has_ended = has_ended_;
    on_done_(*this, std::move(accepted));
  });
}

void PrologueSession::on_end() {
  has_ended_ = true;
  if (!is_complete_) refuse("closed_in_proxy_header");
}

void PrologueSession::refuse(std::string_view reason) {
  if (is_closed_) return;
  worker_.stats.count_error("downstream", reason);
  stream_->close();
}

void PrologueSession::on_closed(const Error* error) {
  is_closed_ = true;
  deadline_.cancel();
  if (error != nullptr) worker_.stats.count_error("downstream", error_code_name(error->code));
  worker_.loop.call_soon([this] { owner_.on_session_over(*this); });
}

void begin_reading(io::Stream& stream, Accepted&& accepted, io::StreamEvents& events) {
  stream.set_events(events);
  if (!accepted.is_reading) {
    stream.start();
    return;
  }
  while (!accepted.early.empty()) {
    buffer::Chain next = accepted.early.take(accepted.early.slices().front().size());
    events.on_data(next.slices().front());
  }
  events.on_data_end();
  if (accepted.has_ended) events.on_end();
  stream.resume(io::PauseReason::FilterHold);
}

}  // namespace faultline::server
