// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/event.h"
#include "proxy/io/loop.h"
#include "proxy/mirror/tee.h"
#include "proxy/server/run_control.h"
#include "proxy/server/snapshot.h"
#include "proxy/server/upstream_pool.h"
#include "proxy/server/worker_stats.h"

#include <atomic>
#include <cstdint>
#include <memory>

namespace faultline::server {

/// What all workers share of one listener.
struct ListenerShared {
  std::atomic<uint64_t> next_connection{0};  // ordinal of the next connection
  std::atomic<uint64_t> open_connections{0};
};

/// What the sessions of one worker share. Owned by the worker, used on its thread.
struct WorkerContext {
  io::Reactor& loop;
  const RunControl& control;
  EventSink& events;
  mirror::Tee* tee = nullptr;  // null: no mirror
  uint64_t capture_bytes = limits::kCaptureBytes;
  UpstreamPool& pool;
  WorkerStats& stats;
  SnapshotPtr snapshot;  // the current one; exchanges pin the one they began with
  bool is_draining = false;
  TimerHandle mirror_sweep{};

  /// Sends an exchange to the mirror. What the analysis gives back is taken in with the next one,
  /// and when none comes, by a timer: an idle worker does not keep the last bodies in memory.
  void send_to_mirror(std::unique_ptr<mirror::CapturedExchange> exchange) {
    tee->push(std::move(exchange));
    if (!mirror_sweep.is_pending()) sweep_mirror_later();
  }

 private:
  void sweep_mirror_later() {
    mirror_sweep = loop.call_after(limits::kMirrorSweep, [this] {
      tee->collect();
      if (tee->pinned_bytes() != 0) sweep_mirror_later();
    });
  }
};

}  // namespace faultline::server
