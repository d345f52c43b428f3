// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/unit/contracts/contracts_support.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace faultline::contracts {
namespace {

// Lines and columns below are counted by hand in these texts.
constexpr const char* kYaml = R"(openapi: 3.0.3
info: { title: t, version: "1" }
paths:
  /pets/{id}:
    get:
      parameters:
        - name: id
          in: path
          required: true
          schema:
            type: integer
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema:
                $ref: "#/components/schemas/Pet"
components:
  schemas:
    Pet:
      type: object
      required:
        - id
        - name
      properties:
        id: { type: integer }
        prices:
          type: object
          additionalProperties:
            type: array
            items: { minimum: 0 }
)";

constexpr const char* kJson = R"({"openapi":"3.0.3","info":{"title":"t","version":"1"},
"paths":{"/pets/{id}":{"get":{"responses":{"200":{"description":"ok","content":{
  "application/json":{"schema":{"$ref":"#/components/schemas/Pet"}}}}}}}},
"components":{"schemas":{"Pet":{
    "type":"object",
    "required":["id"],
    "properties":{"id":{"type":"integer"}}}}}})";

std::string place(const Violation& violation) {
  const ContractPlace& at = violation.contract;
  return at.file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + " " +
         at.pointer + " " + at.resolved;
}

TEST(ContractPlaces, NameTheKeywordInYaml) {
  const auto contract = must_load("shop.yaml", kYaml);

  const auto result = contract->check(
      json_response("/pets/1", 200, R"({"id":"x","prices":{"EUR":[1,-1],"USD":[-2]}})"));

  ASSERT_EQ(result.violations.size(), 4U);
  const std::string use = "/paths/~1pets~1{id}/get/responses/200/content/application~1json/schema";
  const std::string pet = "/components/schemas/Pet";
  EXPECT_EQ(place(result.violations[0]),
            "shop.yaml:27:15 " + use + "/properties/id/type " + pet + "/properties/id/type");
  EXPECT_EQ(place(result.violations[1]),
            "shop.yaml:32:22 " + use + "/properties/prices/additionalProperties/items/minimum " +
                pet + "/properties/prices/additionalProperties/items/minimum");
  EXPECT_EQ(place(result.violations[3]),
            "shop.yaml:25:11 " + use + "/required/1 " + pet + "/required/1");
  EXPECT_EQ(result.violations[1].pointer, "/prices/EUR/1");
  EXPECT_EQ(result.violations[1].pointer_template, "/prices/{}/*");
  EXPECT_EQ(result.violations[2].pointer, "/prices/USD/0");
  EXPECT_EQ(result.violations[2].pointer_template, "/prices/{}/*");
  EXPECT_EQ(result.violations[3].pointer, "/name");
  EXPECT_EQ(result.violations[0].expected, R"({"type":"integer"})");
  EXPECT_EQ(result.violations[0].actual, R"({"type":"string","length":"1-8"})");
  EXPECT_EQ(result.violations[0].raw_value, "\"x\"");
  EXPECT_EQ(result.violations[3].expected, R"({"required":"name"})");
  EXPECT_EQ(result.operation, "GET /pets/{id}");
}

TEST(ContractPlaces, NameTheKeywordInJson) {
  const auto contract = must_load("shop.json", kJson);

  const auto result = contract->check(json_response("/pets/1", 200, R"({"id":null})"));

  ASSERT_EQ(result.violations.size(), 1U);
  EXPECT_EQ(place(result.violations[0]),
            "shop.json:7:25 "
            "/paths/~1pets~1{id}/get/responses/200/content/application~1json/schema/properties/"
            "id/type /components/schemas/Pet/properties/id/type");
}

TEST(ContractPlaces, NameTheParameterAndLeaveResolvedEmptyWhenItIsTheSame) {
  const auto contract = must_load("shop.yaml", kYaml);
  MessageView message;
  message.method = "GET";
  message.target = "/pets/x";

  const auto result = contract->check(message);

  ASSERT_EQ(result.violations.size(), 1U);
  EXPECT_EQ(place(result.violations[0]),
            "shop.yaml:11:13 /paths/~1pets~1{id}/get/parameters/0/schema/type ");
  EXPECT_EQ(result.violations[0].pointer, "id");
  EXPECT_EQ(result.violations[0].raw_value, "x");
}

