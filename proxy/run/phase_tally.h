// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"
#include "proxy/metrics/histogram.h"
#include "proxy/run/phase_stats.h"

#include <array>
#include <cstdint>
#include <string>

namespace faultline::run {

/// One finished exchange, as the data plane measured it.
struct PhaseSample {
  int status = 0;             // 0: the client got no answer
  Duration latency{};         // from the first byte of the request to the last of the answer
  Duration injected_delay{};  // of it, what faults added on purpose
  Duration added{};           // of it, what faultline itself cost
};

/// Counts the exchanges of one phase. One per worker and phase, so that recording takes no lock;
/// merged at the end. Not thread-safe.
class PhaseTally final {
 public:
  void record(const PhaseSample& sample) noexcept;
  void merge(const PhaseTally& other);
  [[nodiscard]] PhaseStats stats(std::string name) const;

  // For writers of other formats.
  /// By the first digit of the status; [0]: no answer.
  [[nodiscard]] const std::array<uint64_t, 6>& by_class() const noexcept { return by_class_; }
  [[nodiscard]] const metrics::Histogram& latency() const noexcept { return latency_; }
  [[nodiscard]] const metrics::Histogram& added() const noexcept { return added_; }
  [[nodiscard]] uint64_t injected_delay_total_ns() const noexcept {
    return injected_delay_total_ns_;
  }

 private:
  uint64_t requests_ = 0;
  std::array<uint64_t, 6> by_class_{};
  uint64_t injected_delay_total_ns_ = 0;
  metrics::Histogram latency_;
  metrics::Histogram injected_delay_;
  metrics::Histogram added_;
};

}  // namespace faultline::run
