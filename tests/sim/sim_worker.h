// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/server/session_set.h"
#include "proxy/server/worker_context.h"
#include "tests/sim/sim_reactor.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace faultline::sim {

/// What server::Worker is around its sessions, for a simulated loop: no thread, no listeners, no
/// posts. Its SessionSet and all below it are the real thing.
class SimWorker final {
 public:
  SimWorker(SimReactor& reactor, const server::RunControl& control, EventSink& events,
            mirror::Tee* tee, uint64_t capture_bytes, server::SnapshotPtr snapshot);
  ~SimWorker();
  SimWorker(const SimWorker&) = delete;
  SimWorker& operator=(const SimWorker&) = delete;

  /// A stream that comes while the worker drains is closed.
  void accept(uint32_t listener, std::unique_ptr<io::Stream> stream);
  void publish(server::SnapshotPtr snapshot) { sessions_.publish(std::move(snapshot)); }
  void retire(uint32_t listener, Duration deadline) { sessions_.retire(listener, deadline); }
  /// `on_cut` is called when the deadline passes before the end.
  void drain(Duration deadline, std::function<void()> on_cut);
  /// The mirror has room again.
  void on_mirror_room() { sessions_.on_mirror_room(); }

  [[nodiscard]] bool is_draining() const noexcept { return context_.is_draining; }
  [[nodiscard]] size_t session_count() const noexcept { return sessions_.size(); }
  /// What was counted, over all listeners.
  [[nodiscard]] server::ListenerCounts totals() const;
  [[nodiscard]] server::UpstreamPool& pool() noexcept { return pool_; }
  [[nodiscard]] const server::SnapshotPtr& snapshot() const noexcept { return context_.snapshot; }

 private:
  SimReactor& reactor_;
  server::WorkerStats stats_;
  server::UpstreamPool pool_;
  server::WorkerContext context_;
  server::SessionSet sessions_;
  server::ProxyShared proxy_shared_;
  std::vector<std::unique_ptr<server::ListenerShared>> shared_;  // by listener
  TimerHandle cut_timer_;
};

}  // namespace faultline::sim
