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
  io::Loop& loop;
  const RunControl& control;
  EventSink& events;
  mirror::Tee* tee = nullptr;  // null: no mirror
  uint64_t capture_bytes = limits::kCaptureBytes;
  UpstreamPool& pool;
  WorkerStats& stats;
  SnapshotPtr snapshot;  // the current one; exchanges pin the one they began with
  bool is_draining = false;
};

}  // namespace faultline::server
