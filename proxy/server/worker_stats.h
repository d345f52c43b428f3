// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/run/phase_tally.h"

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::server {

/// Counters of one worker: written on its thread, read by others only after it ended.
struct WorkerStats {
  uint64_t connections_accepted = 0;
  uint64_t connections_closed = 0;
  uint64_t connections_refused = 0;  // over the limit of the listener
  uint64_t upstream_connects = 0;
  uint64_t upstream_reuses = 0;
  uint64_t exchanges_started = 0;
  uint64_t exchanges_completed = 0;
  uint64_t exchanges_aborted = 0;
  std::atomic<uint64_t> exchanges_ended{0};  // the one that a progress line reads meanwhile
  uint64_t interim_responses = 0;
  uint64_t fields_stripped = 0;  // hop-by-hop, and what Connection nominated
  uint64_t upgrades = 0;
  uint64_t tcp_connections = 0;
  std::vector<run::PhaseTally> phases;  // by phase index
  /// Side ("downstream", "upstream", "proxy") and reason: how often.
  std::map<std::pair<std::string, std::string>, uint64_t> errors;

  void count_error(std::string_view side, std::string_view reason) {
    ++errors[{std::string(side), std::string(reason)}];
  }
  [[nodiscard]] run::PhaseTally& phase(uint32_t index) {
    if (index >= phases.size()) phases.resize(index + 1);
    return phases[index];
  }
};

}  // namespace faultline::server
