// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/fail_policy.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace faultline::rules {
namespace {

TEST(FailPolicy, ReadsALevelAndThoseOfSingleClasses) {
  struct Case {
    std::string text;
    FailOn violation;
    FailOn undocumented;
    std::string spelled;
  };
  const std::vector<Case> cases{
      {"error", FailOn::Error, FailOn::Error, "error"},
      {"none", FailOn::None, FailOn::None, "none"},
      {"error,undocumented=note", FailOn::Error, FailOn::Note, "error (undocumented: note)"},
      {"undocumented=none", FailOn::Error, FailOn::None, "error (undocumented: none)"},
      {" undocumented = warning , note, violation=none ", FailOn::None, FailOn::Warning,
       "note (undocumented: warning, violation: none)"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);

    const auto policy = FailPolicy::parse(c.text);

    ASSERT_TRUE(policy) << policy.error().message;
    EXPECT_EQ(policy->level_of("violation"), c.violation);
    EXPECT_EQ(policy->level_of("undocumented"), c.undocumented);
    EXPECT_EQ(policy->text(), c.spelled);
  }
}

TEST(FailPolicy, SaysWhatItDoesNotKnow) {
  struct Case {
    std::string text;
    std::string message;
  };
  const std::string levels = " is not one of error, warning, note and none";
  const std::vector<Case> cases{
      {"", "''" + levels},
      {"never", "'never'" + levels},
      {"error,", "''" + levels},
      {"violation=", "''" + levels},
      {"error,note", "two levels for all findings: 'error,note'"},
      {"style=note", "'style' is no class of findings: they are violation and undocumented"},
      {"violation=note,violation=none", "'violation' stands there twice"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);

    const auto policy = FailPolicy::parse(c.text);

    ASSERT_FALSE(policy);
    EXPECT_EQ(policy.error().message, c.message);
  }
}

}  // namespace
}  // namespace faultline::rules
