// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/evaluator.h"

#include "proxy/json/pointer.h"
#include "proxy/json/splice.h"
#include "tests/unit/contracts/contracts_support.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace faultline::contracts::json_schema {
namespace {

/// A small generator of its own, so that a failure is told by its seed.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed * 2654435769U + 1) {}
  uint32_t roll(uint32_t sides) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<uint32_t>(state_ >> 33U) % sides;
  }

 private:
  uint64_t state_;
};

std::string random_value(Dice& dice, int depth) {
  switch (dice.roll(depth > 3 ? 8 : 11)) {
    case 0:
      return "null";
    case 1:
      return dice.roll(2) == 0 ? "true" : "false";
    case 2:
      return std::to_string(dice.roll(6));
    case 3:
      return std::to_string(dice.roll(3)) + ".5";
    case 4:
      return "1e" + std::to_string(dice.roll(3));
    case 5:
    case 6:
    case 7:
      return "\"" + std::string(dice.roll(4), "ab-"[dice.roll(3)]) + "\"";
    case 8: {
      std::string text = "[";
      for (uint32_t i = dice.roll(4); i > 0; --i) text += random_value(dice, depth + 1) + ",";
      if (text.size() > 1) text.pop_back();
      return text + "]";
    }
    default: {
      std::string text = "{";
      for (uint32_t i = dice.roll(4); i > 0; --i) {
        text += "\"" + std::string(1, "abck"[dice.roll(4)]) +
                "\":" + random_value(dice, depth + 1) + ",";
      }
      if (text.size() > 1) text.pop_back();
      return text + "}";
    }
  }
}

std::string random_schema(Dice& dice, int depth);

std::string random_branches(Dice& dice, int depth) {
  std::string text = "[";
  for (uint32_t i = dice.roll(3) + 1; i > 0; --i) text += random_schema(dice, depth + 1) + ",";
  text.back() = ']';
  return text;
}

std::string random_keyword(Dice& dice, int depth) {
  const std::string below = depth > 2 ? "{}" : random_schema(dice, depth + 1);
  switch (dice.roll(24)) {
    case 0:
      return R"("type":"integer")";
    case 1:
      return R"("type":["string","object","array"])";
    case 2:
      return R"("type":"object")";
    case 3:
      return R"("enum":[1,"a",null,[],{"a":1}])";
    case 4:
      return R"("const":1)";
    case 5:
      return R"("minimum":1)";
    case 6:
      return R"("exclusiveMaximum":4)";
    case 7:
      return R"("multipleOf":0.5)";
    case 8:
      return R"("minLength":1,"maxLength":2)";
    case 9:
      return R"("pattern":"^a")";
    case 10:
      return R"("required":["a","b"])";
    case 11:
      return R"("properties":{"a":)" + below + R"(,"b":{"type":"string"}})";
    case 12:
      return R"("additionalProperties":)" + below;
    case 13:
      return R"("patternProperties":{"[ab]":)" + below + "}";
    case 14:
      return R"("items":)" + below;
    case 15:
      return R"("prefixItems":)" + random_branches(dice, depth + 1);
    case 16:
      return R"("contains":)" + below + R"(,"minContains":)" + std::to_string(dice.roll(3));
    case 17:
      return R"("uniqueItems":true,"maxItems":3)";
    case 18:
      return R"("allOf":)" + random_branches(dice, depth + 1);
    case 19:
      return R"("anyOf":)" + random_branches(dice, depth + 1);
    case 20:
      return R"("oneOf":)" + random_branches(dice, depth + 1);
    case 21:
      return R"("not":)" + below;
    case 22:
      return R"("if":)" + below + R"(,"then":{"minimum":2},"else":{"type":"string"})";
    default:
      return R"("$ref":"other.json")";  // nobody gave it: what it would say is unknown
  }
}

