// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace faultline::run {

struct Percentiles {
  uint64_t count = 0;
  uint64_t p50_ns = 0;
  uint64_t p90_ns = 0;
  uint64_t p95_ns = 0;
  uint64_t p99_ns = 0;
};

/// The final numbers of one phase.
struct PhaseStats {
  std::string name;
  uint64_t requests = 0;
  std::array<uint64_t, 6> by_class{};  // [1] 1xx .. [5] 5xx, [0] no answer
  Percentiles latency;
  Percentiles injected_delay;  // of the requests that had one
  uint64_t injected_delay_total_ns = 0;
  Percentiles added;
};

}  // namespace faultline::run
