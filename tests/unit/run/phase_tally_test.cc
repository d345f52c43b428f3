// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/run/phase_tally.h"

#include <gtest/gtest.h>

#include <chrono>

namespace faultline::run {
namespace {

using std::chrono::milliseconds;

/// Histograms keep about two digits.
void expect_near(uint64_t got_ns, uint64_t want_ns) {
  EXPECT_GE(got_ns, want_ns - want_ns / 20);
  EXPECT_LE(got_ns, want_ns + want_ns / 20);
}

TEST(PhaseTally, CountsRequestsByClassOfStatus) {
  PhaseTally tally;
  for (const int status : {200, 204, 404, 503, 503, 503, 0, 99, 600}) {
    tally.record({.status = status});
  }

  const PhaseStats stats = tally.stats("fault");

  EXPECT_EQ(stats.name, "fault");
  EXPECT_EQ(stats.requests, 9U);
  EXPECT_EQ(stats.by_class, (std::array<uint64_t, 6>{3, 0, 2, 0, 1, 3}));
}

TEST(PhaseTally, GivesPercentilesOfLatency) {
  PhaseTally tally;
  for (int i = 1; i <= 100; ++i) {
    tally.record({.status = 200, .latency = milliseconds(i), .added = milliseconds(1)});
  }

  const PhaseStats stats = tally.stats("p");

  EXPECT_EQ(stats.latency.count, 100U);
  expect_near(stats.latency.p50_ns, 50'000'000);
  expect_near(stats.latency.p90_ns, 90'000'000);
  expect_near(stats.latency.p95_ns, 95'000'000);
  expect_near(stats.latency.p99_ns, 99'000'000);
  expect_near(stats.added.p99_ns, 1'000'000);
}

TEST(PhaseTally, CountsInjectedDelayOnlyWhereThereWasSome) {
  PhaseTally tally;
  tally.record({.status = 200, .latency = milliseconds(1)});
  tally.record({.status = 200, .latency = milliseconds(250), .injected_delay = milliseconds(200)});

  const PhaseStats stats = tally.stats("p");

  EXPECT_EQ(stats.injected_delay.count, 1U);
  expect_near(stats.injected_delay.p50_ns, 200'000'000);
  EXPECT_EQ(stats.injected_delay_total_ns, 200'000'000U);
}

TEST(PhaseTally, MergesTheTalliesOfWorkers) {
  PhaseTally one;
  PhaseTally two;
  one.record({.status = 200, .latency = milliseconds(10)});
  two.record({.status = 500, .latency = milliseconds(30), .injected_delay = milliseconds(5)});

  one.merge(two);
  const PhaseStats stats = one.stats("p");

  EXPECT_EQ(stats.requests, 2U);
  EXPECT_EQ(stats.by_class[2], 1U);
  EXPECT_EQ(stats.by_class[5], 1U);
  EXPECT_EQ(stats.latency.count, 2U);
  expect_near(stats.latency.p99_ns, 30'000'000);
  EXPECT_EQ(stats.injected_delay_total_ns, 5'000'000U);
}

TEST(PhaseTally, IsAllZeroWithoutRequests) {
  const PhaseStats stats = PhaseTally().stats("idle");

  EXPECT_EQ(stats.requests, 0U);
  EXPECT_EQ(stats.latency.p99_ns, 0U);
}

TEST(PhaseTally, TakesANegativeTimeForZero) {
  PhaseTally tally;
  tally.record({.status = 200, .latency = milliseconds(-5), .added = milliseconds(-5)});

  EXPECT_EQ(tally.stats("p").latency.p99_ns, 0U);
}

}  // namespace
}  // namespace faultline::run
