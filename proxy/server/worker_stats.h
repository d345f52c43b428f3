// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/run/phase_tally.h"

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::server {

/// What one worker counted of one listener. An exchange of TCP is a connection.
struct ListenerCounts {
  uint64_t connections_accepted = 0;
  uint64_t connections_closed = 0;
  uint64_t connections_refused = 0;  // over a limit, or memory is short
  uint64_t exchanges_started = 0;
  uint64_t exchanges_completed = 0;  // the client got a whole answer; TCP: both ends were joined
  uint64_t exchanges_aborted = 0;
};

/// The counters of one worker: plain values, so that counting costs nothing and a copy can go to
/// another thread.
struct WorkerCounts {
  std::vector<ListenerCounts> listeners;  // by listener index
  uint64_t upstream_connects = 0;
  uint64_t upstream_reuses = 0;
  uint64_t interim_responses = 0;
  uint64_t fields_stripped = 0;  // hop-by-hop, nominated, framing of 1xx and 204, trailers
  uint64_t upgrades = 0;
  uint64_t tcp_connections = 0;
  std::vector<run::PhaseTally> phases;  // by phase index
  /// Side ("downstream", "upstream", "proxy") and reason: how often. Both are texts of this
  /// project, never of the wire.
  std::map<std::pair<std::string, std::string>, uint64_t> errors;

  void count_error(std::string_view side, std::string_view reason) {
    ++errors[{std::string(side), std::string(reason)}];
  }
  [[nodiscard]] run::PhaseTally& phase(uint32_t index) {
    if (index >= phases.size()) phases.resize(index + 1);
    return phases[index];
  }
  [[nodiscard]] ListenerCounts& listener(uint32_t index) {
    if (index >= listeners.size()) listeners.resize(index + 1);
    return listeners[index];
  }
};

/// The counters of one worker where they live: written on its thread, read by others only after it
/// ended. Whoever wants them before asks for a copy (stats_collector.h).
struct WorkerStats : WorkerCounts {
  std::atomic<uint64_t> exchanges_ended{0};  // the one that a progress line reads meanwhile
};

/// A copy of what one worker has, made on its thread.
struct WorkerReport {
  WorkerCounts counts;
  uint64_t accept_errors = 0;
  uint64_t idle_upstreams = 0;  // connections in the pool
  // Messages (halves) that went to the mirror, and those it dropped, by reason.
  uint64_t mirror_seen = 0;
  std::map<std::string, uint64_t, std::less<>> mirror_dropped;
  uint64_t mirror_pinned_bytes = 0;
};

}  // namespace faultline::server
