// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/control/process_info.h"
#include "proxy/server/live_stats.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::control {

/// What the control port counts of itself.
struct ControlCounts {
  uint64_t connections_accepted = 0;
  uint64_t connections_refused = 0;                      // over limits::kControlConnections
  std::map<std::string, uint64_t, std::less<>> refused;  // requests, by reason
};

struct MetricsInputs {
  const server::LiveStats& stats;
  const ControlCounts& control;
  ProcessInfo process;
  std::vector<std::pair<std::string, std::string>> versions;  // run::build_versions()
};

/// The page behind /metrics, in the Prometheus text format 0.0.4 (the names follow the naming page
/// of its manual: base units, _total for counters). Every label value is a name of the
/// configuration or a text of this project: listener, rule, fault, phase, class, side, reason,
/// cause, severity, protocol, verdict. A pure function.
[[nodiscard]] std::string metrics_page(const MetricsInputs& inputs);

/// The Content-Type of it.
inline constexpr std::string_view kMetricsMediaType = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace faultline::control
