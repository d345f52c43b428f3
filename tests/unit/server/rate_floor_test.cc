// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/server/rate_floor.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace faultline::server {
namespace {

using std::chrono::seconds;

constexpr RateFloor::Silence kJudged = RateFloor::Silence::IsJudged;
constexpr RateFloor::Silence kWaits = RateFloor::Silence::Waits;

MonoTime at(int64_t second) { return MonoTime{} + seconds(second); }

// The second at which a peer that moves `moved[i]` bytes in second i is found below 100 bytes per
// second with 10 s of slack; -1: never.
int found_below(RateFloor::Silence silence, const std::vector<uint64_t>& moved) {
  RateFloor floor(100, seconds(10), silence);
  uint64_t total = 7;
  EXPECT_FALSE(floor.is_below(at(0), total));
  for (size_t i = 0; i < moved.size(); ++i) {
    total += moved[i];
    if (floor.is_below(at(static_cast<int64_t>(i) + 1), total)) return static_cast<int>(i) + 1;
  }
  return -1;
}

std::vector<uint64_t> repeat(const std::vector<uint64_t>& pattern, size_t times) {
  std::vector<uint64_t> all;
  for (size_t i = 0; i < times; ++i) all.insert(all.end(), pattern.begin(), pattern.end());
  return all;
}

TEST(RateFloor, FindsWhoFallsBehindByMoreThanTheSlack) {
  struct Case {
    std::string what;
    RateFloor::Silence silence;
    std::vector<uint64_t> moved;
    int found;
  };
  const std::vector<Case> cases{
      {"exactly the rate", kJudged, repeat({100}, 1000), -1},
      {"half of it", kJudged, repeat({50}, 1000), 21},
      {"a byte a second", kJudged, repeat({1}, 1000), 11},
      {"nothing", kJudged, repeat({0}, 1000), 11},
      {"bursts with a mean above the rate", kJudged, repeat({0, 0, 0, 0, 0, 0, 700}, 100), -1},
      {"bursts with a mean below it", kJudged, repeat({0, 0, 0, 0, 0, 0, 600}, 100), 41},
      {"a long burst saves nothing", kJudged,
       [] {
         auto moved = repeat({1'000'000}, 3);
         moved.resize(30, 0);
         return moved;
       }(),
       14},
      {"silence that waits", kWaits, repeat({0}, 1000), -1},
      {"steps larger than the slack, at the rate", kWaits,
       repeat({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2000}, 20), -1},
      {"the same steps at half of it", kWaits,
       repeat({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1000}, 20), 40},
      {"a byte after a long silence", kWaits,
       [] {
         std::vector<uint64_t> moved(58, 0);
         moved.push_back(1);
         return moved;
       }(),
       59},
  };
  for (const auto& c : cases) EXPECT_EQ(found_below(c.silence, c.moved), c.found) << c.what;
}

TEST(RateFloor, ARateOfNothingIsKeptByEverybody) {
  RateFloor floor(0, seconds(1), kJudged);

  for (int64_t second = 0; second < 1000; ++second) EXPECT_FALSE(floor.is_below(at(second), 0));
}

TEST(RateFloor, AnExcuseForgivesTheTimeSinceTheLastLook) {
  RateFloor floor(100, seconds(10), kJudged);
  EXPECT_FALSE(floor.is_below(at(0), 0));
  EXPECT_FALSE(floor.is_below(at(9), 0));

  floor.excuse();

  EXPECT_FALSE(floor.is_below(at(500), 0)) << "counts from here";
  EXPECT_FALSE(floor.is_below(at(510), 0));
  EXPECT_TRUE(floor.is_below(at(511), 0));
}

}  // namespace
}  // namespace faultline::server
