// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "bench/openloop/report.h"

#include <fmt/format.h>

#include <numeric>
#include <string_view>

namespace faultline::bench {
namespace {

// In the order of Failure.
constexpr std::array<std::string_view, kFailures> kFailureNames{"connect", "race",      "cut",
                                                                "status",  "malformed", "timeout"};

double microseconds(uint64_t ns) { return static_cast<double>(ns) / 1000.0; }

std::string summary(const metrics::Histogram& histogram) {
  const uint64_t count = histogram.count();
  const uint64_t mean = count == 0 ? 0 : histogram.sum() / count;
  return fmt::format(
      R"({{"count":{},"mean":{:.1f},"min":{:.1f},"p50":{:.1f},"p90":{:.1f},"p99":{:.1f},)"
      R"("p99_9":{:.1f},"max":{:.1f}}})",
      count, microseconds(mean), microseconds(histogram.min()),
      microseconds(histogram.percentile(50)), microseconds(histogram.percentile(90)),
      microseconds(histogram.percentile(99)), microseconds(histogram.percentile(99.9)),
      microseconds(histogram.max()));
}

}  // namespace

uint64_t OpenLoopReport::failed() const noexcept {
  return std::accumulate(failures.begin(), failures.end(), uint64_t{0});
}

std::string to_json(const OpenLoopReport& report) {
  std::string failures;
  for (size_t i = 0; i < kFailures; ++i) {
    failures +=
        fmt::format(R"({}"{}":{})", i == 0 ? "" : ",", kFailureNames[i], report.failures[i]);
  }
  return fmt::format(
      R"({{"scheduled":{},"answered":{},"failed":{},"failures":{{{}}},"abandoned":{},)"
      R"("reconnects":{},"lost":{},"bytes":{},"seconds":{:.6f},"latency_us":{},"service_us":{},)"
      R"("lag_us":{}}})",
      report.scheduled, report.answered, report.failed(), failures, report.abandoned,
      report.reconnects, report.lost, report.bytes, report.seconds, summary(report.latency),
      summary(report.service), summary(report.lag));
}

}  // namespace faultline::bench
