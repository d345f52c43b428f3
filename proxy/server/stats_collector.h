// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/scheduler.h"
#include "proxy/io/loop.h"
#include "proxy/server/worker.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace faultline::server {

/// Gets the counters of all workers while they run. Each worker is sent a message and answers from
/// its own thread with a copy: its counters stay plain integers with one writer, and traffic pays
/// only when somebody asks (a copy of 93 KiB per phase that has seen traffic). Lives on the
/// control thread.
///
/// The wait is bounded: a worker that has not answered within limits::kStatsPullTimeout is
/// represented by its last answer, so no counter ever goes back, and is counted as stale.
class StatsCollector {
 public:
  /// Borrows both; they must outlive it.
  StatsCollector(io::Loop& control, const std::vector<std::unique_ptr<Worker>>& workers);
  StatsCollector(const StatsCollector&) = delete;
  StatsCollector& operator=(const StatsCollector&) = delete;

  /// The reports, one per worker, and how many of them are stale. Borrowed for the call.
  using Callback = std::function<void(const std::vector<WorkerReport>& reports, size_t stale)>;
  /// Calls back later on the control thread, exactly once unless the control loop ends before.
  /// Who asks while a round is under way shares its answer: many readers cost one pull.
  void collect(Callback on_done);

 private:
  void start_round();
  void take(uint64_t round, size_t worker, WorkerReport&& report);
  void finish_round();

  io::Loop& control_;
  const std::vector<std::unique_ptr<Worker>>& workers_;
  std::vector<WorkerReport> reports_;  // the last ones
  std::vector<Callback> waiting_;
  TimerHandle timeout_;
  uint64_t round_ = 0;
  size_t missing_ = 0;  // answers of this round
};

}  // namespace faultline::server
