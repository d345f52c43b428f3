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

/// All nodes in words, with `but` left open.
std::string spell(Value value, uint32_t but) {
  std::string text(kind_name(value.kind()));
  if (value.index() == but) return text;
  if (value.is_string()) text.append("=").append(value.string());
  if (value.is_number()) text.append("=").append(value.number_text());
  for (const Value element : value.elements()) text.append(",").append(spell(element, but));
  for (const Member& member : value.members()) {
    text.append(",").append(member.name()).append(":").append(spell(member.value, but));
  }
  return text.append(";");
}

TEST(JsonSplice, KnowsTheSoleValueThatChanges) {
  const std::vector<std::string> texts = {
      R"({"name":"a@b.co","n":12,"list":["x","",1.5,true,null],"e\u0041":"e\u0041","in":{"":"y"}})",
      "[\"\xC3\xA9t\xC3\xA9\",[\"\"] , {\"k\" : -7 }]", R"("text")", "42"};
  const std::vector<std::string> replacements = {"",   "z",  "17",   "-0",       "1.5",  "\"",
                                                 "\\", "n,", "\x01", "\xC3\xA9", "null", "]"};
  size_t sole = 0;
  for (const std::string& text : texts) {
    const auto before = Document::parse(text);
    ASSERT_TRUE(before);
    for (uint32_t begin = 0; begin <= text.size(); ++begin) {
      for (uint32_t end = begin; end <= text.size(); ++end) {
        for (const std::string& replacement : replacements) {
          const SourceSpan span{begin, end - begin};
          const auto value = sole_change(before->root(), span, replacement);
          if (!value) continue;
          ++sole;
          const std::string edited = splice(text, {{span, replacement}}).value();
          SCOPED_TRACE(edited);
          const auto after = Document::parse(edited);
          ASSERT_TRUE(after);
          EXPECT_EQ(spell(after->root(), value->index()), spell(before->root(), value->index()));
        }
      }
    }
  }
  EXPECT_GT(sole, 100U);
}

TEST(JsonSplice, KnowsNoSoleValueOfANameOrOfWhatIsNotPlain) {
  const std::string text = R"({"name":"an \n escape","n":12,"t":true,"s":"plain"})";
  const auto document = Document::parse(text);
  ASSERT_TRUE(document);
  const auto changed = [&](std::string_view what, std::string_view replacement) {
    const auto at = static_cast<uint32_t>(text.find(what));
    return sole_change(document->root(), {at, static_cast<uint32_t>(what.size())}, replacement);
  };

  EXPECT_TRUE(changed("plain", "text"));
  EXPECT_TRUE(changed("lai", ""));
  EXPECT_TRUE(changed("12", "-5"));
  EXPECT_FALSE(changed("name", "eman"));
  EXPECT_FALSE(changed("an ", ""));
  EXPECT_FALSE(changed("1", "3"));
  EXPECT_FALSE(changed("12", "012"));
  EXPECT_FALSE(changed("true", "1"));
  EXPECT_FALSE(changed("\"plain\"", "null"));
  EXPECT_FALSE(changed("plain", "pl\"ain"));
}

}  // namespace
}  // namespace faultline::json
