// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/server/relay.h"

#include "proxy/base/limits.h"

#include <utility>

namespace faultline::server {

using io::PauseReason;
using rules::Side;

/// One stream of the pair, with its events.
class Relay::Endpoint final : public io::StreamEvents {
 public:
  Endpoint(Relay& relay, Side from, std::unique_ptr<io::Stream> stream)
      : relay_(relay), from_(from), stream_(std::move(stream)) {
    stream_->set_events(*this);
  }
  [[nodiscard]] io::Stream& stream() noexcept { return *stream_; }
  [[nodiscard]] std::unique_ptr<io::Stream> take() { return std::move(stream_); }
  [[nodiscard]] bool is_closed() const noexcept { return is_closed_; }
  [[nodiscard]] bool sent_end() const noexcept { return sent_end_; }
  void set_sent_end() noexcept { sent_end_ = true; }
  [[nodiscard]] Side from() const noexcept { return from_; }
  [[nodiscard]] bool is_flushed() const noexcept { return is_flushed_; }
  /// FIN is on its way and nothing waits before it.
  [[nodiscard]] bool has_ended() const noexcept { return sent_end_ && is_flushed_; }

  void on_data(buffer::Slice bytes) override {
    buffer::Chain chain;
    chain.append(std::move(bytes));
    relay_.send(from_, std::move(chain), false);
  }
  void on_end() override { relay_.send(from_, buffer::Chain(), true); }
  void on_drained() override {
    relay_.apply_back_pressure(from_ == Side::Request ? Side::Response : Side::Request);
  }
  void on_flushed() override {
    is_flushed_ = true;
    relay_.on_flushed(*this);
  }
  void on_closed(const Error* error) override {
    is_closed_ = true;
    relay_.on_stream_closed(*this, error);
  }

