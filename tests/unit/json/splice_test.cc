// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/splice.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace faultline::json {
namespace {

TEST(JsonSplice, ReplacesOnlyTheBytesOfTheEdits) {
  EXPECT_EQ(splice("abcdef", {}).value(), "abcdef");
  EXPECT_EQ(splice("abcdef", {{{0, 1}, "X"}, {{2, 0}, "-"}, {{2, 0}, "+"}, {{5, 1}, ""}}).value(),
            "Xb-+cde");
  EXPECT_EQ(splice("", {{{0, 0}, "x"}}).value(), "x");
}

TEST(JsonSplice, RefusesEditsThatContradict) {
  const std::vector<std::vector<Edit>> cases = {
      {{{2, 2}, ""}, {{3, 1}, ""}},
      {{{3, 1}, ""}, {{1, 1}, ""}},
      {{{6, 1}, ""}},
      {{{0, 7}, ""}},
      {{{4294967295U, 4294967295U}, ""}},
  };
  for (const auto& edits : cases) {
    const auto edited = splice("abcdef", edits);
    ASSERT_FALSE(edited);
    EXPECT_EQ(edited.error().code, ErrorCode::InvalidArgument);
  }
}

TEST(JsonSplice, ReplacesValuesAndRenamesKeys) {
  const std::string_view text = "{ \"a\" : 1.50 ,\n  \"b\":[ 1 ] }";
  const auto document = Document::parse(text);
  ASSERT_TRUE(document);
  const Member first = *document->root().members().begin();

  const auto edited = splice(text, {rename_key(first, "n\"ew"), replace_value(first.value, "null"),
                                    replace_value(*document->root().find("b")->at(0), "\"one\"")});

  EXPECT_EQ(edited.value(), "{ \"n\\\"ew\" : null ,\n  \"b\":[ \"one\" ] }");
}

TEST(JsonSplice, RemovesChildrenWithTheRightComma) {
  struct Case {
    std::string text;
    std::vector<uint32_t> positions;
    std::string edited;
  };
  const std::vector<Case> cases = {
      {R"({"a": 1, "b": 2, "c": 3})", {0}, R"({"b": 2, "c": 3})"},
      {R"({"a": 1, "b": 2, "c": 3})", {1}, R"({"a": 1, "c": 3})"},
      {R"({"a": 1, "b": 2, "c": 3})", {2}, R"({"a": 1, "b": 2})"},
      {R"({"a": 1, "b": 2, "c": 3})", {0, 1}, R"({"c": 3})"},
      {R"({"a": 1, "b": 2, "c": 3})", {1, 2}, R"({"a": 1})"},
      {R"({"a": 1, "b": 2, "c": 3})", {0, 2}, R"({"b": 2})"},
      {R"({"a": 1, "b": 2, "c": 3})", {0, 1, 2}, "{}"},
      {R"({"a": 1, "b": 2, "c": 3})", {3, 9}, R"({"a": 1, "b": 2, "c": 3})"},
      {R"({"a": 1, "b": 2, "c": 3})", {}, R"({"a": 1, "b": 2, "c": 3})"},
      {"[ 1 , 2 , 3 , 4 , 5 ]", {1, 3}, "[ 1 , 3 , 5 ]"},
      {"[ 1 , 2 , 3 , 4 , 5 ]", {0, 2, 4}, "[ 2 , 4 ]"},
      {"[ 1 ]", {0}, "[  ]"},
      {"[[1,2],[3]]", {0}, "[[3]]"},
      {"[]", {0}, "[]"},
      {"7", {0}, "7"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto document = Document::parse(c.text);
    ASSERT_TRUE(document);
    const auto edited = splice(c.text, remove_children(document->root(), c.positions));
    ASSERT_TRUE(edited) << edited.error().message;
    EXPECT_EQ(*edited, c.edited);
    EXPECT_TRUE(Document::parse(*edited));
  }
}

TEST(JsonSplice, RemovesEverySetOfChildrenToValidJson) {
  constexpr std::string_view kArray = "[ 10, 11 ,12,13 , 14 ]";
  const auto document = Document::parse(kArray);
  ASSERT_TRUE(document);
  for (uint32_t set = 0; set < 32; ++set) {
    std::vector<uint32_t> gone;
    std::string kept;
    for (uint32_t i = 0; i < 5; ++i) {
      if ((set >> i & 1U) != 0) {
        gone.push_back(i);
      } else {
        kept += (kept.empty() ? "" : ",") + std::to_string(10 + i);
      }
    }
    const auto edited = splice(kArray, remove_children(document->root(), gone));
    ASSERT_TRUE(edited);
    const auto after = Document::parse(*edited);
    ASSERT_TRUE(after) << *edited;
    const std::string wanted = "[" + kept + "]";
    EXPECT_TRUE(equal(after->root(), Document::parse(wanted)->root())) << *edited;
  }
}

TEST(JsonSplice, RemovesOneChild) {
  constexpr std::string_view kText = R"({"a":{"x":1},"b":2})";
  const auto document = Document::parse(kText);
  ASSERT_TRUE(document);

  EXPECT_EQ(splice(kText, {remove_child(document->root(), 0)}).value(), R"({"b":2})");
  EXPECT_EQ(splice(kText, {remove_child(document->root(), 5)}).value(), kText);
}

TEST(JsonSplice, InsertsBehindTheLastMember) {
  struct Case {
    std::string text;
    std::string edited;
  };
  const std::vector<Case> cases = {
      {"{}", R"({"n\n":[1]})"},
      {"{ }", R"({"n\n":[1] })"},
      {R"({"a":{"b":1} })", R"({"a":{"b":1},"n\n":[1] })"},
  };
  for (const auto& c : cases) {
    const auto document = Document::parse(c.text);
    ASSERT_TRUE(document);
    EXPECT_EQ(splice(c.text, {insert_member(document->root(), "n\n", "[1]")}).value(), c.edited);
  }
}

}  // namespace
}  // namespace faultline::json
