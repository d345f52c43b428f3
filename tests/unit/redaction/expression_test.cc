// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// The trees of the expressions, and the fronts that keep most texts from being asked for.
#include "redaction/expression.h"

#include "redaction/classes.h"
#include "redaction/fronts.h"
#include "redaction/patterns.h"
#include "redaction/sampler.h"
#include "tests/unit/redaction/redaction_support.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
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

TEST(Fronts, RowsWithAGapAreNumbered) {
  size_t numbered = 0;
  for (const auto& gap : pattern_gaps()) {
    if (!gap) continue;
    EXPECT_EQ(gap->number, numbered);
    ++numbered;
  }
  EXPECT_GE(numbered, 4U);
  EXPECT_LE(numbered, kGaps);
}

// A value, a byte of it changed, its end missing, something in front of it.
std::string mutated(Dice& dice, std::string value) {
  constexpr std::string_view kBytes = "aZ09-_./+=$ \t\r\n<>:~^\"\\";
  for (uint64_t changes = dice.below(3); changes > 0 && !value.empty(); --changes) {
    value[dice.below(value.size())] = kBytes[dice.below(kBytes.size())];
  }
  if (dice.below(4) == 0) value.resize(dice.below(value.size() + 1));
  return value;
}

using FindKey = std::optional<std::tuple<size_t, size_t, ClassId>>;

FindKey key_of(const std::optional<PatternFind>& find) {
  if (!find) return std::nullopt;
  return std::tuple{find->range.begin, find->range.end, find->class_id};
}

TEST(Fronts, NeverHideWhatTheExpressionMatches) {
  PatternSet fast(true);
  PatternSet slow(true);
  slow.ask_everywhere();
  Dice dice(seed_of_the_day());
  size_t found = 0;
  size_t refused = 0;
  const auto compare = [&](const FindKey& with, const FindKey& without, const std::string& text) {
    EXPECT_EQ(with, without) << text;
    (without ? found : refused) += 1;
  };
  for (int round = 0; round < 60; ++round) {
    for (size_t row = 0; row < kPatterns.size(); ++row) {
      const std::string text =
          "," + mutated(dice, sample_of(kPatterns[row].pattern, dice.below(1000000))) + " x";
      const size_t at = 1 + kPatterns[row].offset;
      compare(key_of(fast.find_pattern(row, text, at)), key_of(slow.find_pattern(row, text, at)),
              text);
    }
    for (size_t row = 0; row < kContexts.size(); ++row) {
      const std::string text =
          " is " + mutated(dice, sample_of(kContexts[row].pattern, dice.below(1000000))) + " x";
      compare(key_of(fast.find_context(row, text, 0)), key_of(slow.find_context(row, text, 0)),
              text);
    }
  }
  // Both kinds were met.
  EXPECT_GT(found, 500U);
  EXPECT_GT(refused, 500U);
}

TEST(Fronts, EndMostTextsBehindAnAnchor) {
  size_t fitting = 0;
  for (size_t row = 0; row < kPatterns.size(); ++row) {
    for_each_part(kPatterns[row].anchors, [&](std::string_view anchor) {
      if (kPatterns[row].offset != 0) return;
      const std::string text =
          std::string(anchor) + " and then nothing that is a value of any kind";
      fitting += pattern_fronts()[row].fits(text, 0, text.size()) ? 1 : 0;
    });
  }
  EXPECT_LE(fitting, 3U);  // of some two hundred
}

}  // namespace
}  // namespace faultline::redaction::testing
