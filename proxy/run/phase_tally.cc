// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/run/phase_tally.h"

#include <algorithm>
#include <utility>

namespace faultline::run {

namespace {

uint64_t ns_of(Duration duration) noexcept {
  return static_cast<uint64_t>(std::max<int64_t>(duration.count(), 0));
}

Percentiles percentiles_of(const metrics::Histogram& histogram) {
  Percentiles out;
  out.count = histogram.count();
  if (out.count == 0) return out;
  out.p50_ns = histogram.percentile(50);
  out.p90_ns = histogram.percentile(90);
  out.p95_ns = histogram.percentile(95);
  out.p99_ns = histogram.percentile(99);
  return out;
}

}  // namespace

void PhaseTally::record(const PhaseSample& sample) noexcept {
  ++requests_;
  const bool has_class = sample.status >= 100 && sample.status < 600;
  ++by_class_[has_class ? static_cast<size_t>(sample.status / 100) : 0];
  latency_.record(ns_of(sample.latency));
  added_.record(ns_of(sample.added));
  if (sample.injected_delay.count() > 0) {
    injected_delay_.record(ns_of(sample.injected_delay));
    injected_delay_total_ns_ += ns_of(sample.injected_delay);
  }
}

void PhaseTally::merge(const PhaseTally& other) {
  requests_ += other.requests_;
  for (size_t i = 0; i < by_class_.size(); ++i) {
    by_class_[i] += other.by_class_[i];
  }
  injected_delay_total_ns_ += other.injected_delay_total_ns_;
  latency_.merge(other.latency_);
  injected_delay_.merge(other.injected_delay_);
  added_.merge(other.added_);
}

PhaseStats PhaseTally::stats(std::string name) const {
  PhaseStats stats;
  stats.name = std::move(name);
  stats.requests = requests_;
  stats.by_class = by_class_;
  stats.latency = percentiles_of(latency_);
  stats.injected_delay = percentiles_of(injected_delay_);
  stats.injected_delay_total_ns = injected_delay_total_ns_;
  stats.added = percentiles_of(added_);
  return stats;
}

}  // namespace faultline::run
