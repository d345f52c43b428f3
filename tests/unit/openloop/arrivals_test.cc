// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "bench/openloop/arrivals.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace faultline::bench {
namespace {

std::vector<uint64_t> first(Arrivals arrivals, size_t count) {
  std::vector<uint64_t> times;
  for (size_t i = 0; i < count; ++i, arrivals.advance()) times.push_back(arrivals.intended_ns());
  return times;
}

TEST(Arrivals, AConstantRateDoesNotDriftWhenItDoesNotDivideASecond) {
  Arrivals arrivals(ArrivalKind::Constant, 3, 1);
  for (int i = 0; i < 3'000'000; ++i) arrivals.advance();

  EXPECT_EQ(arrivals.ordinal(), 3'000'000U);
  EXPECT_NEAR(static_cast<double>(arrivals.intended_ns()), 1e15, 1000);
}

TEST(Arrivals, PoissonTimesAreAFunctionOfTheSeed) {
  const Arrivals one(ArrivalKind::Poisson, 1000, 7);
  const Arrivals other(ArrivalKind::Poisson, 1000, 8);

  EXPECT_EQ(first(one, 1000), first(one, 1000));
  EXPECT_NE(first(one, 10), first(other, 10));
}

// Exponential gaps: mean = standard deviation = 1/rate, and a share of e^-1 is longer than the
// mean.
TEST(Arrivals, PoissonGapsHaveTheMomentsOfAnExponential) {
  constexpr size_t kCount = 100'000;
  constexpr double kMeanNs = 1e6;
  const auto times = first(Arrivals(ArrivalKind::Poisson, 1000, 1), kCount + 1);

  double sum = 0;
  double squares = 0;
  size_t longer = 0;
  for (size_t i = 0; i < kCount; ++i) {
    const auto gap = static_cast<double>(times[i + 1] - times[i]);
    sum += gap;
    squares += gap * gap;
    longer += gap > kMeanNs ? 1 : 0;
  }
  const double mean = sum / kCount;

  // Four standard errors of each estimate.
  EXPECT_NEAR(mean / kMeanNs, 1.0, 4 / std::sqrt(kCount));
  EXPECT_NEAR(std::sqrt(squares / kCount - mean * mean) / kMeanNs, 1.0, 6 / std::sqrt(kCount));
  EXPECT_NEAR(static_cast<double>(longer) / kCount, std::exp(-1.0), 2 / std::sqrt(kCount));
}

}  // namespace
}  // namespace faultline::bench