std::string random_schema(Dice& dice, int depth) {
  const uint32_t form = dice.roll(12);
  if (form == 0) return "true";
  if (form == 1) return "false";
  if (form == 2) return R"({"$ref":"#"})";
  if (depth > 3) return R"({"type":"string"})";
  return "{" + random_keyword(dice, depth) + "}";
}

TEST(Evaluator, BothModesAgreeAndEveryFailureHasAnError) {
  size_t outcomes[3] = {0, 0, 0};
  for (uint64_t seed = 0; seed < 1500; ++seed) {
    Dice dice(seed);
    std::string schema_text = "{" + random_keyword(dice, 0) + "," + random_keyword(dice, 0) + "}";
    if (!json::Document::parse(schema_text)->duplicate_keys().empty()) continue;
    const CompiledSchema schema = compile_schema(schema_text, Dialect::OpenApi31);
    for (int i = 0; i < 12; ++i) {
      const std::string text = random_value(dice, 0);
      SCOPED_TRACE("seed " + std::to_string(seed) + ": " + schema_text + " on " + text);
      const auto value = json::Document::parse(text);
      ASSERT_TRUE(value);

      Report report;
      const Outcome fast = verdict(schema.program, schema.id, value->root(), Direction::Response);
      const Outcome full =
          collect(schema.program, schema.id, value->root(), Direction::Response, report);

      ASSERT_EQ(fast, full);
      EXPECT_EQ(full == Outcome::Invalid, !report.errors.empty());
      if (full == Outcome::Unknown) {
        EXPECT_FALSE(report.unverifiable.empty());
      }
      if (full == Outcome::Valid) {
        EXPECT_TRUE(report.unverifiable.empty());
      }
      ++outcomes[static_cast<size_t>(full)];
    }
  }
  // The generator must reach every outcome often, or the test says nothing.
  for (const size_t count : outcomes) EXPECT_GT(count, 500U);
}

/// The texts and numbers of a value, without names.
void collect_scalars(json::Value value, std::vector<json::Value>& scalars) {
  if (value.is_string() || value.is_number()) scalars.push_back(value);
  for (const json::Value element : value.elements()) collect_scalars(element, scalars);
  for (const json::Member& member : value.members()) collect_scalars(member.value, scalars);
}

TEST(Evaluator, SaysTheSameOfEveryValueThatDiffersOnlyInWhatItDidNotRead) {
  const std::vector<std::string> others[2] = {
      {"7", "0.25", "-1e9", "18446744073709551616"},
      {R"("")", R"("a")", R"("b-b")", R"("a longer text")"}};
  size_t read = 0;
  size_t unread = 0;
  for (uint64_t seed = 0; seed < 1500; ++seed) {
    Dice dice(seed);
    const std::string schema_text =
        "{" + random_keyword(dice, 0) + "," + random_keyword(dice, 0) + "}";
    if (!json::Document::parse(schema_text)->duplicate_keys().empty()) continue;
    const CompiledSchema schema = compile_schema(schema_text, Dialect::OpenApi31);
    for (int i = 0; i < 8; ++i) {
      const std::string text = random_value(dice, 0);
      const auto value = json::Document::parse(text);
      ASSERT_TRUE(value);
      Readings readings;
      readings.restart(value->root().extent());
      const Judgement judged =
          judge(schema.program, schema.id, value->root(), Direction::Response, readings);

      std::vector<json::Value> scalars;
      collect_scalars(value->root(), scalars);
      for (const json::Value scalar : scalars) {
        ++(readings.has(scalar) ? read : unread);
        if (readings.has(scalar)) continue;
        for (const std::string& other : others[scalar.is_string() ? 1 : 0]) {
          const std::string changed =
              json::splice(text, {json::replace_value(scalar, other)}).value();
          SCOPED_TRACE("seed " + std::to_string(seed) + ": " + schema_text + " on " + text +
                       " and " + changed);
          const auto again = json::Document::parse(changed);
          ASSERT_TRUE(again);
          const Judgement same =
              judge(schema.program, schema.id, again->root(), Direction::Response);
          ASSERT_EQ(same.outcome, judged.outcome);
          ASSERT_EQ(same.is_all_named, judged.is_all_named);
        }
      }
    }
  }
  // Either must come often, or the test says nothing.
  EXPECT_GT(read, 2000U);
  EXPECT_GT(unread, 2000U);
}

