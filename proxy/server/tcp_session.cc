// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/server/tcp_session.h"

#include <algorithm>
#include <utility>
#include <variant>

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
  client_ = accepted_.client.value_or(stream_->peer()).host;
  begin_reading(*stream_, std::move(accepted_), *this);
  if (snapshot_->asks_rules(phase_, id_.listener)) decide_all(phase_);
  run_filters();
}

TcpSession::~TcpSession() = default;

void TcpSession::decide_all(uint32_t phase) {
  std::vector<uint32_t> matched;
  if (!snapshot_->rules[id_.listener].match_connection(matched)) return;
  for (const uint32_t rule : matched) {
    const auto& config = snapshot_->config->rules[rule];
    if (config.apply == rules::Apply::Live && snapshot_->is_armed(phase, rule)) {
      live_.push_back({snapshot_, &config});
    }
    decide(snapshot_, rule, phase);
  }
}

void TcpSession::decide(const SnapshotPtr& snapshot, uint32_t rule, uint32_t phase) {
  rules::ScopeFacts scope;
  scope.listener = id_.listener;
  scope.connection = id_.connection;
  scope.client = client_;
  const Duration since_start = worker_.loop.clock().now() - worker_.control.start();
  auto decision =
      snapshot->decisions->decide(rule, scope, since_start, snapshot->is_armed(phase, rule));
  if (!decision.fired()) return;
  faults_.push_back(
      std::make_unique<ConnectionFault>(worker_, *this, snapshot, id_, std::move(decision)));
}

void TcpSession::on_rules_changed() {
  if (is_over_ || is_closed_) return;
  const SnapshotPtr now = worker_.snapshot;
  const uint32_t phase = worker_.control.phase();
  std::vector<uint32_t> armed;
  static_cast<void>(now->rules[id_.listener].match_connection(armed));
  std::erase_if(armed, [&](uint32_t rule) {
    return now->config->rules[rule].apply != rules::Apply::Live || !now->is_armed(phase, rule);
  });
  // A rule whose fault a reload changed is another rule.
  const auto is_same = [](const rules::RuleConfig& a, const rules::RuleConfig& b) {
    return a.name == b.name && a.fault == b.fault;
  };
  const auto is_armed = [&](const rules::RuleConfig& rule) {
    return std::any_of(armed.begin(), armed.end(),
                       [&](uint32_t index) { return is_same(now->config->rules[index], rule); });
  };
  std::erase_if(live_, [&](const Asked& asked) { return !is_armed(*asked.rule); });
  for (const auto& fault : faults_) {
    const bool is_live = fault->rule().apply == rules::Apply::Live;
    if (is_live && fault->is_armed() && !is_armed(fault->rule())) fault->disarm();
  }
  for (const uint32_t rule : armed) {
    const auto& config = now->config->rules[rule];
    const bool is_asked = std::any_of(live_.begin(), live_.end(), [&](const Asked& asked) {
      return is_same(*asked.rule, config);
    });
    if (!is_asked) arm(now, rule, phase);
  }
}

void TcpSession::arm(const SnapshotPtr& snapshot, uint32_t rule, uint32_t phase) {
  const auto& config = snapshot->config->rules[rule];
  live_.push_back({snapshot, &config});
  const bool is_past_filters = relay_ != nullptr || connector_ != nullptr;
  // What delays or fails a dial that has begun cannot act any more: no match.
  if (is_past_filters && std::holds_alternative<rules::ConnectSpec>(config.fault)) return;
  const size_t count = faults_.size();
  decide(snapshot, rule, phase);
  // One that holds is asked when the filters before it have let the connection go.
  if (faults_.size() == count || !is_past_filters) return;
  next_fault_ = faults_.size();
  auto& fault = *faults_.back();
  if (fault.on_connection() == filters::Flow::Continue && relay_) fault.attach(*relay_);
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
  if (is_over_ || (!relay_ && is_closed_)) return;
  if (relay_) {
    // Called from inside a stage of the relay: it must unwind first.
    worker_.loop.call_soon([this, kind] {
      if (!is_over_) relay_->wind_up(kind);
    });
    return;
  }
  stop_dialling();
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
    stop_dialling();
    stream_->close();
  }
}

/// Closing takes until the end of the turn: a connection that is made meanwhile would be joined to
/// a client that is gone.
void TcpSession::stop_dialling() {
  connector_.reset();
  pending_ = {};
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
