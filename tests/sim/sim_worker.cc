// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/sim/sim_worker.h"

#include <utility>

namespace faultline::sim {

SimWorker::SimWorker(SimReactor& reactor, const server::RunControl& control, EventSink& events,
                     mirror::Tee* tee, uint64_t capture_bytes, server::SnapshotPtr snapshot)
    : reactor_(reactor),
      pool_(reactor, stats_),
      context_{reactor, control, events, tee, capture_bytes, pool_, stats_, std::move(snapshot)},
      sessions_(context_) {
  for (size_t i = 0; i < context_.snapshot->config->listeners.size(); ++i) {
    shared_.push_back(std::make_unique<server::ListenerShared>(proxy_shared_));
    context_.listeners.push_back(shared_.back().get());
  }
}

SimWorker::~SimWorker() = default;

void SimWorker::accept(uint32_t listener, std::unique_ptr<io::Stream> stream) {
  if (!is_draining()) sessions_.accept(listener, std::move(stream));
}

server::ListenerCounts SimWorker::totals() const {
  server::ListenerCounts sum;
  for (const auto& counts : stats_.listeners) {
    sum.connections_accepted += counts.connections_accepted;
    sum.connections_closed += counts.connections_closed;
    sum.exchanges_started += counts.exchanges_started;
    sum.exchanges_completed += counts.exchanges_completed;
    sum.exchanges_aborted += counts.exchanges_aborted;
  }
  return sum;
}

void SimWorker::drain(Duration deadline, std::function<void()> on_cut) {
  if (is_draining()) return;
  // Set before the drain sets its own: both are due at once, and this one is called first.
  cut_timer_ = reactor_.call_after(deadline, std::move(on_cut));
  sessions_.drain(deadline, [this] { cut_timer_.cancel(); });
}

}  // namespace faultline::sim
