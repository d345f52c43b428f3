// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/metrics/histogram.h"

#include "proxy/base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace faultline::metrics {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;

TEST(Histogram, AnEmptyOneAnswersZeroEverywhere) {
  const Histogram histogram;

  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.sum(), 0U);
  EXPECT_EQ(histogram.min(), 0U);
  EXPECT_EQ(histogram.max(), 0U);
  EXPECT_EQ(histogram.percentile(50), 0U);
}

TEST(Histogram, BucketsAreContiguousAndNarrow) {
  uint64_t lower = 0;
  for (size_t bucket = 0; bucket + 1 < Histogram::kBuckets; ++bucket) {
    const uint64_t upper = Histogram::upper_edge(bucket);
    ASSERT_EQ(Histogram::bucket_of(lower), bucket);
    ASSERT_EQ(Histogram::bucket_of(upper), bucket);
    ASSERT_EQ(Histogram::bucket_of(upper + 1), bucket + 1);
    if (lower >= 1024) {
      ASSERT_LE(static_cast<double>(upper - lower) / static_cast<double>(lower), 1.0 / 128);
    }
    lower = upper + 1;
  }
  EXPECT_GT(lower, 1000 * kSecond) << "1000 s are inside the exact range";
  EXPECT_EQ(Histogram::bucket_of(UINT64_MAX), Histogram::kBuckets - 1);
}

TEST(Histogram, OneValueIsEveryPercentile) {
  Histogram histogram;
  histogram.record(123'456'789);

  for (const double percent : {-1.0, 0.0, 0.0001, 50.0, 99.9999, 100.0, 200.0}) {
    EXPECT_EQ(histogram.percentile(percent), 123'456'789U) << percent;
  }
}

TEST(Histogram, RanksAreExact) {
  Histogram histogram;
  // 1000 values in 1000 buckets: the value names its rank.
  for (uint64_t rank = 1; rank <= 1000; ++rank) {
    histogram.record(Histogram::upper_edge(rank));
  }
  struct Case {
    double percent;
    size_t rank;
  };
  for (const Case& c : {Case{50, 500}, Case{90, 900}, Case{95, 950}, Case{99, 990}, Case{99.9, 999},
                        Case{99.91, 1000}, Case{0.1, 1}, Case{0.11, 2}, Case{0.0001, 1}}) {
    EXPECT_EQ(histogram.percentile(c.percent), Histogram::upper_edge(c.rank)) << c.percent;
  }
}

TEST(Histogram, StaysWithinOnePercentOfTheTrueValue) {
  std::vector<uint64_t> values;
  Histogram histogram;
  for (uint64_t i = 0; i < 20000; ++i) {
    // Spread evenly over nine powers of ten.
    const double exponent = 3 + 9 * static_cast<double>(random::mix(i + 1) >> 11U) / 0x1p53;
    values.push_back(static_cast<uint64_t>(std::pow(10.0, exponent)));
    histogram.record(values.back());
  }
  std::sort(values.begin(), values.end());

  for (int percent = 1; percent <= 99; ++percent) {
    const uint64_t exact = values[static_cast<size_t>(percent) * values.size() / 100 - 1];
    const uint64_t answer = histogram.percentile(percent);
    EXPECT_GE(answer, exact) << percent;
    EXPECT_LE(static_cast<double>(answer), static_cast<double>(exact) * (1 + 1.0 / 128) + 8);
  }
}

TEST(Histogram, CountSumMinAndMaxAreExact) {
  Histogram histogram;
  histogram.record(1001);
  histogram.record_many(7, 3);
  histogram.record_many(99, 0);
  histogram.record(2000 * kSecond);

  EXPECT_EQ(histogram.count(), 5U);
  EXPECT_EQ(histogram.sum(), 1001 + 21 + 2000 * kSecond);
  EXPECT_EQ(histogram.min(), 7U);
  EXPECT_EQ(histogram.max(), 2000 * kSecond);
  EXPECT_EQ(histogram.percentile(99), 2000 * kSecond) << "beyond the range only max() is known";
}

TEST(Histogram, MergingEqualsRecordingEverythingInOne) {
  Histogram all;
  Histogram odd;
  Histogram even;
  for (uint64_t i = 0; i < 5000; ++i) {
    const uint64_t value = random::mix(i) % (10 * kSecond);
    all.record(value);
    (i % 2 == 0 ? even : odd).record(value);
  }

  Histogram merged;
  merged.merge(Histogram());
  merged.merge(odd);
  merged.merge(even);

  EXPECT_EQ(merged.count(), all.count());
  EXPECT_EQ(merged.sum(), all.sum());
  EXPECT_EQ(merged.min(), all.min());
  EXPECT_EQ(merged.max(), all.max());
  for (int percent = 0; percent <= 100; ++percent) {
    EXPECT_EQ(merged.percentile(percent), all.percentile(percent)) << percent;
  }
}

TEST(Histogram, LargeCountsDoNotOverflowTheRank) {
  Histogram histogram;
  histogram.record_many(2000, uint64_t{1} << 40U);
  histogram.record_many(4000, uint64_t{1} << 40U);

  EXPECT_EQ(histogram.percentile(50), Histogram::upper_edge(Histogram::bucket_of(2000)));
  EXPECT_EQ(histogram.percentile(50.000001), 4000U);
}

}  // namespace
}  // namespace faultline::metrics
