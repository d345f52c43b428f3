// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/evaluator.h"
#include "contracts/json_schema/exemptions.h"
#include "proxy/json/tape.h"
#include "tests/unit/contracts/contracts_support.h"

#include <gtest/gtest.h>

#include <string>

// Whatever the schema and the value, an evaluation ends: what it may not take ends as "budget", and
// what the fast mode has found is not lost because to explain it would take too long.
namespace faultline::contracts::json_schema {
namespace {

struct Judged {
  Outcome fast = Outcome::Valid;
  Outcome full = Outcome::Valid;
  Report report;
};

Judged judge(const std::string& schema_text, const std::string& text,
             Dialect dialect = Dialect::Draft2020, Direction direction = Direction::Response) {
  const CompiledSchema schema = compile_schema(schema_text, dialect);
  const auto value = json::Document::parse(text, {.depth_max = json::kDepthCeiling});
  Judged judged;
  if (!value) {
    ADD_FAILURE() << "the instance is no JSON";
    return judged;
  }
  judged.fast = verdict(schema.program, schema.id, value->root(), direction);
  judged.full = collect(schema.program, schema.id, value->root(), direction, judged.report);
  return judged;
}

void expect_budget(const Judged& judged) {
  EXPECT_EQ(judged.fast, Outcome::Unknown);
  EXPECT_EQ(judged.full, Outcome::Unknown);
  EXPECT_TRUE(judged.report.unverifiable.contains(std::string(kBudget)));
  EXPECT_TRUE(judged.report.errors.empty());
}

std::string repeated(const std::string& part, size_t times, const std::string& between = ",") {
  std::string text;
  for (size_t i = 0; i < times; ++i) text += (i == 0 ? "" : between) + part;
  return text;
}

TEST(EvaluatorBudget, KeepsAnInvalidVerdictThatTakesTooLongToExplain) {
  std::string branches;
  for (int i = 0; i < 6; ++i) {
    branches += (i == 0 ? "" : ",") + std::string(R"({"items":{"type":"string","minLength":)") +
                std::to_string(i) + "}}";
  }

  const Judged judged = judge("{\"anyOf\":[" + branches + "]}", "[" + repeated("1", 500'000) + "]");

  EXPECT_EQ(judged.fast, Outcome::Invalid);
  EXPECT_EQ(judged.full, Outcome::Invalid);
  ASSERT_EQ(judged.report.errors.size(), 1U);
  EXPECT_EQ(judged.report.errors[0].keyword, "type");
  EXPECT_EQ(judged.report.errors[0].pointer, "/0");
  EXPECT_TRUE(judged.report.unverifiable.contains(std::string(kBudget)));
}

TEST(EvaluatorBudget, CountsAnExpressionOnALongText) {
  // The automaton of the expression outgrows any memory; then each byte costs its whole size.
  const std::string schema = R"({"pattern":"[ab]*a[ab]{900}[ab]{900}[ab]{900}c"})";

  expect_budget(judge(schema, "\"" + std::string(900'000, 'a') + "\""));
  EXPECT_EQ(judge(schema, "\"" + std::string(100, 'a') + "\"").full, Outcome::Invalid);
}

TEST(EvaluatorBudget, JudgesLongTextsByOrdinaryExpressions) {
  const std::string text = "\"" + std::string(1'000'000, 'a') + "\"";

  EXPECT_EQ(judge(R"({"pattern":"^[a-z0-9+/]+=*$"})", text).full, Outcome::Valid);
  EXPECT_EQ(judge(R"({"pattern":"^(?:[A-Za-z]+-?)*$"})", text).full, Outcome::Valid);
}

TEST(EvaluatorBudget, CountsAllThatUniqueItemsHashes) {
  // Lists in lists: each level hashes all that is below it again.
  const size_t levels = 100;
  const std::string schema = R"({"uniqueItems":true,"items":{"$ref":"#"}})";
  std::string numbers = "0";
  for (int i = 1; i < 60'000; ++i) numbers += "," + std::to_string(i);
  std::string text = "[" + numbers + "]";
  for (size_t i = 0; i < levels; ++i) text = "[0," + text + "]";

  expect_budget(judge(schema, text));
}

TEST(EvaluatorBudget, EndsWhereSchemasStandTooDeepInEachOther) {
  std::string definitions;
  for (int i = 0; i < 600; ++i) {
    definitions += "\"d" + std::to_string(i) +
                   "\":{\"maxProperties\":9,\"allOf\":[{\"$ref\":\"#/$defs/d" +
                   std::to_string(i + 1) + "\"}]},";
  }

  expect_budget(
      judge("{\"$ref\":\"#/$defs/d0\",\"$defs\":{" + definitions + "\"d600\":{}}}", "{}"));
}

TEST(EvaluatorBudget, EndsWhereTheMemoryForUnevaluatedItemsEnds) {
  expect_budget(judge(R"({"anyOf":[{"prefixItems":[true]},{"prefixItems":[true,true]}],)"
                      R"("unevaluatedItems":{"type":"integer"}})",
                      "[" + repeated("1", 600'000) + "]"));
}

// ---- what OpenAPI 3.0 lets be absent

/// `levels` schemas, each consisting of the next one `width` times.
std::string ladder(int levels, int width, const std::string& last) {
  std::string text = R"({"required":["a"],"allOf":[{"$ref":"#/definitions/d0"}],"definitions":{)";
  for (int i = 0; i < levels; ++i) {
    const std::string next = "{\"$ref\":\"#/definitions/d" + std::to_string(i + 1) + "\"}";
    text += "\"d" + std::to_string(i) + "\":{\"allOf\":[" +
            repeated(next, static_cast<size_t>(width)) + "]},";
  }
  return text + "\"d" + std::to_string(levels) + "\":" + last + "}}";
}

/// Whether `a` may be absent from what the ladder describes, and the steps that took.
struct Exempt {
  std::optional<bool> answer;
  uint32_t steps = 0;
};
Exempt exempt_of_ladder(int levels, int width, const std::string& last, bool is_request,
                        uint32_t steps = 100'000) {
  const CompiledSchema schema = compile_schema(ladder(levels, width, last), Dialect::OpenApi30);
  uint32_t left = steps;
  Exempt exempt;
  exempt.answer = is_exempt(schema.program, schema.id, "a", is_request, left);
  exempt.steps = steps - left;
  return exempt;
}

TEST(Exemptions, AreFoundAtAnyDepthInStepsThatGrowWithTheSchemas) {
  const std::string read_only = R"({"properties":{"a":{"readOnly":true}}})";

  const Exempt request = exempt_of_ladder(40, 8, read_only, true);
  const Exempt response = exempt_of_ladder(40, 8, read_only, false);

  EXPECT_EQ(request.answer, true);
  EXPECT_LE(request.steps, 50U);
  EXPECT_EQ(response.answer, false);
  EXPECT_EQ(response.steps, 0U);  // nothing is writeOnly anywhere
}

TEST(Exemptions, AreOfTheNameAndItsMarkAlone) {
  const std::string other = R"({"properties":{"a":{},"b":{"readOnly":true}}})";
  const std::string behind = R"({"properties":{"a":{"allOf":[{"allOf":[{"readOnly":true}]}]}}})";

  EXPECT_EQ(exempt_of_ladder(3, 2, other, true).answer, false);
  EXPECT_EQ(exempt_of_ladder(3, 2, behind, true).answer, true);
  EXPECT_EQ(exempt_of_ladder(3, 2, behind, false).answer, false);
}

TEST(Exemptions, EndAtTheirSteps) {
  const std::string read_only = R"({"properties":{"b":{"readOnly":true}}})";

  EXPECT_EQ(exempt_of_ladder(40, 2, read_only, true, 10).answer, std::nullopt);
}

TEST(Exemptions, DecideAboutRequiredMembers) {
  const std::string schema = ladder(20, 6, R"({"properties":{"a":{"readOnly":true}}})");

  const Judged request = judge(schema, "{}", Dialect::OpenApi30, Direction::Request);
  const Judged response = judge(schema, "{}", Dialect::OpenApi30, Direction::Response);

  // The value is judged by each way through the ladder, which is more than anyone waits for.
  EXPECT_NE(request.fast, Outcome::Invalid);
  EXPECT_EQ(response.fast, Outcome::Invalid);
  EXPECT_EQ(response.full, Outcome::Invalid);
  EXPECT_FALSE(response.report.errors.empty());
}

}  // namespace
}  // namespace faultline::contracts::json_schema
