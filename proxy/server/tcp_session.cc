// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/server/tcp_session.h"

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
    faults_.push_back(
        std::make_unique<ConnectionFault>(worker_, *this, snapshot_, id_, std::move(decision)));
  }
}

void TcpSession::run_filters() {
  while (next_fault_ < faults_.size()) {
    if (faults_[next_fault_++]->on_connection() == filters::Flow::Hold) return;
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
  io::Stream& fresh = **upstream;
  stream_->resume(PauseReason::PeerFull);
  relay_->join(std::move(stream_), std::move(*upstream));
  for (const auto& fault : faults_) fault->attach(*relay_);
  fresh.start();
  if (!early_.empty() || has_client_ended_) {
    relay_->send(Side::Request, std::move(early_), has_client_ended_);
  }
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

void TcpSession::end(filters::EndKind kind) {
  if (relay_) {
    // Called from inside a stage of the relay: it must unwind first.
    worker_.loop.call_soon([this, kind] {
      if (!is_over_) relay_->wind_up(kind);
    });
    return;
  }
  if (kind == filters::EndKind::Reset) {
    stream_->reset();
  } else {
    stream_->close();
  }
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
  for (const auto& fault : faults_) fault->finish();
  auto& counts = worker_.stats.listener(id_.listener);
  ++(relay_ ? counts.exchanges_completed : counts.exchanges_aborted);
  run::PhaseSample sample;
  sample.latency = worker_.loop.clock().now() - began_;
  for (const auto& fault : faults_) sample.injected_delay += fault->injected_delay();
  worker_.stats.phase(phase_).record(sample);
  snapshot_->decisions->forget_connection(id_.listener, id_.connection);
  owner_.on_session_over(*this);
}

}  // namespace faultline::server
