// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/share.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace faultline::rules {
namespace {

TEST(Share, IsExactAtTheEdge) {
  struct Case {
    std::string text;
    uint64_t part;
    uint64_t whole;
    bool is_above;
    bool is_below;
  };
  const Case cases[] = {
      {"80%", 80, 100, false, false},
      {"80%", 81, 100, true, false},
      {"80%", 79, 100, false, true},
      {"0.8", 4, 5, false, false},
      {"1%", 1, 100, false, false},
      {"1%", 2, 199, true, false},
      {"0%", 0, 7, false, false},
      {"0%", 1, 1'000'000'000'000'000, false, false},  // scaled: below a millionth
      {"100%", 7, 7, false, false},
      {"1", 6, 7, false, true},
      {"33.3333%", 1, 3, true, false},
      {"33.3334%", 1, 3, false, true},
      {"0.000001", 1, 1'000'000, false, false},
      {"50%", 0, 0, false, false},
      {"50%", 3'000'000'000'000'000'000, 6'000'000'000'000'000'000, false, false},
      {"50%", 4'000'000'000'000'000'000, 6'000'000'000'000'000'000, true, false},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.text + " of " + std::to_string(one.whole));
    const auto share = Share::parse(one.text);
    ASSERT_TRUE(share.has_value());
    EXPECT_EQ(share->is_above(one.part, one.whole), one.is_above);
    EXPECT_EQ(share->is_below(one.part, one.whole), one.is_below);
    EXPECT_EQ(share->text(), one.text);
  }
}

TEST(Share, RefusesWhatIsNone) {
  for (const char* text : {"", "%", "101%", "1.000001", "-1%", "0.0000001", "12.", ".5", "1e-2",
                           " 1%", "1 %", "80%%", "99999999999999999999%"}) {
    SCOPED_TRACE(text);
    const auto share = Share::parse(text);
    ASSERT_FALSE(share.has_value());
    EXPECT_NE(share.error().message.find("is not a share"), std::string::npos);
  }
}

}  // namespace
}  // namespace faultline::rules
