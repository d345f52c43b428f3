// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/metrics/exposition.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <limits>

namespace faultline::metrics {
namespace {

TEST(Exposition, WritesFamiliesWithTheirSamples) {
  Exposition out;
  out.family("fl_a_total", "First\nline, a \\ and a \"quote\".", MetricType::Counter);
  out.sample({}, uint64_t{1});
  out.sample({{"listener", "shop"}, {"class", "2xx"}}, std::numeric_limits<uint64_t>::max());
  out.family("fl_b_seconds", "A gauge.", MetricType::Gauge);
  out.sample({{"odd", "q\"\\\n"}}, 0.25);

  EXPECT_EQ(out.take(),
            "# HELP fl_a_total First\\nline, a \\\\ and a \"quote\".\n"
            "# TYPE fl_a_total counter\n"
            "fl_a_total 1\n"
            "fl_a_total{listener=\"shop\",class=\"2xx\"} 18446744073709551615\n"
            "# HELP fl_b_seconds A gauge.\n"
            "# TYPE fl_b_seconds gauge\n"
            "fl_b_seconds{odd=\"q\\\"\\\\\\n\"} 0.25\n");
}

TEST(Exposition, WritesHistogramsCumulativelyInSeconds) {
  constexpr std::array<Duration, 2> kEdges{std::chrono::milliseconds(1), std::chrono::seconds(1)};
  Histogram values;
  values.record(500'000);
  values.record_many(20'000'000, 2);
  values.record(5'000'000'000);
  Exposition out;
  out.family("fl_d_seconds", "Durations.", MetricType::Histogram);
  out.histogram({{"phase", "all"}}, values, kEdges);

  EXPECT_EQ(out.take(),
            "# HELP fl_d_seconds Durations.\n"
            "# TYPE fl_d_seconds histogram\n"
            "fl_d_seconds_bucket{phase=\"all\",le=\"0.001\"} 1\n"
            "fl_d_seconds_bucket{phase=\"all\",le=\"1\"} 3\n"
            "fl_d_seconds_bucket{phase=\"all\",le=\"+Inf\"} 4\n"
            "fl_d_seconds_sum{phase=\"all\"} 5.0405\n"
            "fl_d_seconds_count{phase=\"all\"} 4\n");
}

TEST(Histogram, CountsUpToAnEdgeNeverMoreAndAlmostAll) {
  Histogram values;
  EXPECT_EQ(values.count_up_to(1'000'000), 0U);
  for (uint64_t ns = 1; ns < 100'000'000; ns += 1 + ns / 50) values.record(ns);

  for (uint64_t edge = 1000; edge < 200'000'000; edge = edge * 3 / 2) {
    uint64_t below = 0;
    uint64_t well_below = 0;
    for (uint64_t ns = 1; ns < 100'000'000; ns += 1 + ns / 50) {
      below += ns <= edge ? 1 : 0;
      well_below += ns + 8 + ns / 127 <= edge ? 1 : 0;
    }
    EXPECT_LE(values.count_up_to(edge), below) << edge;
    EXPECT_GE(values.count_up_to(edge), well_below) << edge;
  }
  EXPECT_EQ(values.count_up_to(std::numeric_limits<uint64_t>::max()), values.count());
}

}  // namespace
}  // namespace faultline::metrics
