// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/schema_drift/drift.h"

#include "proxy/json/pointer.h"

#include <gtest/gtest.h>

#include <set>

namespace faultline::filters {
namespace {

using Mutate = rules::SchemaDriftSpec::Mutate;
using Declared = std::vector<contracts::Contract::DeclaredProperty>;

/// What came of it in one text: "body | pointer", or "no_target".
std::string drifted(std::string_view body, Mutate mutate, std::string pointer) {
  const auto document = json::Document::parse(body);
  if (!document) return "not json: " + document.error().message;
  rules::SchemaDriftSpec spec;
  spec.mutate = mutate;
  spec.pointer = std::move(pointer);
  const auto result = drift(body, *document, spec, {}, 0);
  if (!result) return std::string(rules::bypass_reason_name(result.error()));
  return result->body + " | " + result->pointer;
}

struct Case {
  std::string_view body;
  std::string pointer;
  std::string_view expected;
};

void expect_drifts(Mutate mutate, const std::vector<Case>& cases) {
  for (const auto& [body, pointer, expected] : cases) {
    EXPECT_EQ(drifted(body, mutate, pointer), expected) << body << " at '" << pointer << "'";
  }
}

TEST(Drift, RemovesMembersAndElementsWithTheirComma) {
  expect_drifts(Mutate::Remove, {{R"({"a":1,"b":2,"c":3})", "/a", R"({"b":2,"c":3} | /a)"},
                                 {R"({"a":1,"b":2,"c":3})", "/b", R"({"a":1,"c":3} | /b)"},
                                 {R"({"a":1,"b":2,"c":3})", "/c", R"({"a":1,"b":2} | /c)"},
                                 {R"({"a":1})", "/a", "{} | /a"},
                                 {R"([10,20,30])", "/0", "[20,30] | /0"},
                                 {R"([10,20,30])", "/2", "[10,20] | /2"},
                                 {R"([{"a":[1]}])", "/0/a/0", R"([{"a":[]}] | /0/a/0)"},
                                 {R"({"a":1})", "", "no_target"},
                                 {R"({"a":1})", "/b", "no_target"},
                                 {R"([1])", "/1", "no_target"},
                                 {R"([1])", "/-", "no_target"},
                                 {R"([1,2])", "/00", "no_target"},
                                 {R"({"a":1})", "/a/b", "no_target"},
                                 {R"({"a":1})", "a", "no_target"}});
}

TEST(Drift, RenamesMembersToAFreeName) {
  expect_drifts(Mutate::Rename,
                {{R"({"a":1,"b":2})", "/a", R"({"a_renamed":1,"b":2} | /a)"},
                 {R"({"a":1,"a_renamed":2})", "/a", R"({"a_renamed_":1,"a_renamed":2} | /a)"},
                 {R"({"a":1,"a_renamed":2,"a_renamed_":3})", "/a",
                  R"({"a_renamed__":1,"a_renamed":2,"a_renamed_":3} | /a)"},
                 {R"({"":1})", "/", R"({"_renamed":1} | /)"},
                 {R"({"q\"x":1})", "/q\"x", R"({"q\"x_renamed":1} | /q"x)"},
                 {R"([1])", "/0", "no_target"},
                 {R"({"a":1})", "", "no_target"},
                 {R"({"a":1})", "/b", "no_target"}});
}

TEST(Drift, RetypesEveryKind) {
  expect_drifts(Mutate::Retype, {{R"({"a":12.50})", "/a", R"({"a":"12.50"} | /a)"},
                                 {R"({"a":true})", "/a", R"({"a":"true"} | /a)"},
                                 {R"({"a":false})", "/a", R"({"a":"false"} | /a)"},
                                 {R"({"a":"x"})", "/a", R"({"a":0} | /a)"},
                                 {R"({"a":null})", "/a", R"({"a":0} | /a)"},
                                 {R"({"a":[1,2]})", "/a", R"({"a":"array"} | /a)"},
                                 {R"({"a":{"b":1}})", "/a", R"({"a":"object"} | /a)"},
                                 {R"([5,6])", "/1", R"([5,"6"] | /1)"},
                                 {R"([5])", "", R"("array" | )"},
                                 {R"( 7 )", "", " \"7\"  | "},
                                 {R"({"a":1})", "/x", "no_target"}});
}

TEST(Drift, RetypingAlwaysChangesTheType) {
  for (const std::string_view value :
       {"0", "-1.5e3", "true", "false", "null", "\"0\"", "[]", "{}"}) {
    const auto before = json::Document::parse(value);
    ASSERT_TRUE(before);
    rules::SchemaDriftSpec spec;
    spec.mutate = Mutate::Retype;
    const auto result = drift(value, *before, spec, {}, 0);
    ASSERT_TRUE(result) << value;
    const auto after = json::Document::parse(result->body);
    ASSERT_TRUE(after) << result->body;
    EXPECT_NE(after->root().kind(), before->root().kind()) << value << " -> " << result->body;
  }
}