TEST(Evaluator, ReadsOnlyWhereTheSchemaAsksForMoreThanAKind) {
  const CompiledSchema schema = compile_schema(
      R"({"properties":{"name":{"type":"string"},"code":{"pattern":"^a"},"size":{"maximum":9},)"
      R"("tags":{"items":{"type":"string"}},"ids":{"uniqueItems":true},)"
      R"("inner":{"type":"object","properties":{"text":{"type":"string"},)"
      R"("kind":{"enum":["x"]}}}}})",
      Dialect::OpenApi31);
  const std::string text = R"({"name":"n","code":"a","size":1,"tags":["t"],"ids":["i"],)"
                           R"("inner":{"text":"t","kind":"x"},"other":"o"})";
  const auto value = json::Document::parse(text);
  ASSERT_TRUE(value);
  Readings readings;
  readings.restart(value->root().extent());

  const Judgement judged =
      judge(schema.program, schema.id, value->root(), Direction::Response, readings);

  EXPECT_EQ(judged.outcome, Outcome::Valid);
  const auto is_read = [&](std::string_view pointer) {
    return readings.has(*json::resolve(value->root(), pointer));
  };
  for (const std::string_view pointer : {"/code", "/size", "/ids/0", "/inner/kind"}) {
    EXPECT_TRUE(is_read(pointer)) << pointer;
  }
  for (const std::string_view pointer : {"/name", "/tags/0", "/inner/text", "/other"}) {
    EXPECT_FALSE(is_read(pointer)) << pointer;
  }
}

TEST(Evaluator, EndsAtItsBudget) {
  // Three branches at each of 60 levels: 3^60 visits without a budget.
  const CompiledSchema schema =
      compile_schema(R"({"type":["array","integer"],"oneOf":[{"items":{"$ref":"#"},"minItems":9},)"
                     R"({"items":{"$ref":"#"},"minItems":8},)"
                     R"({"items":{"$ref":"#"},"allOf":[{"$ref":"other.json"}]}]})",
                     Dialect::OpenApi31);
  const std::string text = std::string(60, '[') + std::string(60, ']');
  const auto value = json::Document::parse(text);
  ASSERT_TRUE(value);
  Report report;

  const Outcome fast = verdict(schema.program, schema.id, value->root(), Direction::Response);
  const Outcome full =
      collect(schema.program, schema.id, value->root(), Direction::Response, report);

  EXPECT_EQ(fast, Outcome::Unknown);
  EXPECT_EQ(full, Outcome::Unknown);
  EXPECT_TRUE(report.unverifiable.contains("budget"));
}

TEST(Evaluator, SaysWhatWasExpected) {
  struct Case {
    std::string schema;
    std::string value;
    std::string expected;
    std::string actual;
  };
  const std::vector<Case> cases = {
      {R"({"type":["string","null"]})", "1", R"({"type":["string","null"]})",
       R"({"type":"integer"})"},
      {R"({"enum":["a","b"]})", "\"c\\u00e9\"", R"({"enum":["a","b"]})",
       R"({"type":"string","length":"1-8"})"},
      {R"({"maximum":5})", "5.5", R"({"maximum":5})", R"({"type":"number"})"},
      {R"({"minItems":2})", "[1]", R"({"minItems":2})", R"({"type":"array","items":1})"},
      {R"({"maxProperties":0})", "{\"a\":1}", R"({"maxProperties":0})",
       R"({"type":"object","properties":1})"},
      {R"({"additionalProperties":false})", "{\"a\":null}", R"({"additionalProperties":false})",
       R"({"type":"null"})"},
      {R"({"oneOf":[{},{}]})", "true", R"({"matching":1})", R"({"matching":2})"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.schema);
    const CompiledSchema schema = compile_schema(c.schema, Dialect::OpenApi31);
    const auto value = json::Document::parse(c.value);
    Report report;

    collect(schema.program, schema.id, value->root(), Direction::Response, report);

    ASSERT_EQ(report.errors.size(), 1U);
    EXPECT_EQ(report.errors[0].expected, c.expected);
    EXPECT_EQ(report.errors[0].actual, c.actual);
  }
}

