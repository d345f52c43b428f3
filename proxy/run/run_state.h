// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/run/counters.h"
#include "proxy/run/findings.h"
#include "proxy/run/run_result.h"

namespace faultline::run {

/// What grows while a run goes on; shared by the analysis threads, each call is thread-safe.
/// Per-worker numbers (PhaseTally, rule counters) are kept by their workers and put into the
/// RunResult at the end.
struct RunState {
  FindingLog findings;
  TrafficCounters counters;

  /// Puts findings and counts into `result`.
  void finish_into(RunResult& result) const {
    result.findings = findings.finish();
    result.findings_left_out = findings.left_out();
    result.traffic = counters.snapshot();
  }
};

}  // namespace faultline::run
