// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/limits.h"
#include "proxy/base/random.h"
#include "rules/decision.h"
#include "rules/quantiles.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>

namespace faultline::rules {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = LatencySpec::Kind;

LatencySpec spec_of(Kind kind) {
  LatencySpec spec;
  spec.kind = kind;
  spec.max = limits::kDelayMax;
  return spec;
}

// The mean delay over evenly spread u.
double mean_ms(const LatencySpec& spec) {
  constexpr uint64_t kSteps = 1U << 16U;
  double sum = 0;
  for (uint64_t i = 0; i < kSteps; ++i) {
    sum += static_cast<double>(latency_ns(spec, (i << 48U) + (uint64_t{1} << 47U)));
  }
  return sum / static_cast<double>(kSteps) / 1e6;
}

TEST(Latency, ShiftsAFixedDelayByItsJitter) {
  auto spec = spec_of(Kind::Fixed);
  spec.fixed = milliseconds(200);
  spec.jitter = milliseconds(50);

  // The example of the definition: -37,662,415 ns.
  EXPECT_EQ(latency_ns(spec, 0x1F958F4B7434DF0E), 200'000'000 - 37'662'415);
  EXPECT_EQ(latency_ns(spec, 0), 150'000'000);
  EXPECT_EQ(latency_ns(spec, UINT64_MAX), 249'999'999);
}

TEST(Latency, StaysWithinZeroAndItsMaximum) {
  auto spec = spec_of(Kind::Fixed);
  spec.fixed = milliseconds(10);
  spec.jitter = milliseconds(50);
  spec.max = milliseconds(30);

  EXPECT_EQ(latency_ns(spec, 0), 0);
  EXPECT_EQ(latency_ns(spec, UINT64_MAX), 30'000'000);
}

TEST(Latency, WithoutJitterIsConstant) {
  auto spec = spec_of(Kind::Fixed);
  spec.fixed = seconds(2);
  EXPECT_EQ(latency_ns(spec, 0), 2'000'000'000);
  EXPECT_EQ(latency_ns(spec, UINT64_MAX), 2'000'000'000);
}

TEST(Latency, SpreadsUniformlyOverAHalfOpenRange) {
  auto spec = spec_of(Kind::Uniform);
  spec.low = milliseconds(100);
  spec.high = milliseconds(300);

  EXPECT_EQ(latency_ns(spec, 0), 100'000'000);
  EXPECT_EQ(latency_ns(spec, uint64_t{1} << 63U), 200'000'000);
  EXPECT_EQ(latency_ns(spec, UINT64_MAX), 299'999'999);
}

TEST(Latency, FollowsTheExponentialDistribution) {
  auto spec = spec_of(Kind::Exponential);
  spec.mean = milliseconds(200);
  spec.quantiles = build_quantiles(spec);

  ASSERT_EQ(spec.quantiles.size(), kQuantileKnots);
  for (const size_t i : {0U, 1U, 100U, 512U, 900U, 1023U}) {
    const double u = static_cast<double>(i) / 1024;
    EXPECT_NEAR(static_cast<double>(spec.quantiles[i]), -std::log1p(-u) * 200e6, 2.0) << i;
  }
  EXPECT_NEAR(mean_ms(spec), 200, 0.3);
}

TEST(Latency, FollowsTheNormalDistribution) {
  auto spec = spec_of(Kind::Normal);
  spec.mean = seconds(1);
  spec.stddev = milliseconds(100);
  spec.quantiles = build_quantiles(spec);

  EXPECT_EQ(spec.quantiles[512], 1'000'000'000);
  for (size_t i = 1; i < 1024; ++i) {
    // The quantile of the distribution function at the knot is the knot again.
    const double z = (static_cast<double>(spec.quantiles[i]) - 1e9) / 100e6;
    EXPECT_NEAR(0.5 * std::erfc(-z / std::sqrt(2.0)), static_cast<double>(i) / 1024, 1e-8) << i;
    EXPECT_EQ(spec.quantiles[i] + spec.quantiles[1024 - i], 2'000'000'000) << i;
  }
  EXPECT_NEAR(mean_ms(spec), 1000, 0.01);
}

TEST(Latency, FollowsTheLognormalDistribution) {
  for (const uint32_t sigma_milli : {1U, 500U, 2500U}) {
    SCOPED_TRACE(sigma_milli);
    auto spec = spec_of(Kind::Lognormal);
    spec.median = milliseconds(500);
    spec.sigma_milli = sigma_milli;
    spec.max = std::chrono::hours(24 * 365);
    spec.quantiles = build_quantiles(spec);

    EXPECT_EQ(spec.quantiles[512], 500'000'000);
    for (size_t i = 1; i < 1024; ++i) {
      const double z = std::log(static_cast<double>(spec.quantiles[i]) / 500e6) * 1000 /
                       static_cast<double>(sigma_milli);
      // A nanosecond is a coarse step where the delay is short and sigma large, or sigma small.
      EXPECT_NEAR(0.5 * std::erfc(-z / std::sqrt(2.0)), static_cast<double>(i) / 1024, 1e-5) << i;
      EXPECT_LE(spec.quantiles[i - 1], spec.quantiles[i]) << i;
    }
    EXPECT_LT(spec.quantiles[1023], spec.quantiles[1024]);
  }
}

TEST(Latency, FollowsAnEmpiricalDistribution) {
  auto spec = spec_of(Kind::Empirical);
  spec.samples = {milliseconds(10), milliseconds(20), milliseconds(20), milliseconds(100)};
  spec.quantiles = build_quantiles(spec);

  // Samples at u = 0, 1/3, 2/3, 1.
  EXPECT_EQ(spec.quantiles.front(), 10'000'000);
  EXPECT_EQ(spec.quantiles[512], 20'000'000);
  EXPECT_EQ(spec.quantiles.back(), 100'000'000);
  EXPECT_NEAR(mean_ms(spec), (15 + 20 + 60) / 3.0, 0.05);
  for (size_t i = 1; i < kQuantileKnots; ++i) {
    EXPECT_LE(spec.quantiles[i - 1], spec.quantiles[i]) << i;
  }
}

TEST(Latency, FollowsTheParetoDistribution) {
  for (const uint32_t shape_milli : {500U, 1000U, 1500U, 3000U, 100000U}) {
    SCOPED_TRACE(shape_milli);
    auto spec = spec_of(Kind::Pareto);
    spec.scale = milliseconds(100);
    spec.shape_milli = shape_milli;
    spec.quantiles = build_quantiles(spec);

    for (const size_t i : {0U, 1U, 100U, 512U, 900U, 1000U}) {
      const double u = static_cast<double>(i) / 1024;
      const double exact = 100e6 * std::pow(1 - u, -1000.0 / shape_milli);
      const double held = std::min(exact, 600e9);
      EXPECT_NEAR(static_cast<double>(spec.quantiles[i]), held, 2 + held * 1e-9) << i;
    }
  }
}

TEST(Latency, KeepsTheMeanOfAParetoThatHasOne) {
  auto spec = spec_of(Kind::Pareto);
  spec.scale = milliseconds(100);
  spec.shape_milli = 3000;
  spec.quantiles = build_quantiles(spec);

  EXPECT_NEAR(mean_ms(spec), 150, 0.2);
}

TEST(Latency, TablesAscendAndStayInRange) {
  auto normal = spec_of(Kind::Normal);
  normal.mean = milliseconds(10);
  normal.stddev = milliseconds(50);  // reaches below zero
  normal.max = milliseconds(100);
  auto pareto = spec_of(Kind::Pareto);
  pareto.scale = milliseconds(1);
  pareto.shape_milli = 100;  // grows beyond every bound
  pareto.max = seconds(3);
  for (auto* spec : {&normal, &pareto}) {
    spec->quantiles = build_quantiles(*spec);
    for (size_t i = 0; i < kQuantileKnots; ++i) {
      ASSERT_GE(spec->quantiles[i], i == 0 ? 0 : spec->quantiles[i - 1]);
      ASSERT_LE(spec->quantiles[i], spec->max.count());
    }
    EXPECT_EQ(spec->quantiles.back(), spec->max.count());
    EXPECT_LE(latency_ns(*spec, UINT64_MAX), spec->max.count());
  }
  EXPECT_EQ(normal.quantiles.front(), 0);
}

// Other machines must build the same tables: they enter decisions and the configuration hash.
TEST(Latency, TablesHaveTheSameBitsEverywhere) {
  const auto digest = [](LatencySpec spec) {
    uint64_t h = 0;
    for (const int64_t knot : build_quantiles(spec)) {
      h = random::absorb(h, static_cast<uint64_t>(knot));
    }
    return h;
  };
  auto normal = spec_of(Kind::Normal);
  normal.mean = milliseconds(200);
  normal.stddev = milliseconds(33);
  auto exponential = spec_of(Kind::Exponential);
  exponential.mean = milliseconds(123);
  auto pareto = spec_of(Kind::Pareto);
  pareto.scale = milliseconds(17);
  pareto.shape_milli = 1250;

  EXPECT_EQ(digest(normal), 15384548492434233045U);
  EXPECT_EQ(digest(exponential), 16942639080457143588U);
  EXPECT_EQ(digest(pareto), 2943129130236511454U);
}

TEST(Quantiles, HaveNoTableForDirectKinds) {
  EXPECT_TRUE(build_quantiles(spec_of(Kind::Fixed)).empty());
  EXPECT_TRUE(build_quantiles(spec_of(Kind::Uniform)).empty());
}

TEST(Quantiles, ComputeLogarithmsAndPowersInIntegers) {
  EXPECT_EQ(negative_log2_q40(0), 0U);
  EXPECT_EQ(negative_log2_q40(512), uint64_t{1} << 40U);
  EXPECT_EQ(negative_log2_q40(768), uint64_t{2} << 40U);
  EXPECT_EQ(negative_log2_q40(1023), uint64_t{10} << 40U);
  for (uint32_t i = 1; i < 1024; ++i) {
    const double exact = -std::log2(1 - static_cast<double>(i) / 1024);
    ASSERT_NEAR(static_cast<double>(negative_log2_q40(i)) / std::exp2(40), exact, 1e-11) << i;
  }
  EXPECT_EQ(scale_by_exp2(5, 0), 5U);
  EXPECT_EQ(scale_by_exp2(5, uint64_t{3} << 40U), 40U);
  EXPECT_EQ(scale_by_exp2(1'000'000'000, uint64_t{1} << 39U), 1'414'213'562U);
  EXPECT_EQ(scale_by_exp2(1, uint64_t{63} << 40U), UINT64_MAX);
  EXPECT_EQ(scale_by_exp2(uint64_t{1} << 40U, uint64_t{30} << 40U), UINT64_MAX);
  EXPECT_EQ(scale_by_exp2(0, uint64_t{90} << 40U), 0U);
}

}  // namespace
}  // namespace faultline::rules