TEST(Evaluator, KeepsExpectedShort) {
  std::string members;
  for (int i = 0; i < 200; ++i) members += "\"member-number-" + std::to_string(i) + "\",";
  members.pop_back();
  const CompiledSchema schema = compile_schema("{\"enum\":[" + members + "]}", Dialect::OpenApi31);
  const auto value = json::Document::parse("1");
  Report report;

  collect(schema.program, schema.id, value->root(), Direction::Response, report);

  ASSERT_EQ(report.errors.size(), 1U);
  EXPECT_LT(report.errors[0].expected.size(), 600U);
  EXPECT_TRUE(json::Document::parse(report.errors[0].expected));
}

TEST(Evaluator, NamesTheBranchItReports) {
  const CompiledSchema schema = compile_schema(
      R"({"oneOf":[{"type":"string"},{"type":"object","required":["a"]}]})", Dialect::OpenApi31);
  const auto value = json::Document::parse("{}");
  Report report;

  collect(schema.program, schema.id, value->root(), Direction::Response, report);

  ASSERT_EQ(report.errors.size(), 1U);
  EXPECT_EQ(report.errors[0].schema_path, "/oneOf/1/required/0");
  EXPECT_EQ(report.errors[0].hint, "the closest of 2 branches of oneOf");
}

/// The path of the one error that is left of a value's branches.
std::string error_path(const std::string& schema_text, const std::string& value_text) {
  const CompiledSchema schema = compile_schema(schema_text, Dialect::OpenApi31);
  const auto value = json::Document::parse(value_text);
  EXPECT_EQ(verdict(schema.program, schema.id, value->root(), Direction::Response),
            Outcome::Invalid);
  Report report;
  collect(schema.program, schema.id, value->root(), Direction::Response, report);
  return report.errors.empty() ? "none" : report.errors[0].schema_path;
}

TEST(Evaluator, ReportsTheBranchThatWasMeant) {
  struct Case {
    std::string schema;
    std::string value;
    std::string path;
  };
  const std::vector<Case> cases = {
      // Of the value's type.
      {R"({"anyOf":[{"type":"array"},{"type":"object","required":["a","b"]}]})", "{}",
       "/anyOf/1/required/0"},
      // A constant that tells branches apart counts for more than depth and number of errors.
      {R"({"anyOf":[
        {"properties":{"k":{"const":"a"}},"required":["x","y"]},
        {"properties":{"k":{"const":"b"},"p":{"properties":{"q":{"type":"null"}}}}}]})",
       R"({"k":"a","p":{"q":1}})", "/anyOf/0/required/0"},
      // The one that contradicts only deep inside, although it has more errors.
      {R"({"anyOf":[
        {"required":["z"]},
        {"properties":{"p":{"properties":{"q":{"type":"null"},"r":{"type":"null"}}}}}]})",
       R"({"p":{"q":1,"r":1}})", "/anyOf/1/properties/p/properties/q/type"},
      // A constant deep inside tells nothing about the branch.
      {R"({"oneOf":[
        {"properties":{"p":{"properties":{"q":{"enum":["a"]}}}}},
        {"properties":{"p":{"type":"null"}}}]})",
       R"({"p":{"q":"b"}})", "/oneOf/0/properties/p/properties/q/enum"},
      // Fewest errors.
      {R"({"anyOf":[
        {"properties":{"a":{"type":"null"},"b":{"type":"null"}}},
        {"properties":{"a":{"type":"null"},"b":{"type":"integer"}}}]})",
       R"({"a":1,"b":1})", "/anyOf/1/properties/a/type"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.schema);
    EXPECT_EQ(error_path(c.schema, c.value), c.path);
  }
}

