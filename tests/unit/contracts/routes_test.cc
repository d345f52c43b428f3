// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/schema.h"
#include "proxy/json/pointer.h"
#include "tests/unit/contracts/contracts_support.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace faultline::contracts::json_schema {
namespace {

using Step = Route::Step;

struct Case {
  std::string_view schema;
  json::Kind kind;
  Step step;
  std::string_view where;  // the schema that the route leads to
};

TEST(Routes, LeadToTheOneRuleThatIsLeft) {
  const std::vector<Case> cases = {
      {R"({"minLength":2})", json::Kind::String, Step::Text, ""},
      {R"({"enum":["a","b"]})", json::Kind::String, Step::Listed, ""},
      {R"({"type":"integer"})", json::Kind::Number, Step::Number, ""},
      {R"({"minimum":1})", json::Kind::Number, Step::Number, ""},
      {R"({"items":{"type":"string"}})", json::Kind::Array, Step::Items, ""},
      {R"({"required":["a"]})", json::Kind::Object, Step::Members, ""},
      {R"({"patternProperties":{"^x-":{"type":"null"}}})", json::Kind::Object, Step::Members, ""},
      // Through references and branches that have no rival.
      {R"({"anyOf":[{"type":"string","minLength":2},{"type":"array","maxItems":1}]})",
       json::Kind::String, Step::Text, "/anyOf/0"},
      {R"({"oneOf":[{"type":"string","minLength":2},{"type":"array","maxItems":1}]})",
       json::Kind::Array, Step::Items, "/oneOf/1"},
      {R"({"$defs":{"a":{"allOf":[{"type":"string"},{"pattern":"^a"}]}},"title":"x",
           "anyOf":[{"$ref":"#/$defs/a"},{"type":"number"}]})",
       json::Kind::String, Step::Text, "/$defs/a/allOf/1"},
      {R"({"type":"string","not":{"type":"null"},"allOf":[{"maxLength":3}]})", json::Kind::String,
       Step::Text, "/allOf/0"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.schema);
    const CompiledSchema schema = compile_schema(std::string(c.schema), Dialect::OpenApi31);
    const Route& route = schema.program[schema.id].route(c.kind);
    EXPECT_EQ(route.step(), c.step);
    const auto where = json::resolve(schema.document->root(), c.where);
    ASSERT_TRUE(where);
    EXPECT_EQ(schema.program[route.schema()].source.index(), where->index());
  }
}

TEST(Routes, KeepToTheWholeSchemaWhereMoreIsAsked) {
  for (const std::string_view text :
       {R"({"minLength":2,"enum":["ab"]})", R"({"enum":["a",1]})", R"({"not":{"const":"a"}})",
        R"({"anyOf":[{"minLength":2},{"maxLength":5}]})", R"({"if":{"const":"a"},"then":false})",
        R"({"minLength":2,"allOf":[{"maxLength":5}]})", R"({"pattern":"(?=a)"})
    "}) {
        SCOPED_TRACE(text);
  const CompiledSchema schema = compile_schema(std::string(text), Dialect::OpenApi31);
  const Route& route = schema.program[schema.id].route(json::Kind::String);
  EXPECT_EQ(route.step(), Step::Lean);
  EXPECT_EQ(route.schema(), schema.id);
}
}

TEST(Routes, LeaveDynamicScopesAndTheUnevaluatedToTheGeneralWay) {
  for (const std::string_view text : {R"({"unevaluatedProperties":false})",
                                      R"({"$id":"http://a.example/","$dynamicAnchor":"n","$ref":"b",
            "$defs":{"b":{"$id":"b","$dynamicAnchor":"n","items":{"$dynamicRef":"#n"}}}})"}) {
    SCOPED_TRACE(text);
    const CompiledSchema schema = compile_schema(std::string(text), Dialect::Draft2020);
    EXPECT_EQ(schema.program[schema.id].route(json::Kind::Object).step(), Step::General);
  }
}

}  // namespace
}  // namespace faultline::contracts::json_schema
