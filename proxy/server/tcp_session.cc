// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/server/tcp_session.h"

#include "filters/filter_factory.h"

#include <utility>

namespace faultline::server {

using io::PauseReason;
using rules::Side;

TcpSession::TcpSession(WorkerContext& worker, SessionOwner& owner, uint32_t listener,
                       uint64_t ordinal, Accepted accepted)
    : worker_(worker),
      owner_(owner),
      snapshot_(worker.snapshot),
      id_{listener, ordinal, 0},
      log_(worker.events, *snapshot_->decisions, worker.loop.clock(), id_,
           snapshot_->config->listeners[listener].name),
      began_(worker.loop.clock().now()),
      phase_(worker.control.phase()),
      stream_(std::move(accepted.stream)),
      accepted_(std::move(accepted)) {}

void TcpSession::start() {
  ++worker_.stats.tcp_connections;
  ++worker_.stats.listener(id_.listener).exchanges_started;
  const std::string client = accepted_.client.value_or(stream_->peer()).host;
  begin_reading(*stream_, std::move(accepted_), *this);
  if (snapshot_->asks_rules(phase_, id_.listener)) decide(phase_, client);
  run_filters();
}

TcpSession::~TcpSession() = default;

void TcpSession::decide(uint32_t phase, std::string_view client) {
  std::vector<uint32_t> matched;
  if (!snapshot_->rules[id_.listener].match_connection(matched)) return;
  rules::ScopeFacts scope;
  scope.listener = id_.listener;
  scope.connection = id_.connection;
  scope.client = client;
  for (const uint32_t rule : matched) {
    auto decision = snapshot_->decisions->decide(rule, scope, began_ - worker_.control.start(),
                                                 snapshot_->is_armed(phase, rule));
    if (!decision.fired()) continue;
    filters_.push_back(filters::make_filter(
        {rule, &snapshot_->config->rules[rule], std::move(decision)}, rules::Protocol::Tcp));
  }
}

void TcpSession::run_filters() {
  while (next_filter_ < filters_.size()) {
    if (filters_[next_filter_++]->on_connection(*this) == filters::Flow::Hold) return;
  }
  dial();
}

void TcpSession::dial() {
  const auto& config = snapshot_->config->listeners[id_.listener];
  pending_ = PendingConnect::take(*worker_.listeners[id_.listener], config.limits.pending);
  if (!pending_) {
    worker_.stats.count_error("upstream", "pending_limit");
    stream_->reset();
    return;
  }
  ++worker_.stats.upstream_connects;
  connector_ = worker_.loop.connect(
      config.upstream.address, config.timeouts.connect,
      [this](Result<std::unique_ptr<io::Stream>> upstream) { on_dialled(std::move(upstream)); });
}

void TcpSession::on_dialled(Result<std::unique_ptr<io::Stream>> upstream) {
  pending_ = {};
  if (!upstream) {
    worker_.stats.count_error(connect_error_side(upstream.error()),
                              connect_error_reason(upstream.error()));
    // Refused upstream looks refused downstream: RST (facts/faults.md section 13).
    stream_->reset();
    return;
  }
  relay_ = std::make_unique<Relay>(worker_.loop, limits::kTunnelIdleTimeout,
                                   [this] { schedule_reap(); });
  make_stages(Side::Request);
  make_stages(Side::Response);
  io::Stream& fresh = **upstream;
  stream_->resume(PauseReason::PeerFull);
  relay_->join(std::move(stream_), std::move(*upstream));
  fresh.start();
  if (!early_.empty() || has_client_ended_) {
    relay_->send(Side::Request, std::move(early_), has_client_ended_);
  }
}

void TcpSession::make_stages(Side side) {
  const auto wanted =
      side == Side::Request ? filters::Interest::RequestBytes : filters::Interest::ResponseBytes;
  filters::ByteStage::Sink sink = [this, side](buffer::Chain&& bytes, bool end) {
    relay_->deliver(side, std::move(bytes), end);
  };
  std::vector<std::unique_ptr<filters::ByteStage>> stages;
  for (const auto& filter : filters_) {
    if (!filters::has(filter->interest(), wanted)) continue;
    stages.push_back(filter->make_stage(side, *this, std::move(sink)));
    sink = [next = stages.back().get()](buffer::Chain&& bytes, bool end) {
      next->push(std::move(bytes), end);
    };
  }
  relay_->set_stages(side, std::move(stages));
}

void TcpSession::on_data(buffer::Slice bytes) {
  early_.append(std::move(bytes));
  if (early_.size() > limits::kConnectionBufferBytes) stream_->pause(PauseReason::PeerFull);
}

void TcpSession::on_closed(const Error* /*error*/) {
  is_closed_ = true;
  connector_.reset();
  schedule_reap();
}

void TcpSession::proceed(Side /*side*/) { run_filters(); }

void TcpSession::respond(http::LocalReply /*reply*/) {
  // Only HTTP faults answer, and the loader refuses them here.
  end(filters::EndKind::Close);
}

void TcpSession::end(filters::EndKind kind) {
  if (relay_) {
    // Called from inside a stage of the relay: it must unwind first.
    worker_.loop.call_soon([this, kind] {
      if (!is_over_) relay_->end(kind);
    });
    return;
  }
  if (kind == filters::EndKind::Reset) {
    stream_->reset();
  } else {
    stream_->close();
  }
}

std::shared_ptr<filters::RateLimiter> TcpSession::limiter(const filters::PlannedFault& fault,
                                                          const rules::ThrottleSpec& spec) {
  if (spec.per == rules::ThrottleSpec::Per::Listener) {
    return snapshot_->limiters->get(id_.listener, fault.rule_index, spec.bytes_per_second);
  }
  return std::make_shared<filters::RateLimiter>(spec.bytes_per_second);
}

void TcpSession::abort() {
  if (relay_) {
    relay_->end(filters::EndKind::Close);
  } else if (!is_closed_) {
    stream_->close();
  }
}

void TcpSession::schedule_reap() {
  if (std::exchange(is_reap_scheduled_, true)) return;
  worker_.loop.call_soon([this] { reap(); });
}

void TcpSession::reap() {
  if (std::exchange(is_over_, true)) return;
  for (const auto& filter : filters_) filter->on_end(*this);
  auto& counts = worker_.stats.listener(id_.listener);
  ++(relay_ ? counts.exchanges_completed : counts.exchanges_aborted);
  run::PhaseSample sample;
  sample.latency = worker_.loop.clock().now() - began_;
  sample.injected_delay = log_.injected_delay();
  worker_.stats.phase(phase_).record(sample);
  snapshot_->decisions->forget_connection(id_.listener, id_.connection);
  owner_.on_session_over(*this);
}

}  // namespace faultline::server
