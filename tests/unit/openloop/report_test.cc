// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "bench/openloop/report.h"

#include <gtest/gtest.h>

namespace faultline::bench {
namespace {

TEST(OpenLoopReport, IsOneLineOfJsonInMicroseconds) {
  OpenLoopReport report;
  report.scheduled = 4;
  report.answered = 2;
  report.failures[static_cast<size_t>(Failure::Race)] = 1;
  report.abandoned = 1;
  report.bytes = 10;
  report.seconds = 0.5;
  report.latency.record(2000);
  report.latency.record(4000);

  EXPECT_EQ(report.failed(), 1U);
  EXPECT_EQ(
      to_json(report),
      R"({"scheduled":4,"answered":2,"failed":1,"failures":{"connect":0,"race":1,"cut":0,)"
      R"("status":0,"malformed":0,"timeout":0},"abandoned":1,"reconnects":0,"lost":0,"bytes":10,)"
      R"("seconds":0.500000,)"
      R"("latency_us":{"count":2,"mean":3.0,"min":2.0,"p50":2.0,"p90":4.0,"p99":4.0,"p99_9":4.0,)"
      R"("max":4.0},)"
      R"("service_us":{"count":0,"mean":0.0,"min":0.0,"p50":0.0,"p90":0.0,"p99":0.0,"p99_9":0.0,)"
      R"("max":0.0},)"
      R"("lag_us":{"count":0,"mean":0.0,"min":0.0,"p50":0.0,"p90":0.0,"p99":0.0,"p99_9":0.0,)"
      R"("max":0.0}})");
}

}  // namespace
}  // namespace faultline::bench