TEST(Evaluator, ChoosesBranchesByWhatAMemberSays) {
  const std::string branches = R"([
    {"required":["k"],"properties":{"k":{"const":"cat"},"n":{"type":"integer"}}},
    {"required":["k"],"properties":{"k":{"enum":["dog","a long name, hashed"]},
                                    "n":{"type":"string"}}},
    {"properties":{"k":{"type":"null"}}}])";
  struct Case {
    std::string value;
    Outcome outcome;
  };
  const std::vector<Case> cases = {
      {R"({"k":"cat","n":1})", Outcome::Valid},
      {R"({"k":"cat","n":"1"})", Outcome::Invalid},
      {R"({"k":"dog","n":"1"})", Outcome::Valid},
      {R"({"k":"a long name, hashed","n":"1"})", Outcome::Valid},
      {R"({"k":"a long name, hashes","n":"1"})", Outcome::Invalid},
      {R"({"k":"cow"})", Outcome::Invalid},
      {R"({"k":null})", Outcome::Valid},
      {R"({"k":1})", Outcome::Invalid},
      {"{}", Outcome::Valid},
      {R"({"k":"cat","k":"dog"})", Outcome::Invalid},  // each must match
      {"7", Outcome::Invalid},                         // all three hold: not exactly one
  };
  const CompiledSchema any = compile_schema("{\"anyOf\":" + branches + "}", Dialect::OpenApi31);
  const CompiledSchema one = compile_schema("{\"oneOf\":" + branches + "}", Dialect::OpenApi31);
  ASSERT_NE(one.program[one.id].combination->one_selector, nullptr);
  EXPECT_EQ(one.program[one.id].combination->one_selector->name, "k");
  for (const auto& c : cases) {
    SCOPED_TRACE(c.value);
    const auto value = json::Document::parse(c.value);
    Report report;
    EXPECT_EQ(verdict(one.program, one.id, value->root(), Direction::Response), c.outcome);
    EXPECT_EQ(collect(one.program, one.id, value->root(), Direction::Response, report), c.outcome);
    if (value->root().is_object()) {
      EXPECT_EQ(verdict(any.program, any.id, value->root(), Direction::Response), c.outcome);
    }
  }
}

/// In OpenAPI 3.0 a member that is required may be absent: it is of the other direction.
TEST(Evaluator, KeepsABranchWhoseMemberIsExempt) {
  const CompiledSchema schema = compile_schema(R"({
      "properties":{"k":{"type":"string","readOnly":true}},
      "oneOf":[{"required":["k","n"],"properties":{"k":{"enum":["a"]}}},
               {"required":["k","m"],"properties":{"k":{"enum":["b"]}}}]})",
                                               Dialect::OpenApi30);
  const auto value = json::Document::parse(R"({"n":1})");

  EXPECT_EQ(verdict(schema.program, schema.id, value->root(), Direction::Request), Outcome::Valid);
  EXPECT_EQ(verdict(schema.program, schema.id, value->root(), Direction::Response),
            Outcome::Invalid);
}

TEST(Evaluator, KnowsWhichTypesARecursiveSchemaAllows) {
  const CompiledSchema schema = compile_schema(
      R"({"anyOf":[{"type":"integer"},{"type":"array","items":{"$ref":"#"}},{"enum":["x",true]}]})",
      Dialect::OpenApi31);

  EXPECT_EQ(schema.program[schema.id].possible,
            types::kInteger | types::kArray | types::kString | types::kBoolean);
}

