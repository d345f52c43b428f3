// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/pacer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <vector>

namespace faultline::filters {
namespace {

constexpr int64_t kMs = 1'000'000;
constexpr int64_t kSecond = 1000 * kMs;

struct Booking {
  uint64_t bytes;
  int64_t now_ns;
  int64_t due_ns;
};

void expect_bookings(uint64_t rate, const std::vector<Booking>& bookings) {
  RateLimiter limiter(rate);
  for (size_t i = 0; i < bookings.size(); ++i) {
    EXPECT_EQ(limiter.book(bookings[i].bytes, {bookings[i].now_ns}).ns, bookings[i].due_ns)
        << "booking " << i << " at " << rate << " B/s";
  }
}

TEST(RateLimiter, LetsTheFirstGoAtOnceAndSpacesTheRest) {
  expect_bookings(1000, {{10, 0, 0}, {10, 0, 10 * kMs}, {5, 0, 20 * kMs}, {1, 0, 25 * kMs}});
}

TEST(RateLimiter, ForgivesIdleTimeButSavesNoneOfIt) {
  expect_bookings(1000, {{10, 0, 0},
                         {10, 50 * kMs, 50 * kMs},  // idle for 40 ms: at once
                         {10, 50 * kMs, 60 * kMs},  // and no burst for what was not used
                         {10, 70 * kMs, 70 * kMs},  // exactly when the last is paid
                         {10, 79 * kMs, 80 * kMs}});
}

TEST(RateLimiter, SmallPiecesMakeUpForALateStartUpToAQuantum) {
  // 1 MB/s: a quantum is 5,000 bytes and 5 ms, a piece of 1,000 bytes is 1 ms.
  expect_bookings(1'000'000, {{1000, 0, 0},
                              {1000, 3 * kMs, 3 * kMs},  // 2 ms late
                              {1000, 3 * kMs, 3 * kMs},  // which two more make up for
                              {1000, 3 * kMs, 3 * kMs},
                              {1000, 3 * kMs, 4 * kMs}});  // all that was due by now has gone
  // A second late: five pieces at once, as many as a quantum holds, and not a thousand.
  expect_bookings(1'000'000, {{1000, 0, 0},
                              {1000, kSecond, kSecond},
                              {1000, kSecond, kSecond},
                              {1000, kSecond, kSecond},
                              {1000, kSecond, kSecond},
                              {1000, kSecond, kSecond},
                              {1000, kSecond, kSecond + kMs}});
}

TEST(RateLimiter, StartsAtOnceWhateverTheClockSays) {
  expect_bookings(1000, {{1, -5 * kSecond, -5 * kSecond}});
  expect_bookings(1000, {{1, 900'000 * kSecond, 900'000 * kSecond}});
}

TEST(RateLimiter, CarriesTheFractionsOfANanosecond) {
  // A third of a second does not divide into nanoseconds; three of them are a second all the same.
  expect_bookings(3, {{1, 0, 0}, {1, 0, 333'333'333}, {1, 0, 666'666'666}, {1, 0, kSecond}});
  // 2 GB/s: half a nanosecond for a byte.
  expect_bookings(2'000'000'000, {{1, 0, 0}, {1, 0, 0}, {1, 0, 1}, {1, 0, 1}, {1, 0, 2}});
}

TEST(RateLimiter, ReleasesFiveMillisecondsOfTheRateButAtLeastAByte) {
  struct Case {
    uint64_t rate;
    uint64_t quantum;
  };
  for (const auto& [rate, quantum] : {Case{1, 1},
                                      {199, 1},
                                      {200, 1},
                                      {399, 1},
                                      {400, 2},
                                      {65536, 327},
                                      {1'000'000'000, 5'000'000}}) {
    EXPECT_EQ(RateLimiter(rate).quantum(), quantum) << rate;
  }
}

TEST(RateLimiter, IsExactOverTheLongRun) {
  for (const uint64_t rate : {7ULL, 1000ULL, 65536ULL, 999'983ULL, 700'000'003ULL, 1ULL << 40U}) {
    RateLimiter limiter(rate);
    const uint64_t quantum = limiter.quantum();
    uint64_t booked = 0;
    MonoTime due;
    for (int i = 0; i < 20'000; ++i) {
      const uint64_t bytes = 1 + static_cast<uint64_t>(i) % quantum;  // uneven on purpose
      due = limiter.book(bytes, {0});
      // Floor of booked / rate, in two steps that stay below 2^64.
      const uint64_t whole = booked / rate * 1'000'000'000U;
      const uint64_t rest = static_cast<uint64_t>(static_cast<long double>(booked % rate) * 1e9L /
                                                  static_cast<long double>(rate));
      ASSERT_NEAR(static_cast<double>(due.ns), static_cast<double>(whole + rest), 1.0)
          << rate << " B/s, booking " << i;
      booked += bytes;
    }
  }
}

TEST(RateLimiter, GivesEveryThreadItsOwnTurn) {
  constexpr int kThreads = 4;
  constexpr int kBookings = 2000;
  RateLimiter limiter(1'000'000);  // 1 us for a byte
  std::vector<std::vector<int64_t>> dues(kThreads);
  std::vector<std::thread> threads;
  for (auto& mine : dues) {
    threads.emplace_back([&limiter, &mine] {
      for (int i = 0; i < kBookings; ++i) mine.push_back(limiter.book(1, {0}).ns);
    });
  }
  for (auto& thread : threads) thread.join();

  std::vector<int64_t> all;
  for (const auto& mine : dues) {
    EXPECT_TRUE(std::is_sorted(mine.begin(), mine.end()));
    all.insert(all.end(), mine.begin(), mine.end());
  }
  std::sort(all.begin(), all.end());

  ASSERT_EQ(all.size(), static_cast<size_t>(kThreads * kBookings));
  for (size_t i = 0; i < all.size(); ++i) {
    ASSERT_EQ(all[i], static_cast<int64_t>(i) * 1000) << "a slot was given twice or lost";
  }
}

}  // namespace
}  // namespace faultline::filters
