// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/limits.h"
#include "proxy/io/loop.h"
#include "proxy/server/upstream_connection.h"
#include "proxy/server/worker_stats.h"

#include <functional>
#include <memory>
#include <vector>

namespace faultline::server {

/// The idle upstream connections of one worker, last in first out per address. A connection that
/// connect() made comes back only after a whole exchange without error. Never retries.
class UpstreamPool final : private IdleOwner {
 public:
  UpstreamPool(io::Reactor& loop, WorkerStats& stats);
  ~UpstreamPool() override;
  UpstreamPool(const UpstreamPool&) = delete;
  UpstreamPool& operator=(const UpstreamPool&) = delete;

  /// An idle connection to that address, or null.
  [[nodiscard]] std::unique_ptr<UpstreamConnection> take_idle(const HostPort& address);

  using ConnectCallback = std::function<void(Result<std::unique_ptr<UpstreamConnection>>)>;
  /// A fresh one. The callback comes later, not if the Connector is destroyed before.
  [[nodiscard]] std::unique_ptr<io::Connector> connect(const HostPort& address, Duration timeout,
                                                       ConnectCallback on_done);

  /// Keeps a reusable connection, idle since `now`; closes others and what is over the limit.
  void give_back(std::unique_ptr<UpstreamConnection> connection, MonoTime now);
  void close_all();
  [[nodiscard]] size_t idle_count() const noexcept { return idle_.size(); }

 private:
  void on_idle_lost(UpstreamConnection& connection, bool spoke) override;
  void sweep();

  io::Reactor& loop_;
  WorkerStats& stats_;
  std::vector<std::unique_ptr<UpstreamConnection>> idle_;  // oldest first
  TimerHandle sweep_timer_;
};

}  // namespace faultline::server