TEST(ContractPlaces, ListOperationsWithTheirLines) {
  const auto contract = must_load("shop.yaml", kYaml);

  const auto operations = contract->operations();

  ASSERT_EQ(operations.size(), 1U);
  EXPECT_EQ(operations[0].id, "GET /pets/{id}");
  EXPECT_EQ(operations[0].file, "shop.yaml");
  EXPECT_EQ(operations[0].line, 5U);
  EXPECT_EQ(contract->description(), "openapi 3.0.3");
  EXPECT_EQ(contract->file(), "shop.yaml");
}

TEST(ContractPlaces, CapTheFindingsOfOneMessageAndCountTheRest) {
  const auto contract = must_load("c.yaml", R"(
openapi: 3.1.0
info: { title: t, version: "1" }
paths:
  /x:
    get:
      responses:
        "200":
          description: ok
          content: { application/json: { schema: { items: { type: integer } } } }
)");
  std::string body = "[";
  for (int i = 0; i < 100; ++i) body += "null,";
  body += "1]";

  const auto result = contract->check(json_response("/x", 200, body));

  EXPECT_EQ(result.violations.size(), limits::kViolationsPerMessage);
  EXPECT_EQ(result.violations_left_out, 100 - limits::kViolationsPerMessage);
}

TEST(Fingerprints, SurviveOtherValuesAndPositionsButNotOtherPlaces) {
  const auto contract = must_load("shop.yaml", kYaml);
  const auto first = [&](const char* body) {
    auto result = contract->check(json_response("/pets/1", 200, body));
    EXPECT_FALSE(result.violations.empty());
    return std::move(result.violations.front());
  };
  const Violation a = first(R"({"id":1,"name":"n","prices":{"EUR":[1,-1]}})");
  const Violation b = first(R"({"id":1,"name":"n","prices":{"USD":[-77]}})");
  const Violation other = first(R"({"id":"1","name":"n"})");

  EXPECT_EQ(fingerprint(a, "http"), fingerprint(b, "http"));
  EXPECT_NE(fingerprint(a, "http"), fingerprint(other, "http"));
  EXPECT_NE(fingerprint(a, "http"), fingerprint(a, "kafka"));

  Violation reworded = a;
  reworded.hint = "another wording";
  reworded.expected = "{}";
  reworded.actual = "{}";
  reworded.raw_value = "other";
  reworded.pointer = "/elsewhere";
  reworded.severity = Severity::Note;
  reworded.contract.file = "moved.yaml";
  reworded.contract.line = 99;
  EXPECT_EQ(fingerprint(reworded, "http"), fingerprint(a, "http"));
}

TEST(Fingerprints, DependOnEveryPartOfTheKey) {
  Violation violation;
  violation.rule = "http.response.body.type";
  violation.operation = "GET /x";
  violation.pointer_template = "/a";
  violation.contract.pointer = "/paths/x";
  violation.keyword = "type";
  std::vector<std::string> prints = {fingerprint(violation, "http")};
  const auto add_changed = [&](auto change) {
    Violation changed = violation;
    change(changed);
    prints.push_back(fingerprint(changed, "http"));
  };
  add_changed([](Violation& v) { v.rule = "x"; });
  add_changed([](Violation& v) { v.operation = "GET /y"; });
  add_changed([](Violation& v) { v.direction = Direction::Request; });
  add_changed([](Violation& v) { v.location = Location::Query; });
  add_changed([](Violation& v) { v.pointer_template = "/b"; });
  add_changed([](Violation& v) { v.contract.resolved = "/components/x"; });
  add_changed([](Violation& v) { v.keyword = "enum"; });
  add_changed([](Violation& v) {
    v.rule += "/a";
    v.pointer_template = "";
  });

  for (size_t i = 0; i < prints.size(); ++i) {
    EXPECT_EQ(prints[i].size(), 16U);
    for (size_t j = 0; j < i; ++j) EXPECT_NE(prints[i], prints[j]) << i << " " << j;
  }
  // The value itself is part of the interface: baselines keep it.
  EXPECT_EQ(prints[0], "5b80752769a8ba37");
}

}  // namespace
}  // namespace faultline::contracts