TEST(Evaluator, KnowsWhichKindsOfValueAreValidWhateverTheySay) {
  struct Case {
    std::string schema;
    TypeMask certain;
  };
  const std::vector<Case> cases = {
      {"{}", types::kAny},
      {"false", 0},
      {R"({"type":["string","integer"]})", types::kString},
      {R"({"anyOf":[{"type":"null"},{"type":"string","minLength":1}]})", types::kNull},
      {R"({"oneOf":[{"type":"null"},{"type":["null","boolean"]}]})", types::kBoolean},
      {R"({"oneOf":[{"type":"null"},{"enum":[1]}]})", types::kNull},
      {R"({"allOf":[{"type":["null","array"]},{"maxItems":1}]})", types::kNull},
      {R"({"type":["string","object"],"not":{"type":"object"}})", types::kString},
      {R"({"type":"string","pattern":"(?=a)b"})", 0},  // cannot run
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.schema);
    const CompiledSchema schema = compile_schema(c.schema, Dialect::Draft2020);
    EXPECT_EQ(schema.program[schema.id].certain, c.certain);
  }
}

TEST(Evaluator, JudgesNumbersByLooksAndExactlyAlike) {
  // What digits before the point settle is settled by them; the exact comparison must agree.
  const std::vector<std::string> numbers = {"0",
                                            "-0",
                                            "-0.0",
                                            "1",
                                            "1.0",
                                            "9.99",
                                            "10",
                                            "10.0",
                                            "10.01",
                                            "1e1",
                                            "1e-1",
                                            "-0.5",
                                            "-1",
                                            "2147483647",
                                            "2147483647.0",
                                            "2147483648",
                                            "-2147483648",
                                            "-2147483649",
                                            "9223372036854775807",
                                            "-9223372036854775808",
                                            "9223372036854775808",
                                            "9223372036854775807.0",
                                            "12345678901234567.5",
                                            "123456789012345678.5",
                                            "3.5e38",
                                            "1e39",
                                            "-1e39",
                                            "1e309",
                                            "0.00000000000000000000000000000001"};
  struct Rule {
    std::string text;
    Format format;
    NumberBound::Kind kind;
    std::string bound;
  };
  using Kind = NumberBound::Kind;
  std::vector<Rule> rules;
  for (const auto& [name, format] :
       std::vector<std::pair<std::string, Format>>{{"", Format::None},
                                                   {"int32", Format::Int32},
                                                   {"int64", Format::Int64},
                                                   {"float", Format::Float},
                                                   {"double", Format::Double},
                                                   {"uuid", Format::None}}) {
    for (const auto& [keyword, kind] :
         std::vector<std::pair<std::string, Kind>>{{"minimum", Kind::Minimum},
                                                   {"maximum", Kind::Maximum},
                                                   {"exclusiveMinimum", Kind::ExclusiveMinimum},
                                                   {"exclusiveMaximum", Kind::ExclusiveMaximum},
                                                   {"multipleOf", Kind::MultipleOf}}) {
      for (const std::string bound : {"1", "10", "0.5", "2147483648", "9223372036854775807"}) {
        std::string text = "{\"type\":\"number\",\"" + keyword + "\":" + bound;
        if (!name.empty()) text += ",\"format\":\"" + name + "\"";
        rules.push_back({text + "}", format, kind, bound});
      }
    }
  }
  for (const Rule& rule : rules) {
    const auto schema = compile_schema(rule.text, Dialect::OpenApi31);
    for (const std::string& number : numbers) {
      const std::string text = "[" + number + "]";
      const auto document = json::Document::parse(text);
      const auto exact = json::Decimal::parse(number);
      ASSERT_TRUE(document && exact);
      const NumberBound bound = {rule.kind, *json::Decimal::parse(rule.bound)};
      const auto admitted = bound.admits(*exact);
      const bool has_format = number_has_format(rule.format, *exact);
      const Outcome expected = !has_format || !admitted.value_or(true) ? Outcome::Invalid
                               : admitted                              ? Outcome::Valid
                                                                       : Outcome::Unknown;
      const json::Value value = *document->root().at(0);
      EXPECT_EQ(verdict(schema.program, schema.id, value, Direction::Response), expected)
          << rule.text << " " << number;
    }
  }
}

}  // namespace
}  // namespace faultline::contracts::json_schema
