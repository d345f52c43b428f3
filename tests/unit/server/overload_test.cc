// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/server/overload.h"

#include <gtest/gtest.h>

#include <vector>

namespace faultline::server {
namespace {

TEST(OverloadGuard, RisesAtItsThresholdsAndFallsTwoPercentBelow) {
  OverloadGuard guard(100'000);
  const std::vector<std::pair<uint64_t, Pressure>> steps{
      {0, Pressure::None},      {91'999, Pressure::None},  {92'000, Pressure::High},
      {91'000, Pressure::High},  // it holds down to 90 %
      {89'999, Pressure::None}, {94'999, Pressure::High},  {95'000, Pressure::Full},
      {93'000, Pressure::Full},  // down to 93 %
      {92'999, Pressure::High}, {200'000, Pressure::Full}, {1, Pressure::None},
  };
  for (const auto& [used, want] : steps) EXPECT_EQ(guard.look(used), want) << used;
}

TEST(OverloadGuard, SeesTheMemoryOfThisProcess) { EXPECT_GT(resident_bytes(), 1024U * 1024); }

}  // namespace
}  // namespace faultline::server
