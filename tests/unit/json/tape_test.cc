// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/tape.h"

#include "proxy/json/tree_builder.h"
#include "tests/unit/json/parse_support.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::json {
namespace {

TEST(JsonTape, WalksMembersAndElementsInSourceOrder) {
  const auto document = parse(R"({"z":[1,[2,3],{"q":4}],"a":null})");

  std::string walk;
  for (const Member& member : document.root().members()) {
    walk += std::string(member.name()) + "=" + std::string(kind_name(member.value.kind())) + ";";
  }
  for (const Value element : document.root().find("z")->elements()) {
    walk += std::string(kind_name(element.kind())) + ";";
  }

  EXPECT_EQ(walk, "z=array;a=null;number;array;object;");
  EXPECT_EQ(document.root().size(), 2U);
  EXPECT_EQ(document.root().find("z")->size(), 3U);
  EXPECT_EQ(document.root().find("a")->size(), 0U);
}

TEST(JsonTape, RangesOfOtherKindsAreEmpty) {
  const auto document = parse(R"([{"a":1},"text"])");
  const Value object = *document.root().at(0);

  EXPECT_EQ(object.elements().begin(), object.elements().end());
  EXPECT_EQ(document.root().members().begin(), document.root().members().end());
  EXPECT_FALSE(document.root().find("a"));
  EXPECT_FALSE(document.root().at(1)->at(0));
}

TEST(JsonTape, FindsTheFirstMemberOfAName) {
  const auto document = parse(R"({"b":1,"a":2,"a":3,"abcdefgh-one":4,"abcdefgh-two":5,"":6})");
  const Value root = document.root();

  EXPECT_EQ(root.find("a")->number_text(), "2");
  EXPECT_EQ(root.find("abcdefgh-two")->number_text(), "5");
  EXPECT_EQ(root.find("")->number_text(), "6");
  EXPECT_FALSE(root.find("c"));
  EXPECT_EQ(root.at(4)->number_text(), "5");
  EXPECT_FALSE(root.at(6));
}

TEST(JsonTape, ReadsNumbersWithoutRounding) {
  struct Case {
    std::string_view text;
    bool is_integer;
    std::optional<int64_t> as_int64;
    double as_double;
  };
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::vector<Case> cases = {
      {"0", true, 0, 0.0},
      {"-0", true, 0, -0.0},
      {"1.0", true, 1, 1.0},
      {"1e2", true, 100, 100.0},
      {"1.5", false, std::nullopt, 1.5},
      {"9007199254740993", true, 9007199254740993, 9007199254740992.0},
      {"9223372036854775807", true, INT64_MAX, 9223372036854775808.0},
      {"9223372036854775808", true, std::nullopt, 9223372036854775808.0},
      {"-9223372036854775808", true, INT64_MIN, -9223372036854775808.0},
      {"1e400", true, std::nullopt, kInfinity},
      {"-1e400", true, std::nullopt, -kInfinity},
      {"1e-400", false, std::nullopt, 0.0},
      {"0.1", false, std::nullopt, 0.1},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto document = parse(c.text);
    EXPECT_EQ(document.root().number_text(), c.text);
    EXPECT_EQ(document.root().is_integer(), c.is_integer);
    EXPECT_EQ(document.root().as_int64(), c.as_int64);
    EXPECT_EQ(document.root().as_double(), c.as_double);
  }
}

TEST(JsonTape, ComparesByMeaning) {
  struct Case {
    std::string a;
    std::string b;
    bool is_equal;
  };
  std::string forward = "{";
  std::string backward = "{";
  for (int i = 0; i < 40; ++i) {
    forward += "\"m" + std::to_string(i) + "\":" + std::to_string(i) + ",";
    backward += "\"m" + std::to_string(39 - i) + "\":" + std::to_string(39 - i) + ".0,";
  }
  const std::vector<Case> cases = {
      {"1", "1.0", true},
      {"100", "1e2", true},
      {"0", "-0.0e5", true},
      {"0", "false", false},
      {"1", "true", false},
      {"\"1\"", "1", false},
      {"9007199254740992", "9007199254740993", false},
      {"0.1", "0.10000000000000000001", false},
      {R"("a\u0062")", R"("ab")", true},
      {R"({"a":1,"b":[1,2]})", R"({"b":[1,2],"a":1})", true},
      {R"({"a":1})", R"({"a":1,"b":1})", false},
      {R"({"a":1,"b":1})", R"({"a":1,"c":1})", false},
      {"[1,2]", "[2,1]", false},
      {"[1,2]", "[1,2,3]", false},
      {"null", "null", true},
      {forward + "\"x\":1}", backward + "\"x\":1}", true},
      {forward + "\"x\":1}", backward + "\"x\":2}", false},
      {forward + "\"x\":1}", backward + "\"y\":1}", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.a + " and " + c.b);
    const auto a = parse(c.a);
    const auto b = parse(c.b);
    EXPECT_EQ(equal(a.root(), b.root()), c.is_equal);
    EXPECT_EQ(equal(b.root(), a.root()), c.is_equal);
    EXPECT_EQ(hash_value(a.root()) == hash_value(b.root()), c.is_equal);
  }
}

TEST(JsonTape, SurvivesAMoveOfItsDocument) {
  auto first = parse(R"({"a":"x\ny"})");

  const Document second = std::move(first);

  EXPECT_EQ(second.root().find("a")->string(), "x\ny");
}

TEST(JsonTreeBuilder, BuildsTheTreeOfTheCalls) {
  TreeBuilder builder;
  builder.begin_object({0, 1});
  {
    std::string transient = "port";
    builder.key(transient, {1, 4});
    transient = "gone";
  }
  builder.number("8080", {7, 4});
  builder.key("list", {12, 4});
  builder.begin_array({18, 1});
  builder.null({19, 4});
  builder.boolean(true, {25, 4});
  builder.string("text", {31, 4});
  builder.end_array(36);
  builder.key("port", {38, 4});
  builder.begin_object({44, 1});
  builder.end_object(46);
  builder.end_object(47);
  EXPECT_EQ(builder.node_count(), 10U);

  const Document document = builder.finish();

  EXPECT_TRUE(
      equal(document.root(), parse(R"({"port":8080,"list":[null,true,"text"],"port":{}})").root()));
  EXPECT_EQ(document.root().span().length, 47U);
  EXPECT_EQ(document.root().find("list")->span().offset, 18U);
  EXPECT_EQ(document.root().find("list")->span().length, 18U);
  EXPECT_EQ(document.root().find("list")->at(2)->span().offset, 31U);
  EXPECT_FALSE(builder.is_too_large());
  ASSERT_EQ(document.duplicate_keys().size(), 1U);
  EXPECT_EQ(document.duplicate_keys()[0].offset, 38U);
}

TEST(JsonTreeBuilder, IsEmptyAfterFinish) {
  TreeBuilder builder;
  builder.string("first", {0, 5});
  const Document first = builder.finish();

  const Document second = builder.finish();

  EXPECT_EQ(first.root().string(), "first");
  EXPECT_TRUE(second.root().is_null());
}

/// Names that occur more than once are compared in turn, in small objects as in large ones.
TEST(Tape, ComparesDuplicateMembersInTurn) {
  std::string more;
  for (int i = 0; i < 40; ++i) more += ",\"m" + std::to_string(i) + "\":0";
  for (const std::string& rest : {std::string(), more}) {
    const auto is_equal = [&rest](const std::string& a, const std::string& b) {
      const std::string left = "{" + a + rest + "}";
      const std::string right = "{" + b + rest + "}";
      return equal(parse(left).root(), parse(right).root());
    };
    EXPECT_TRUE(is_equal(R"("a":1,"a":2,"b":3)", R"("b":3,"a":1,"a":2)"));
    EXPECT_FALSE(is_equal(R"("a":1,"a":2,"b":3)", R"("b":3,"a":2,"a":1)"));
    EXPECT_FALSE(is_equal(R"("a":1,"a":1,"b":3)", R"("b":3,"a":1,"b":3)"));
  }
}

}  // namespace
}  // namespace faultline::json