 private:
  Relay& relay_;
  Side from_;
  std::unique_ptr<io::Stream> stream_;
  bool is_closed_ = false;
  bool sent_end_ = false;
  bool is_flushed_ = false;
};

size_t Relay::Direction::held() const noexcept {
  size_t bytes = 0;
  for (const auto& stage : stages) bytes += stage->held_bytes();
  return bytes;
}

Relay::Relay(Scheduler& scheduler, Duration idle_timeout, std::function<void()> on_done)
    : scheduler_(scheduler), idle_timeout_(idle_timeout), on_done_(std::move(on_done)) {}

Relay::~Relay() {
  for (auto* endpoint : {&downstream_, &upstream_}) {
    if (*endpoint) defer_delete(scheduler_, (*endpoint)->take());
  }
}

void Relay::join(std::unique_ptr<io::Stream> downstream, std::unique_ptr<io::Stream> upstream) {
  downstream_ = std::make_unique<Endpoint>(*this, Side::Request, std::move(downstream));
  upstream_ = std::make_unique<Endpoint>(*this, Side::Response, std::move(upstream));
  open_streams_ = 2;
  last_activity_ = scheduler_.clock().now();
  arm_idle_timer();
}

Relay::Endpoint& Relay::source(Side side) noexcept {
  return side == Side::Request ? *downstream_ : *upstream_;
}

Relay::Endpoint& Relay::target(Side side) noexcept {
  return side == Side::Request ? *upstream_ : *downstream_;
}

filters::ByteStage::Sink Relay::entry(Side side) {
  auto& stages = direction(side).stages;
  if (stages.empty()) {
    return [this, side](buffer::Chain&& bytes, bool end) { deliver(side, std::move(bytes), end); };
  }
  return [next = stages.back().get()](buffer::Chain&& bytes, bool end) {
    next->push(std::move(bytes), end);
  };
}

void Relay::add_stage(Side side, std::unique_ptr<filters::ByteStage> stage) {
  direction(side).stages.push_back(std::move(stage));
}

void Relay::pause_source(Side side) { source(side).stream().pause(PauseReason::Throttle); }

void Relay::resume_source(Side side) { source(side).stream().resume(PauseReason::Throttle); }

void Relay::send(Side side, buffer::Chain&& bytes, bool end) {
  last_activity_ = scheduler_.clock().now();
  auto& way = direction(side);
  way.is_ended = way.is_ended || end;
  if (winding_up_) {
    wind_up(source(side));
    return;
  }
  if (way.stages.empty()) {
    pass_on(side, std::move(bytes), end);
    return;
  }
  way.stages.back()->push(std::move(bytes), end);
  apply_back_pressure(side);
}

void Relay::deliver(Side side, buffer::Chain&& bytes, bool end) {
  last_activity_ = scheduler_.clock().now();
  pass_on(side, std::move(bytes), end);
}

void Relay::pass_on(Side side, buffer::Chain&& bytes, bool end) {
  Endpoint& to = target(side);
  if (to.is_closed() || winding_up_) return;
  if (!bytes.empty()) to.stream().write(std::move(bytes));
  if (end && !to.sent_end()) {
    to.set_sent_end();
    to.stream().shutdown();
    to.stream().request_flushed_event();
  }
  apply_back_pressure(side);
}

void Relay::apply_back_pressure(Side side) {
  if (winding_up_) return;  // what still comes is read and dropped
  Endpoint& from = source(side);
  Endpoint& to = target(side);
  Direction& way = direction(side);
  // As it is for nearly all bytes: nothing to hold them, and room behind.
  if (!way.is_paused && way.stages.empty() && !to.stream().is_above_high_watermark()) return;
  if (from.is_closed()) return;
  const size_t held = way.held();
  const bool is_full = held > limits::kConnectionBufferBytes ||
                       (!to.is_closed() && to.stream().is_above_high_watermark());
  if (is_full) {
    way.is_paused = true;
    from.stream().pause(PauseReason::PeerFull);
  } else if (way.is_paused && held <= limits::kConnectionBufferBytes / 2) {
    way.is_paused = false;
    from.stream().resume(PauseReason::PeerFull);
  }
}

void Relay::end(filters::EndKind kind) {
  was_cut_ = true;
  for (auto* endpoint : {downstream_.get(), upstream_.get()}) {
    if (endpoint == nullptr || endpoint->is_closed()) continue;
    if (kind == filters::EndKind::Reset) {
      endpoint->stream().reset();
    } else {
      endpoint->stream().close();
    }
  }
}

void Relay::wind_up(filters::EndKind kind) {
  if (winding_up_ || open_streams_ == 0) return;
  was_cut_ = true;
  winding_up_ = kind;
  linger_timer_ = scheduler_.call_after(limits::kLingerTimeout, [this, kind] { end(kind); });
  for (auto* endpoint : {downstream_.get(), upstream_.get()}) {
    if (endpoint->is_closed()) continue;
    auto& stream = endpoint->stream();
    if (kind == filters::EndKind::Close && !endpoint->sent_end()) {
      endpoint->set_sent_end();
      stream.shutdown();
    }
    stream.request_flushed_event();
    // Unread bytes would turn a close into RST, and the end of the peer must be heard.
    stream.resume(PauseReason::PeerFull);
    stream.resume(PauseReason::Throttle);
  }
}

void Relay::wind_up(Endpoint& endpoint) {
  if (endpoint.is_closed() || !endpoint.is_flushed()) return;
  const bool has_peer_ended = direction(endpoint.from()).is_ended;
  if (winding_up_ == filters::EndKind::Reset) {
    endpoint.stream().reset();
  } else if (has_peer_ended) {
    endpoint.stream().close();
  }
}

void Relay::on_flushed(Endpoint& endpoint) {
  if (winding_up_) {
    wind_up(endpoint);
  } else {
    close_when_ended();
  }
}

void Relay::close_when_ended() {
  if (!downstream_->has_ended() || !upstream_->has_ended()) return;
  for (auto* endpoint : {downstream_.get(), upstream_.get()}) {
    if (!endpoint->is_closed()) endpoint->stream().close();
  }
}

void Relay::on_stream_closed(Endpoint& endpoint, const Error* error) {
  --open_streams_;
  Endpoint& other = &endpoint == downstream_.get() ? *upstream_ : *downstream_;
  if (error != nullptr && !other.is_closed()) {
    was_cut_ = true;
    if (error->code == ErrorCode::Reset) {
      other.stream().reset();
    } else {
      other.stream().close();
    }
  }
  if (open_streams_ == 0) {
    idle_timer_.cancel();
    linger_timer_.cancel();
    on_done_();
  }
}

void Relay::arm_idle_timer() {
  const Duration since = scheduler_.clock().now() - last_activity_;
  idle_timer_ = scheduler_.call_after(idle_timeout_ - since, [this] {
    if (scheduler_.clock().now() - last_activity_ >= idle_timeout_) {
      end(filters::EndKind::Close);
    } else {
      arm_idle_timer();
    }
  });
}

}  // namespace faultline::server
