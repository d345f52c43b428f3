// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/run/counters.h"
#include "proxy/run/findings.h"
#include "proxy/server/snapshot.h"
#include "proxy/server/worker_stats.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace faultline::server {

/// Whether the proxy takes traffic.
enum class Readiness : uint8_t { Starting, Ready, Draining };

/// The numbers of a run that goes on. Those of one worker are of one moment; workers and analysis
/// are asked one after another, the analysis first, so that no message counts as checked before it
/// counts as seen.
struct LiveStats {
  SnapshotPtr snapshot;  // the configuration in force: where names come from
  Readiness readiness = Readiness::Starting;
  uint64_t reloads_applied = 0;
  uint64_t reloads_refused = 0;
  std::vector<WorkerReport> workers;
  uint64_t stale_workers = 0;  // did not answer in time: their last counts stand for them
  std::vector<rules::RuleCounters> rules;
  std::map<std::string, run::Accounting, std::less<>> traffic;  // by protocol: checked, skipped
  run::FindingTally findings;
};

/// What the control port asks of the proxy, on the control thread. The App is one.
class StatusSource {
 public:
  virtual ~StatusSource() = default;
  [[nodiscard]] virtual Readiness readiness() const noexcept = 0;
  /// Calls back later on the control thread, within limits::kStatsPullTimeout and exactly once,
  /// unless the control loop ends before.
  virtual void collect(std::function<void(const LiveStats& stats)> on_done) = 0;
};

}  // namespace faultline::server
