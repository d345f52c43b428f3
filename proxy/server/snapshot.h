// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/engine.h"
#include "filters/pacer.h"
#include "filters/response_memory.h"
#include "rules/config.h"
#include "rules/decision.h"
#include "rules/matcher.h"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

namespace faultline::server {

/// Rate limiters shared by all connections of a listener. Thread-safe; asked once per exchange
/// that a throttle hits, then held by it.
class SharedLimiters {
 public:
  /// Forgets those that nobody holds. They owe nothing that a peer could tell.
  void prune();
  [[nodiscard]] std::shared_ptr<filters::RateLimiter> get(uint32_t listener,
                                                          const std::string& rule,
                                                          uint64_t bytes_per_second);

 private:
  std::mutex mutex_;
  // By listener, rule and rate: a reload that keeps all three keeps what was booked.
  std::map<std::tuple<uint32_t, std::string, uint64_t>, std::shared_ptr<filters::RateLimiter>>
      limiters_;
};

/// Everything a worker needs of one configuration, immutable, swapped as a whole. An exchange pins
/// the snapshot it started with.
struct Snapshot {
  uint64_t generation = 1;
  std::shared_ptr<const rules::Config> config;  // shared: compiled rules and engine borrow texts
  std::shared_ptr<rules::DecisionEngine> decisions;  // shared: the next generation carries on
  /// Per listener, in configuration order.
  std::vector<rules::CompiledRules> rules;
  std::vector<std::shared_ptr<const contracts::ContractSet>> contracts;
  std::vector<bool> retired;  // taken out of the configuration: its connections end
  bool is_gate_open = false;
  /// armed[phase][rule]: whether the scenario arms the rule in that phase; the last row is the
  /// time after the last phase. One row of true when there is no scenario.
  std::vector<std::vector<bool>> armed;
  /// asks[phase][listener]: false lets a request skip matching altogether.
  std::vector<std::vector<bool>> asks;
  // Shared: mutable state beside an immutable snapshot, which the next generation carries on.
  std::shared_ptr<SharedLimiters> limiters;
  std::shared_ptr<filters::ResponseMemory> responses;
  bool has_live_rules = false;  // a rule says `apply: live`

  [[nodiscard]] bool is_armed(uint32_t phase, uint32_t rule) const {
    return armed[phase < armed.size() ? phase : armed.size() - 1][rule];
  }
  [[nodiscard]] bool is_retired(uint32_t listener) const {
    return listener < retired.size() && retired[listener];
  }
  [[nodiscard]] bool asks_rules(uint32_t phase, uint32_t listener) const {
    return asks[phase < asks.size() ? phase : asks.size() - 1][listener];
  }
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

/// How a phase is called: "all" without a scenario, "end" behind its last phase.
[[nodiscard]] std::string phase_name(const rules::Config& config, size_t phase);

/// What a configuration is compiled with.
struct SnapshotInputs {
  std::vector<std::shared_ptr<const contracts::ContractSet>> contracts;  // per listener
  std::vector<bool> retired{};  // per listener; empty: none
  bool is_gate_open = false;    // false arms nothing: a plain proxy
  uint64_t seed = 0;
  SnapshotPtr previous;  // null for the first
};
[[nodiscard]] SnapshotPtr make_snapshot(std::shared_ptr<const rules::Config> config,
                                        SnapshotInputs inputs);

}  // namespace faultline::server
