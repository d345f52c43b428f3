// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/run/counters.h"
#include "proxy/run/findings.h"
#include "proxy/run/run_result.h"
#include "redaction/audit/tally.h"

#include <cstdint>
#include <mutex>
#include <string>

namespace faultline::run {

/// What the redactors of a run replaced, from all its threads.
class AuditTotals {
 public:
  void add(const redaction::Tally& tally) {
    const std::lock_guard lock(mutex_);
    total_.add(tally);
  }
  [[nodiscard]] redaction::Tally total() const {
    const std::lock_guard lock(mutex_);
    return total_;
  }

 private:
  mutable std::mutex mutex_;
  redaction::Tally total_;
};

/// What grows while a run goes on; shared by the analysis threads, each call is thread-safe.
/// Per-worker numbers (PhaseTally, rule counters) are kept by their workers and put into the
/// RunResult at the end.
struct RunState {
  RunState() = default;
  /// With the seed of the run, for the choice of samples.
  explicit RunState(uint64_t seed) : findings({.seed = seed}) {}

  FindingLog findings;
  TrafficCounters counters;
  AuditTotals audit;

  /// Puts findings and counts into `result`.
  void finish_into(RunResult& result) const {
    result.findings = findings.finish();
    result.findings_left_out = findings.left_out();
    result.traffic = counters.snapshot();
    count_messages(result);
  }
};

}  // namespace faultline::run
