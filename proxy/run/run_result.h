// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"
#include "proxy/run/baseline_comparison.h"
#include "proxy/run/counters.h"
#include "proxy/run/findings.h"
#include "proxy/run/phase_stats.h"
#include "proxy/run/point_coverage.h"
#include "redaction/redactor.h"
#include "rules/check_gate.h"
#include "rules/config.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace faultline::run {

/// What a rule did. drawn = applied + bypassed + overflow.
struct RuleStats {
  std::string name;
  std::string fault;
  std::string scope;  // "route": what its decisions depend on
  uint64_t matched = 0;
  uint64_t drawn = 0;
  uint64_t applied = 0;
  CountsByName bypassed;                      // by reason
  uint64_t overflow = 0;                      // refused by a budget
  std::optional<rules::ExpectConfig> expect;  // compared with `applied`

  [[nodiscard]] bool is_balanced() const noexcept {
    return drawn == applied + total(bypassed) + overflow;
  }
  /// True without an expectation.
  [[nodiscard]] bool is_expectation_met() const noexcept;
};

struct ListenerInfo {
  std::string name;
  std::string protocol;
  std::string address;  // the real one
  std::string upstream;
  std::vector<std::string> contracts;  // files
};

struct ContractInfo {
  std::string file;
  std::string description;  // "openapi 3.0.3"
  uint64_t operations = 0;
  uint64_t load_warnings = 0;
};

/// Whether faults could be armed, and why not.
struct GateInfo {
  std::string flag;
  bool is_flag_on = false;
  std::string environment;
  bool is_open = false;
  std::string reason;  // when closed: "flag ATSH_ENABLED is not true"
};

/// A recording that could not be read to its end. What came before it was checked.
struct InputProblem {
  std::string place;  // "recording.har:17:4"
  std::string what;
};

/// What the second scan of the folder said.
struct ProofInfo {
  uint64_t files = 0;
  uint64_t leaks = 0;
  bool negative_control_ok = true;
};

/// Lines of access.jsonl or traces.jsonl: one for each exchange.
struct LineCounts {
  uint64_t written = 0;
  uint64_t lost = 0;
};

/// How a run came to its end. A run without an end of its own is complete whenever it is stopped.
enum class RunEnd : uint8_t {
  Complete,
  Terminated,   // SIGTERM before its end: how containers are stopped, no failure by itself
  Interrupted,  // by the user's Ctrl-C before its end, or while it drained: exit code 130
};

/// Everything a run came to, final and plain: the one model of all reports. Texts that can hold
/// traffic are RedactedText; the others are names of the configuration, of contracts and of this
/// project.
struct RunResult {
  std::string run_id;                   // the folder's name
  std::string folder;                   // its path as the user may type it; empty: the run_id
  std::vector<std::string> recordings;  // that a check read, as the user typed them
  std::string name;
  std::string mode = "run";  // run | check
  uint64_t seed = 0;
  std::string config_hash;
  WallTime started;
  Duration length{};
  RunEnd end = RunEnd::Complete;
  std::string stopped_by;  // the trigger that stopped the run (exit code 6); else empty

  GateInfo gate;
  std::vector<ListenerInfo> listeners;
  std::string control_address;  // of the control port; empty: off
  std::vector<ContractInfo> contracts;
  bool is_checking = false;  // contracts are configured and traffic is meant to be checked

  TrafficCounters::Snapshot traffic;
  std::optional<PointCoverage> points;  // empty: not looked at
  std::vector<Finding> findings;        // as FindingLog::finish() gives them
  uint64_t findings_left_out = 0;
  std::optional<BaselineComparison> baseline;  // empty: none was given
  rules::CheckGate check_gate;
  std::vector<InputProblem> input_problems;  // the first ones, in order of the inputs
  uint64_t input_problems_total = 0;
  std::vector<RuleStats> rules;  // in configuration order
  std::vector<PhaseStats> phases;

  uint64_t events_written = 0;
  uint64_t events_dropped = 0;
  uint64_t journal_written = 0;
  uint64_t journal_lost = 0;
  uint64_t exchanges_analysed = 0;       // that came out of the mirror
  std::optional<LineCounts> access_log;  // empty: none was asked for
  std::optional<LineCounts> traces;      // likewise
  std::vector<std::string> notes;        // what a reader of old traffic found missing
  std::string decision_log_hash;
  uint64_t decisions = 0;
  std::optional<ProofInfo> proof;  // empty: not made yet
};

/// Gives each finding the number of messages of its half of its operation, on all listeners.
void count_messages(RunResult& result);

}  // namespace faultline::run
