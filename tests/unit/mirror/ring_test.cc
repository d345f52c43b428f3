// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/mirror/spsc_ring.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

namespace faultline::mirror {
namespace {

TEST(SpscRing, RoundsItsCapacityUpToAPowerOfTwo) {
  for (const auto& [asked, given] :
       {std::pair{1UL, 1UL}, {2UL, 2UL}, {3UL, 4UL}, {1000UL, 1024UL}}) {
    EXPECT_EQ(SpscRing<int>(asked).capacity(), given);
  }
}

TEST(SpscRing, IsEmptyThenFullThenEmptyAgainManyTimesAround) {
  SpscRing<int> ring(4);
  int out = -1;
  for (int round = 0; round < 10; ++round) {
    EXPECT_FALSE(ring.pop(out));
    for (int i = 0; i < 4; ++i) EXPECT_TRUE(ring.push(round * 4 + i));
    EXPECT_FALSE(ring.push(99));
    EXPECT_EQ(ring.size(), 4U);
    for (int i = 0; i < 4; ++i) {
      ASSERT_TRUE(ring.pop(out));
      EXPECT_EQ(out, round * 4 + i);
    }
    EXPECT_EQ(ring.size(), 0U);
  }
}

TEST(SpscRing, TakesOneAfterEachThatWasTakenOut) {
  SpscRing<int> ring(2);
  int out = 0;
  ASSERT_TRUE(ring.push(1));
  ASSERT_TRUE(ring.push(2));
  ASSERT_TRUE(ring.pop(out));
  EXPECT_TRUE(ring.push(3));
  EXPECT_FALSE(ring.push(4));
  ASSERT_TRUE(ring.pop(out));
  ASSERT_TRUE(ring.pop(out));
  EXPECT_EQ(out, 3);
}

TEST(SpscRing, LeavesWhatItRefusesWithItsOwner) {
  SpscRing<std::unique_ptr<int>> ring(1);
  ASSERT_TRUE(ring.push(std::make_unique<int>(1)));
  auto refused = std::make_unique<int>(2);

  EXPECT_FALSE(ring.push(std::move(refused)));

  ASSERT_NE(refused, nullptr);
  EXPECT_EQ(*refused, 2);
}

TEST(SpscRing, KeepsNothingAliveThatWasTakenOut) {
  SpscRing<std::shared_ptr<int>> ring(2);
  auto item = std::make_shared<int>(7);
  const std::weak_ptr<int> watch = item;
  ASSERT_TRUE(ring.push(std::move(item)));
  std::shared_ptr<int> out;
  ASSERT_TRUE(ring.pop(out));

  out.reset();

  EXPECT_TRUE(watch.expired());
}

TEST(SpscRing, CarriesEveryItemInOrderBetweenTwoThreads) {
  constexpr uint64_t kItems = 100'000;
  SpscRing<std::unique_ptr<uint64_t>> ring(64);
  std::thread pusher([&ring] {
    for (uint64_t i = 0; i < kItems; ++i) {
      auto item = std::make_unique<uint64_t>(i);
      while (!ring.push(std::move(item))) std::this_thread::yield();
    }
  });
  uint64_t out_of_order = 0;
  std::unique_ptr<uint64_t> item;
  for (uint64_t expected = 0; expected < kItems; ++expected) {
    while (!ring.pop(item)) std::this_thread::yield();
    if (*item != expected) ++out_of_order;
  }
  pusher.join();

  EXPECT_EQ(out_of_order, 0U);
  EXPECT_EQ(ring.size(), 0U);
}

}  // namespace
}  // namespace faultline::mirror
