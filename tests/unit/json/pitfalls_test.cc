// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/exact_number.h"
#include "proxy/json/parser_paths.h"
#include "proxy/json/pointer.h"
#include "proxy/json/serialize.h"
#include "proxy/json/splice.h"
#include "proxy/json/tape.h"
#include "tests/unit/json/parse_support.h"

#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Where JSON libraries and the tools built on them are known to go wrong, one test each. Division
// without rounding has its cases in exact_number_test.cc.
namespace faultline::json {
namespace {

TEST(JsonPitfalls, KeepsNumbersThatDoNotFitAMachineWord) {
  // simdjson's DOM refuses all of these; they are JSON, and so the fast parsers take them.
  for (const std::string_view number :
       {"18446744073709551616", "-9223372036854775809", "123456789012345678901234567890", "1e400",
        "-1e400", "1e-400", "0.1000000000000000000000000000001"}) {
    const std::string text = "[" + std::string(number) + "]";
    ASSERT_TRUE(ParserAccess::by_index(text)) << number;
    ASSERT_TRUE(ParserAccess::by_scan(text)) << number;
    const auto document = parse(text);
    EXPECT_EQ(document.root().at(0)->number_text(), number);
    EXPECT_FALSE(document.root().at(0)->is_plain_int64());
    EXPECT_EQ(to_text(document.root()), text);
  }
}

TEST(JsonPitfalls, KnowsTheBordersOfSixtyFourBits) {
  struct Case {
    std::string_view text;
    std::optional<int64_t> plain;
  };
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  const std::vector<Case> cases = {
      {"9223372036854775807", kMax},
      {"9223372036854775808", std::nullopt},
      {"-9223372036854775808", kMin},
      {"-9223372036854775809", std::nullopt},
      {"9007199254740993", 9007199254740993},
      {"10000000000000000000", std::nullopt},
      {"0", 0},
      {"-0", 0},
      {"1.0", std::nullopt},
      {"1e2", std::nullopt},
  };
  for (const auto& c : cases) {
    const std::string text = "[" + std::string(c.text) + "]";
    const auto document = parse(text);
    const Value number = *document.root().at(0);
    EXPECT_EQ(number.is_plain_int64(), c.plain.has_value()) << c.text;
    if (c.plain) {
      EXPECT_EQ(number.plain_int64(), *c.plain) << c.text;
      EXPECT_EQ(number.as_int64(), c.plain) << c.text;
    }
    EXPECT_TRUE(number.is_integer()) << c.text;
    EXPECT_EQ(plain_int64_of(c.text), c.plain) << c.text;
  }
}

TEST(JsonPitfalls, TellsIntegersApartThatOneDoubleStandsFor) {
  const auto document = parse("[9007199254740992,9007199254740993,9007199254740992.0]");

  EXPECT_FALSE(equal(*document.root().at(0), *document.root().at(1)));
  EXPECT_TRUE(equal(*document.root().at(0), *document.root().at(2)));
}

TEST(JsonPitfalls, ComparesAsJsonDoesAndNotAsBytes) {
  const auto document = parse(R"([[1,1.0,1e0],[false,0],[{"a":1,"b":[]},{"b":[],"a":1.0}]])");

  EXPECT_TRUE(equal(*resolve(document.root(), "/0/0"), *resolve(document.root(), "/0/1")));
  EXPECT_TRUE(equal(*resolve(document.root(), "/0/0"), *resolve(document.root(), "/0/2")));
  EXPECT_FALSE(equal(*resolve(document.root(), "/1/0"), *resolve(document.root(), "/1/1")));
  EXPECT_TRUE(equal(*resolve(document.root(), "/2/0"), *resolve(document.root(), "/2/1")));
}

TEST(JsonPitfalls, AcceptsAndFlagsLoneSurrogates) {
  for (const std::string_view text : {R"(["\ud800"])", R"(["\udc00"])", R"({"\ud800":1})"}) {
    ASSERT_TRUE(ParserAccess::by_index(text)) << text;
    ASSERT_TRUE(ParserAccess::by_scan(text)) << text;
    EXPECT_TRUE(parse(text).has_lone_surrogates()) << text;
  }
  EXPECT_FALSE(parse(R"(["\ud83d\ude00"])").has_lone_surrogates());
}

TEST(JsonPitfalls, RejectsAtOnceWhatALazyParserFindsLate) {
  for (const std::string_view text : {"[1,]", "{\"a\":1,}", "[1 2]", "[{\"a\":tru}]", "[01]"}) {
    EXPECT_FALSE(Document::parse(text)) << text;
  }
}

TEST(JsonPitfalls, RejectsAByteOrderMark) {
  EXPECT_FALSE(Document::parse("\xEF\xBB\xBF{}"));
  EXPECT_FALSE(Document::parse("\xEF\xBB\xBF[1]"));
}

TEST(JsonPitfalls, ReportsRepeatedNamesAndFindsTheFirst) {
  const auto document = parse(R"({"a":1,"b":{"c":0,"\u0063":1},"a":2})");

  ASSERT_EQ(document.duplicate_keys().size(), 2U);
  EXPECT_EQ(document.duplicate_keys()[0].offset, 18U);
  EXPECT_EQ(document.duplicate_keys()[1].offset, 30U);
  EXPECT_EQ(document.root().find("a")->plain_int64(), 1);
}

TEST(JsonPitfalls, EditsWithoutTouchingAnotherNumber) {
  // Reading and writing through doubles turns the second number into ...992.
  const std::string text = R"({ "id" : 1, "big": 9007199254740993, "ratio": 1.10 })";
  const auto document = parse(text);

  const auto edited = splice(text, {replace_value(*document.root().find("id"), "2")});

  ASSERT_TRUE(edited);
  EXPECT_EQ(*edited, R"({ "id" : 2, "big": 9007199254740993, "ratio": 1.10 })");
}

}  // namespace
}  // namespace faultline::json
