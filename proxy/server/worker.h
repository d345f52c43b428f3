// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/mirror/tee.h"
#include "proxy/server/session_set.h"
#include "proxy/server/worker_context.h"

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace faultline::server {

/// What a reload changes in the sockets of one worker.
struct ListenerChange {
  struct Opened {
    uint32_t index = 0;
    io::ListenSocket socket;
    ListenerShared* shared = nullptr;
  };
  std::vector<Opened> opened;
  std::vector<uint32_t> retired;  // closed; their connections end, at the latest after `deadline`
  Duration deadline{};
};

/// One thread with its loop, listeners, sessions and upstream pool. Started and stopped by the
/// App; everything inside lives on its thread.
class Worker final {
 public:
  struct Options {
    uint32_t index = 0;
    const Clock& clock;
    const RunControl& control;
    EventSink& events;
    mirror::Tee* tee = nullptr;
    uint64_t capture_bytes = limits::kCaptureBytes;
    SnapshotPtr snapshot;
    std::vector<ListenerShared*> shared;  // per listener
  };
  explicit Worker(const Options& options);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Binds listener `index` before the thread runs; returns the real address. Port 0 is bound by
  /// the first worker, the others take the port it got.
  [[nodiscard]] Result<HostPort> listen(uint32_t index, const HostPort& address);
  /// Runs the loop on a new thread named fl-worker-N.
  void start();

  // Any thread.

  /// `on_taken` is called on the worker's thread once everything new goes by the snapshot and the
  /// listeners are changed.
  void publish(SnapshotPtr snapshot, ListenerChange change, std::function<void()> on_taken);
  /// The phase has changed: live rules follow it on open connections.
  void follow_phase();
  /// Closes the connections that wait for a request, and those to the upstream that wait for use.
  void close_idle();
  /// Stops accepting and finishes what is under way; `on_drained` is called on the worker's thread
  /// when nothing is left, or after `deadline`.
  void drain(Duration deadline, std::function<void()> on_drained);
  /// Calls back on the worker's thread, between two pieces of work, with a copy of its counters.
  void report(std::function<void(WorkerReport&&)> on_done);
  /// Exchanges that ended so far; a recent value.
  [[nodiscard]] uint64_t exchanges_seen() const noexcept {
    return stats_.exchanges_ended.load(std::memory_order_relaxed);
  }
  /// Ends the loop and joins. Only after on_drained.
  void stop();

  /// After stop().
  [[nodiscard]] const WorkerStats& stats() const noexcept { return stats_; }
  [[nodiscard]] uint64_t accept_errors() const noexcept { return accept_errors_; }

 private:
  [[nodiscard]] WorkerReport make_report() const;
  [[nodiscard]] io::Loop::AcceptCallback accept_for(uint32_t index);
  void adopt(uint32_t index, std::unique_ptr<io::Listener> listener);
  void change_listeners(ListenerChange& change);
  void close_listener(uint32_t index);

  uint32_t index_;
  io::Loop loop_;
  WorkerStats stats_;
  UpstreamPool pool_;
  WorkerContext context_;
  SessionSet sessions_;
  std::vector<std::unique_ptr<io::Listener>> listeners_;  // by index; null: closed
  uint64_t accept_errors_ = 0;
  std::thread thread_;
};

}  // namespace faultline::server