TEST(Drift, NullsWhatIsNotNull) {
  expect_drifts(Mutate::Null, {{R"({"a":"x","b":1})", "/a", R"({"a":null,"b":1} | /a)"},
                               {R"([{}])", "/0", "[null] | /0"},
                               {R"({"a":1})", "", "null | "},
                               {R"({"a":null})", "/a", "no_target"},
                               {R"({"a":1})", "/b", "no_target"}});
}

TEST(Drift, AddsAMemberToTheObjectOrToTheOneThatHoldsTheValue) {
  expect_drifts(
      Mutate::Extra,
      {{R"({"a":1})", "", R"({"a":1,"faultline_extra":true} | /faultline_extra)"},
       {"{}", "", R"({"faultline_extra":true} | /faultline_extra)"},
       {R"({"a":1})", "/a", R"({"a":1,"faultline_extra":true} | /faultline_extra)"},
       {R"([{"p":1}])", "/0", R"([{"p":1,"faultline_extra":true}] | /0/faultline_extra)"},
       {R"([{"p":1}])", "/0/p", R"([{"p":1,"faultline_extra":true}] | /0/faultline_extra)"},
       {R"({"a~b":{"x":1}})", "/a~0b",
        R"({"a~b":{"x":1,"faultline_extra":true}} | /a~0b/faultline_extra)"},
       {R"({"faultline_extra":1})", "",
        R"({"faultline_extra":1,"faultline_extra_":true} | /faultline_extra_)"},
       {R"([1])", "/0", "no_target"},
       {R"([1])", "", "no_target"},
       {"1", "", "no_target"},
       {R"({"a":1})", "/b/c", "no_target"}});
}

TEST(Drift, PutsAValueThatNoEnumLists) {
  expect_drifts(Mutate::Enum, {{R"({"s":"new"})", "/s", R"({"s":"faultline-unlisted"} | /s)"},
                               {R"({"s":3})", "/s", R"({"s":-987654321} | /s)"},
                               {R"({"s":true})", "/s", R"({"s":"faultline-unlisted"} | /s)"},
                               {R"({"s":1})", "/t", "no_target"}});
}

TEST(Drift, UnderstandsEscapedPointers) {
  const std::string_view body = R"({"a/b":1,"m~n":2,"~1":3})";
  EXPECT_EQ(drifted(body, Mutate::Remove, "/a~1b"), R"({"m~n":2,"~1":3} | /a~1b)");
  EXPECT_EQ(drifted(body, Mutate::Remove, "/m~0n"), R"({"a/b":1,"~1":3} | /m~0n)");
  EXPECT_EQ(drifted(body, Mutate::Remove, "/~01"), R"({"a/b":1,"m~n":2} | /~01)");
  EXPECT_EQ(drifted(body, Mutate::Remove, "/~2"), "no_target");
}

TEST(Drift, ChangesTheFirstOfDuplicateNames) {
  EXPECT_EQ(drifted(R"({"a":1,"a":2})", Mutate::Null, "/a"), R"({"a":null,"a":2} | /a)");
}

// Numbers that no double holds, odd white space, escapes: what is not the target keeps its bytes.
constexpr std::string_view kOddBody =
    "\r\n{ \"id\" :\t9007199254740993 , \"e\": 1E+2,\"t\":\"\\u00e9\\/\",  \"list\" : [ 1.0 ,\n2 ] "
    ",\"x\":-0.0 }\n ";

