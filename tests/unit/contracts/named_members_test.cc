// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/evaluator.h"
#include "contracts/json_schema/walk.h"
#include "proxy/base/random.h"
#include "proxy/json/tape.h"
#include "tests/unit/contracts/contracts_support.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

// What the fast mode says of names spares the walk, so it must never say more than the walk finds.
namespace faultline::contracts::json_schema {
namespace {

class Undeclared final : public MemberVisitor {
 public:
  void on_member(const json::Member& member, const MemberFacts& facts,
                 const WalkPath& path) override {
    static_cast<void>(member);
    if (!facts.is_declared && !facts.is_open) found += path.pointer() + " ";
  }
  std::string found;
};

std::string undeclared_in(const CompiledSchema& schema, json::Value value) {
  Undeclared visitor;
  walk_members(schema.program, schema.id, value, Direction::Response, visitor);
  return visitor.found;
}

Judgement judge_text(const CompiledSchema& schema, std::string_view text) {
  const auto document = json::Document::parse(text);
  if (document) return judge(schema.program, schema.id, document->root(), Direction::Response);
  ADD_FAILURE() << "no JSON: " << text;
  return {};
}

constexpr std::string_view kOrder = R"({
  "type": "object", "required": ["id"],
  "properties": {
    "id": { "type": "integer" },
    "customer": { "$ref": "#/$defs/Customer" },
    "items": { "type": "array", "items": { "$ref": "#/$defs/Item" } } },
  "$defs": {
    "Customer": { "type": "object", "required": ["name"], "properties": { "name": {} } },
    "Item": { "type": "object", "properties": { "sku": { "minLength": 1 } } } } })";

TEST(NamedMembers, AreAllThereWhereNamesAloneDecide) {
  const CompiledSchema order = compile_schema(std::string(kOrder), Dialect::OpenApi31);
  struct Case {
    std::string_view value;
    bool is_all_named;
  };
  for (const Case& c : {Case{R"({"id":1})", true},
                        Case{R"({"id":1,"customer":{"name":"a"},"items":[{"sku":"s"},{}]})", true},
                        Case{R"({"id":1,"items":[]})", true}, Case{R"({"id":1,"more":1})", false},
                        Case{R"({"id":1,"customer":{"name":"a","more":1}})", false},
                        Case{R"({"id":1,"items":[{"sku":"s"},{"more":1}]})", false},
                        // Nobody looks into what may be anything.
                        Case{R"({"id":1,"customer":{"name":{"first":"a"}}})", false},
                        // An invalid value may not have been looked at to its end.
                        Case{R"({"id":"1"})", false}}) {
    EXPECT_EQ(judge_text(order, c.value).is_all_named, c.is_all_named) << c.value;
  }
}

TEST(NamedMembers, AreNotSureWhereRulesMeetInOnePlace) {
  struct Case {
    std::string_view schema;
    std::string_view value;
  };
  // Counted twice in one place, "a" would stand for "more" in the other.
  for (const Case& c :
       {Case{R"({"properties":{"x":{"allOf":[{"properties":{"a":{"minimum":0}}},
                                             {"properties":{"a":{"maximum":9}}}]},
                               "y":{}}})",
             R"({"x":{"a":1},"y":{"more":1}})"},
        Case{R"({"properties":{"x":{"$ref":"#/$defs/A","properties":{"a":{"maximum":9}}},"y":{}},
                 "$defs":{"A":{"properties":{"a":{"minimum":0}}}}})",
             R"({"x":{"a":1},"y":{"more":1}})"},
        Case{R"({"properties":{"x":{"minProperties":1}},
                 "patternProperties":{"^x":{"properties":{"a":{"minimum":0}}}}})",
             R"({"x":{"a":1}})"}}) {
    const CompiledSchema schema = compile_schema(std::string(c.schema), Dialect::OpenApi31);
    const Judgement judged = judge_text(schema, c.value);
    EXPECT_EQ(judged.outcome, Outcome::Valid) << c.schema;
    EXPECT_FALSE(judged.is_all_named) << c.schema;
  }
}

/// Schemas and values at random over few names and kinds, so that all sorts of agreement occur.
class Drawn {
 public:
  explicit Drawn(uint64_t seed) : seed_(seed) {}

  std::string schema(int depth) {
    if (depth == 0) {
      return std::string(pick<std::string_view>({"{}", R"({"type":"integer"})", R"({"minimum":2})",
                                                 R"({"maxLength":1})", R"({"$ref":"#/$defs/d"})",
                                                 R"({"type":"object"})"}));
    }
    switch (draw(7)) {
      case 0:
        return R"({"items":)" + schema(depth - 1) + "}";
      case 1:
        return R"({"allOf":[)" + schema(depth - 1) + "," + schema(depth - 1) + "]}";
      case 2:
        return R"({"anyOf":[)" + schema(depth - 1) + "," + schema(depth - 1) + "]}";
      case 3:
        return R"({"$ref":"#/$defs/d","properties":{"a":)" + schema(depth - 1) + "}}";
      case 4:
        return R"({"patternProperties":{"^[ab]":)" + schema(depth - 1) +
               R"(},"properties":{"b":{}}})";
      case 5:
        return R"({"properties":{"a":)" + schema(depth - 1) + R"(},"additionalProperties":)" +
               schema(depth - 1) + "}";
      default:
        return R"({"required":["a"],"properties":{"a":)" + schema(depth - 1) + R"(,"b":)" +
               schema(depth - 1) + "}}";
    }
  }

  std::string value(int depth) {
    if (depth == 0 || draw(4) == 0) return std::string(pick<std::string_view>({"1", "3", "\"x\""}));
    if (draw(4) == 0) return "[" + value(depth - 1) + "," + value(depth - 1) + "]";
    std::string text = R"({"a":)" + value(depth - 1);
    if (draw(2) == 0) text += R"(,"b":)" + value(depth - 1);
    if (draw(8) == 0) text += R"(,"c":)" + value(depth - 1);
    return text + "}";
  }

 private:
  uint64_t draw(uint64_t below) {
    seed_ = random::absorb(seed_, 1);
    return seed_ % below;
  }
  template <typename T, size_t kSize>
  T pick(const T (&list)[kSize]) {
    return list[draw(kSize)];
  }

  uint64_t seed_;
};

TEST(NamedMembers, LeaveNothingForTheWalkToFind) {
  int named = 0;
  int unnamed = 0;
  for (uint64_t seed = 1; seed <= 400; ++seed) {
    Drawn drawn(seed);
    std::string text = drawn.schema(3);
    text.back() = text.size() > 2 ? ',' : ' ';
    text += R"("$defs":{"d":)" + Drawn(seed + 1000).schema(0) + "}}";
    if (text.find(R"("d":{"$ref")") != std::string::npos) continue;  // a circle
    const CompiledSchema schema = compile_schema(text, Dialect::OpenApi31);
    for (int i = 0; i < 40; ++i) {
      const std::string instance = drawn.value(3);
      const auto document = json::Document::parse(instance);
      ASSERT_TRUE(document) << instance;
      const Judgement judged =
          judge(schema.program, schema.id, document->root(), Direction::Response);
      const std::string found = undeclared_in(schema, document->root());
      if (judged.is_all_named) {
        ASSERT_EQ(found, "") << text << "\n" << instance;
        if (document->root().is_object()) ++named;
      }
      if (!found.empty()) ++unnamed;
    }
  }
  EXPECT_GT(named, 100);
  EXPECT_GT(unnamed, 100);
}

}  // namespace
}  // namespace faultline::contracts::json_schema
