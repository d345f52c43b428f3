// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/server/session.h"
#include "proxy/server/worker_context.h"
#include "tests/sim/sim_reactor.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace faultline::sim {

/// The part of server::Worker that is bound to a thread and real listeners, for a simulated loop:
/// accepts, keeps sessions, publishes snapshots, drains. All below it is the real thing.
class SimWorker final : public server::SessionOwner {
 public:
  SimWorker(SimReactor& reactor, const server::RunControl& control, EventSink& events,
            mirror::Tee* tee, uint64_t capture_bytes, server::SnapshotPtr snapshot);
  ~SimWorker() override;
  SimWorker(const SimWorker&) = delete;
  SimWorker& operator=(const SimWorker&) = delete;

  /// Ordinals count per listener, from 0. A stream that comes while the worker drains is closed.
  void accept(uint32_t listener, std::unique_ptr<io::Stream> stream);
  void publish(server::SnapshotPtr snapshot) { context_.snapshot = std::move(snapshot); }
  /// `on_cut` is called when the deadline passes before the end.
  void drain(Duration deadline, std::function<void()> on_cut);
  /// The mirror has room again.
  void on_mirror_room();

  [[nodiscard]] bool is_draining() const noexcept { return context_.is_draining; }
  [[nodiscard]] size_t session_count() const noexcept { return sessions_.size(); }
  /// What was counted, over all listeners.
  [[nodiscard]] server::ListenerCounts totals() const;
  [[nodiscard]] server::UpstreamPool& pool() noexcept { return pool_; }
  [[nodiscard]] const server::SnapshotPtr& snapshot() const noexcept { return context_.snapshot; }

 private:
  void on_session_over(server::Session& session) override;
  template <typename Call>
  void for_each_session(Call call);

  SimReactor& reactor_;
  server::WorkerStats stats_;
  server::UpstreamPool pool_;
  server::WorkerContext context_;
  struct Entry {
    std::unique_ptr<server::Session> session;
    uint32_t listener = 0;
  };
  std::map<uint64_t, Entry> sessions_;                           // in order of acceptance
  std::vector<std::unique_ptr<server::ListenerShared>> shared_;  // by listener
  std::map<uint32_t, uint64_t> ordinals_;                        // by listener
  uint64_t accepted_ = 0;
  TimerHandle drain_timer_;
};

}  // namespace faultline::sim