TEST(Drift, KeepsEveryByteOutsideTheMutation) {
  const auto document = json::Document::parse(kOddBody);
  ASSERT_TRUE(document);
  for (const Mutate mutate : {Mutate::Remove, Mutate::Rename, Mutate::Retype, Mutate::Null,
                              Mutate::Extra, Mutate::Enum}) {
    for (const char* pointer : {"/id", "/e", "/t", "/list", "/list/0", "/list/1", "/x"}) {
      rules::SchemaDriftSpec spec;
      spec.mutate = mutate;
      spec.pointer = pointer;
      const auto result = drift(kOddBody, *document, spec, {}, 0);
      if (!result) continue;
      const std::string& body = result->body;
      // The longest common front and back leave one piece in the middle that differs. In the
      // original it must lie inside the target's object (array) and its own text and comma.
      size_t front = 0;
      while (front < body.size() && front < kOddBody.size() && body[front] == kOddBody[front]) {
        ++front;
      }
      size_t back = 0;
      while (back < body.size() - front && back < kOddBody.size() - front &&
             body[body.size() - 1 - back] == kOddBody[kOddBody.size() - 1 - back]) {
        ++back;
      }
      const auto target = json::resolve(document->root(), pointer);
      ASSERT_TRUE(target);
      const size_t lost = kOddBody.size() - front - back;
      // At most the member's name, white space and comma around its value are gone with it.
      EXPECT_LE(lost, target->span().length + std::string_view("\"list\" :   ,").size() + 4)
          << pointer << " -> " << body;
      const auto reparsed = json::Document::parse(body);
      EXPECT_TRUE(reparsed) << body;
    }
  }
  EXPECT_EQ(
      drifted(kOddBody, Mutate::Retype, "/list/1"),
      "\r\n{ \"id\" :\t9007199254740993 , \"e\": 1E+2,\"t\":\"\\u00e9\\/\",  \"list\" : [ 1.0 "
      ",\n\"2\" ] ,\"x\":-0.0 }\n  | /list/1");
  EXPECT_EQ(
      drifted(kOddBody, Mutate::Retype, "/id"),
      "\r\n{ \"id\" :\t\"9007199254740993\" , \"e\": 1E+2,\"t\":\"\\u00e9\\/\",  \"list\" : [ "
      "1.0 ,\n2 ] ,\"x\":-0.0 }\n  | /id");
}

TEST(Drift, NamesItsMutation) {
  const std::string_view body = R"({"a":1})";
  const auto document = json::Document::parse(body);
  const std::pair<Mutate, std::string_view> names[] = {
      {Mutate::Remove, "remove"}, {Mutate::Rename, "rename"}, {Mutate::Retype, "retype"},
      {Mutate::Null, "null"},     {Mutate::Extra, "extra"},   {Mutate::Enum, "enum"}};
  for (const auto& [mutate, name] : names) {
    rules::SchemaDriftSpec spec;
    spec.mutate = mutate;
    spec.pointer = "/a";
    const auto result = drift(body, *document, spec, {}, 0);
    ASSERT_TRUE(result) << name;
    EXPECT_EQ(result->mutation, name);
  }
}

// ---- any: true -------------------------------------------------------------------------------

std::string pick(Mutate mutate, const Declared& declared, uint64_t draw) {
  const std::string_view body = R"({"a":1,"b":"x","c":"y","undeclared":0})";
  const auto document = json::Document::parse(body);
  rules::SchemaDriftSpec spec;
  spec.mutate = mutate;
  spec.any = true;
  const auto result = drift(body, *document, spec, declared, draw);
  return result ? result->pointer : std::string(rules::bypass_reason_name(result.error()));
}

TEST(Drift, ChoosesAmongTheDeclaredPropertiesByTheDraw) {
  const Declared declared{{"/a", true, {}}, {"/b", false, {}}, {"/c", false, {}}};
  const uint64_t third = UINT64_MAX / 3;

  EXPECT_EQ(pick(Mutate::Retype, declared, 0), "/a");
  EXPECT_EQ(pick(Mutate::Retype, declared, third - 1), "/a");
  EXPECT_EQ(pick(Mutate::Retype, declared, third + 2), "/b");
  EXPECT_EQ(pick(Mutate::Retype, declared, UINT64_MAX), "/c");
  EXPECT_EQ(pick(Mutate::Retype, declared, third + 2), "/b") << "the same draw, the same place";
}

TEST(Drift, ReachesEveryDeclaredPropertyAndNoOther) {
  const Declared declared{{"/a", true, {}}, {"/b", false, {}}, {"/c", false, {}}};
  std::set<std::string> seen;
  for (uint64_t i = 0; i < 64; ++i) seen.insert(pick(Mutate::Remove, declared, i << 58U));

  EXPECT_EQ(seen, (std::set<std::string>{"/a", "/b", "/c"}));
}

TEST(Drift, ChoosesOnlyPropertiesWithAnEnumToLeaveOne) {
  const Declared declared{{"/a", true, {}}, {"/b", false, {"\"x\"", "\"z\""}}, {"/c", false, {}}};
  for (const uint64_t draw : {uint64_t{0}, UINT64_MAX / 2, UINT64_MAX}) {
    EXPECT_EQ(pick(Mutate::Enum, declared, draw), "/b");
  }
  EXPECT_EQ(pick(Mutate::Enum, {{"/a", true, {}}}, 0), "no_target");
}

TEST(Drift, HasNoTargetWhenNothingIsDeclared) {
  EXPECT_EQ(pick(Mutate::Retype, {}, 0), "no_target");
}

}  // namespace
}  // namespace faultline::filters
