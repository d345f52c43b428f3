// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "bench/openloop/client_connection.h"
#include "proxy/metrics/histogram.h"

#include <array>
#include <cstdint>
#include <string>

namespace faultline::bench {

/// What a run of the generator found. Every request of the schedule is counted once:
/// scheduled = answered + the sum of failures + abandoned.
struct OpenLoopReport {
  uint64_t scheduled = 0;
  uint64_t answered = 0;
  std::array<uint64_t, kFailures> failures{};  // by Failure
  uint64_t abandoned = 0;      // due, but the schedule was ended (by refusal) before they were sent
  uint64_t reconnects = 0;     // connections opened after the first ones
  uint64_t lost = 0;           // connections that ended while nothing was on its way
  uint64_t bytes = 0;          // received
  double seconds = 0;          // from the start to the last answer
  metrics::Histogram latency;  // from the intended time to the end of the answer
  metrics::Histogram service;  // from the sending to the end of the answer: what a closed loop sees
  metrics::Histogram lag;      // from the intended time to the sending: connections that were busy,
                               // and how late this machine woke the generator

  [[nodiscard]] uint64_t failed() const noexcept;
};

/// One line of JSON.
[[nodiscard]] std::string to_json(const OpenLoopReport& report);

}  // namespace faultline::bench
