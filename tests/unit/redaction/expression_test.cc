// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// The trees of the expressions, and what is read off them.
#include "redaction/expression.h"

#include "redaction/gaps.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace faultline::redaction::testing {
namespace {

std::string bytes_of(const ByteSet& set) {
  std::string out;
  for (size_t i = 0; i < set.size(); ++i) {
    if (set[i]) out += static_cast<char>(i);
  }
  return out;
}

std::vector<std::string> fronts_text(std::string_view pattern, size_t most = 8) {
  std::vector<std::string> out;
  for (const auto& set : fronts_of(parse_expression(pattern), most)) out.push_back(bytes_of(set));
  return out;
}

using Texts = std::vector<std::string>;

TEST(Expression, FrontsSayWhatMayStandAtEachPlace) {
  EXPECT_EQ(fronts_text("abc"), (Texts{"a", "b", "c"}));
  EXPECT_EQ(fronts_text("ab|c"), (Texts{"ac"}));
  EXPECT_EQ(fronts_text("a?bc"), (Texts{"ab", "bc"}));
  EXPECT_EQ(fronts_text("(?:ab){2}c"), (Texts{"a", "b", "a", "b", "c"}));
  EXPECT_EQ(fronts_text("[0-2]{2,3}x"), (Texts{"012", "012", "012x"}));
  EXPECT_EQ(fronts_text("a*b"), (Texts{"ab"}));
  EXPECT_EQ(fronts_text("a+b"), (Texts{"a", "ab"}));
  EXPECT_EQ(fronts_text("x(?:a|bc)y"), (Texts{"x", "ab", "cy"}));
  EXPECT_EQ(fronts_text("abcdefghij", 3), (Texts{"a", "b", "c"}));
  EXPECT_EQ(fronts_text("a{0,2}"), Texts{});
}

TEST(Expression, ReadsClassesEscapesAndFlags) {
  EXPECT_EQ(fronts_text(R"([a-c_-])"), Texts{"-_abc"});
  EXPECT_EQ(fronts_text(R"([\x41-\x43\]\\])"), Texts{"ABC\\]"});
  EXPECT_EQ(fronts_text(R"(\$\.\x2f)"), (Texts{"$", ".", "/"}));
  EXPECT_EQ(fronts_text(R"((?i:a1)b)"), (Texts{"Aa", "1", "b"}));
  EXPECT_EQ(fronts_text(R"(\s)"), Texts{"\t\n\f\r "});
  EXPECT_EQ(fronts_of(parse_expression("[^a]"), 1)[0].count(), 255U);
  EXPECT_EQ(fronts_of(parse_expression("."), 1)[0].count(), 255U);
  EXPECT_EQ(fronts_of(parse_expression("(?s:.)"), 1)[0].count(), 256U);
}

TEST(Expression, KnowsTheLengthOfTheShortestMatch) {
  EXPECT_EQ(least_length(parse_expression("ab?c{3}d*e+")), 5U);
  EXPECT_EQ(least_length(parse_expression("abc|de|fghi")), 2U);
  EXPECT_EQ(least_length(parse_expression("(?:ab|c){4,}")), 4U);
}

TEST(Expression, KnowsTheGapBehindABeginning) {
  const auto gap = gap_of(parse_expression(R"(ab +[^\n]*?-u)"));
  ASSERT_TRUE(gap);
  EXPECT_EQ(gap->front, 3U);
  EXPECT_EQ(gap->bytes.count(), 255U);
  EXPECT_TRUE(gap_of(parse_expression("ab(?s:.*?)c")));
  // What the beginning holds must not end the gap, and nothing else may be of any length.
  EXPECT_FALSE(gap_of(parse_expression("ab[^b]*c")));
  EXPECT_FALSE(gap_of(parse_expression("a+b[^c]*c")));
  EXPECT_FALSE(gap_of(parse_expression("(?:a|bc).*d")));
  EXPECT_FALSE(gap_of(parse_expression("a[0-9]{4,}b")));
}

TEST(Gaps, RowsWithAGapAreNumbered) {
  size_t numbered = 0;
  for (const auto& gap : pattern_gaps()) {
    if (!gap) continue;
    EXPECT_EQ(gap->number, numbered);
    ++numbered;
  }
  EXPECT_GE(numbered, 4U);
  EXPECT_LE(numbered, kGaps);
}

}  // namespace
}  // namespace faultline::redaction::testing
