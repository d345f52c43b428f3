// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/scenario.h"

#include "tests/unit/rules/load_support.h"

#include <gtest/gtest.h>

#include <chrono>

namespace faultline::rules {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(PhaseClock, WithoutPhasesArmsEveryRuleAllTheTime) {
  const auto config = load_good(with_listeners("rules: [{ name: r, fault: { drop: {} } }]\n"));
  const PhaseClock clock(*config);

  EXPECT_FALSE(clock.has_phases());
  EXPECT_EQ(clock.total(), Duration{});
  EXPECT_EQ(clock.phase_at(seconds(5)), std::nullopt);
  EXPECT_TRUE(clock.armed_at(0, Duration{}));
  EXPECT_TRUE(clock.armed_at(0, std::chrono::hours(1000)));
}

TEST(PhaseClock, FollowsTheTimeline) {
  const auto config = load_good(kExample);
  const PhaseClock clock(*config);

  ASSERT_EQ(clock.phase_count(), 3U);
  EXPECT_EQ(clock.total(), seconds(20));
  EXPECT_EQ(clock.start_of(0), seconds(0));
  EXPECT_EQ(clock.start_of(2), seconds(15));
  EXPECT_EQ(clock.end_of(2), seconds(20));
  EXPECT_EQ(clock.phase_at(Duration{}), 0U);
  EXPECT_EQ(clock.phase_at(seconds(5) - Duration(1)), 0U);
  EXPECT_EQ(clock.phase_at(seconds(5)), 1U);
  EXPECT_EQ(clock.phase_at(milliseconds(14999)), 1U);
  EXPECT_EQ(clock.phase_at(seconds(15)), 2U);
  EXPECT_EQ(clock.phase_at(seconds(20)), std::nullopt);
}

TEST(PhaseClock, ArmsOnlyTheRulesOfTheActivePhase) {
  const auto config = load_good(
      with_listeners("rules: [{ name: a, fault: { drop: {} } }, { name: b, fault: { drop: {} } }]\n"
                     "scenario: { phases: [{ name: one, for: 1s, rules: [b] }, { name: two, for: "
                     "1s, rules: [a, b] "
                     "}] }\n"));
  const PhaseClock clock(*config);

  EXPECT_FALSE(clock.armed_at(0, Duration{}));
  EXPECT_TRUE(clock.armed_at(1, Duration{}));
  EXPECT_TRUE(clock.armed_at(0, seconds(1)));
  EXPECT_TRUE(clock.armed_at(1, seconds(1)));
  EXPECT_FALSE(clock.armed_at(0, seconds(2)));  // after the end nothing is armed
  EXPECT_FALSE(clock.armed_at(1, seconds(2)));
  EXPECT_FALSE(clock.armed(7, 0U));
  EXPECT_FALSE(clock.armed(0, 9U));
}

}  // namespace
}  // namespace faultline::rules
