// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/unit/contracts/contracts_support.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace faultline::contracts {
namespace {

constexpr const char* kShop = R"(
openapi: 3.0.3
info: { title: shop, version: "1" }
paths:
  /items:
    get:
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema: { type: array, items: { $ref: "#/components/schemas/Item" } }
components:
  schemas:
    Item:
      allOf:
        - { type: object, required: [id], properties: { id: { type: integer } } }
        - properties:
            state: { $ref: "#/components/schemas/State" }
            "a/b": { type: object, properties: { c: { type: number } } }
    State: { type: string, enum: [new, sold] }
)";

constexpr const char* kOther = R"(
openapi: 3.0.3
info: { title: other, version: "1" }
paths:
  /other: { get: { responses: { "200": { description: ok } } } }
)";

MessageView request(std::string_view target) {
  MessageView message;
  message.method = "GET";
  message.target = target;
  return message;
}

TEST(ContractSet, AsksTheFirstThatKnowsTheOperation) {
  ContractSet set;
  EXPECT_TRUE(set.empty());
  set.add(must_load("shop.yaml", kShop));
  set.add(must_load("other.yaml", kOther));

  EXPECT_EQ(set.check(request("/items")).operation, "GET /items");
  EXPECT_EQ(set.check(request("/other")).operation, "GET /other");
  EXPECT_EQ(set.check(request("/other")).verdict, Verdict::Conforms);
  const auto unknown = set.check(request("/nowhere/4711"));
  EXPECT_EQ(unknown.verdict, Verdict::Undocumented);
  ASSERT_EQ(unknown.violations.size(), 1U);
  EXPECT_EQ(unknown.violations[0].operation, "GET (undocumented)");
  EXPECT_EQ(unknown.violations[0].pointer, "/nowhere/4711");
  EXPECT_EQ(unknown.violations[0].pointer_template, "/nowhere/*");
  EXPECT_EQ(unknown.violations[0].severity, Severity::Warning);
}

// A context remembers the operation of the last request; nothing of it may reach another message.
TEST(ContractSet, JudgesAnAnswerByItsOwnRequestWhateverWasCheckedBefore) {
  ContractSet set;
  set.add(must_load("shop.yaml", kShop));
  set.add(must_load("other.yaml", kOther));
  ContractSet others;
  others.add(must_load("other.yaml", kOther));
  CheckContext context;
  const auto operation_of = [&](const ContractSet& contracts, MessageView message) {
    const auto result = contracts.check(message, context);
    EXPECT_EQ(result.operation, contracts.check(message).operation) << "in a context of its own";
    return std::string(result.operation);
  };
  const auto answer = [](MessageView message) {
    message.direction = Direction::Response;
    message.status = 200;
    return message;
  };
  MessageView post = request("/items");
  post.method = "POST";
  MessageView head = request("/items");
  head.method = "HEAD";

  EXPECT_EQ(operation_of(set, answer(request("/items"))), "GET /items") << "no request before it";
  EXPECT_EQ(operation_of(set, request("/items")), "GET /items");
  EXPECT_EQ(operation_of(set, answer(request("/items"))), "GET /items");
  EXPECT_EQ(operation_of(set, answer(request("/other"))), "GET /other");
  EXPECT_EQ(operation_of(set, answer(post)), "");
  EXPECT_EQ(operation_of(set, post), "");
  EXPECT_EQ(operation_of(set, answer(request("/items"))), "GET /items");
  EXPECT_EQ(operation_of(others, answer(request("/items"))), "") << "of another contract";
  EXPECT_EQ(operation_of(others, request("/other")), "GET /other");
  EXPECT_EQ(operation_of(others, answer(request("/other"))), "GET /other");
  EXPECT_EQ(operation_of(set, head), "GET /items");
  EXPECT_EQ(operation_of(set, answer(head)), "GET /items");
}

// What another contract knows outweighs that the first one knows nothing.
TEST(ContractSet, WithoutTheOperationListensToWhoKnowsMost) {
  ContractSet set;
  set.add(must_load("shop.yaml", kShop));
  set.add(must_load("users.yaml", R"(openapi: 3.0.3
info: { title: users, version: "1" }
paths:
  /users: { put: { responses: { 200: { description: ok } } } }
  /away: { $ref: "away.yaml" }
)"));
  set.add(must_load("other.yaml", kOther));

  MessageView preflight = request("/users");
  preflight.method = "OPTIONS";
  preflight.fields = {{"Origin", "https://example.com"}, {"Access-Control-Request-Method", "PUT"}};
  EXPECT_EQ(set.check(preflight).verdict, Verdict::Conforms);
  EXPECT_EQ(reasons_of(set.check(request("/away"))),
            std::vector<std::string>{"reference:away.yaml"});
  const auto method = set.check(request("/users"));
  ASSERT_EQ(method.violations.size(), 1U);
  EXPECT_EQ(method.violations[0].contract.file, "users.yaml");
  EXPECT_EQ(method.violations[0].hint, "the contract has the path '/users' without this method");
  EXPECT_EQ(set.check(request("/nowhere")).violations.at(0).contract.file, "shop.yaml");
}

TEST(ContractSet, IsUnverifiableWithoutContracts) {
  const auto result = ContractSet().check(request("/items"));

  EXPECT_EQ(result.verdict, Verdict::Unverifiable);
  EXPECT_EQ(reasons_of(result), std::vector<std::string>{"no contract"});
}

TEST(ContractSet, HintsAtWhatNearlyMatched) {
  ContractSet set;
  set.add(must_load("shop.yaml", kShop));

  EXPECT_EQ(set.check(request("/items/")).violations.at(0).hint,
            "'/items' would match without the trailing slash");
}

TEST(ContractSet, HintsAtAnotherPathThatHasTheMethod) {
  ContractSet set;
  set.add(must_load("users.yaml", R"(openapi: 3.0.3
info: { title: users, version: "1" }
paths:
  /users/me: { get: { responses: { 200: { description: ok } } } }
  /users/hidden: {}
  /users/{id}:
    parameters: [ { name: id, in: path, required: true, schema: {} } ]
    post: { responses: { 200: { description: ok } } }
)"));
  const auto hint_of = [&set](std::string_view method, std::string_view target) {
    MessageView message = request(target);
    message.method = method;
    return set.check(message).violations.at(0).hint;
  };

  EXPECT_EQ(hint_of("POST", "/users/me"),
            "the contract has the path '/users/me' without this method; '/users/{id}' has it and "
            "fits, too");
  EXPECT_EQ(hint_of("DELETE", "/users/me"),
            "the contract has the path '/users/me' without this method");
  EXPECT_EQ(hint_of("POST", "/users/hidden"),
            "the contract has the path '/users/hidden' without this method; '/users/{id}' has it "
            "and fits, too");
}

TEST(ContractSet, ListsTheDeclaredPropertiesABodyHolds) {
  ContractSet set;
  set.add(must_load("other.yaml", kOther));
  set.add(must_load("shop.yaml", kShop));
  const std::string body =
      R"([{"id":1,"extra":2},{"state":"new","id":2,"a/b":{"c":1,"d":{}}},{"other":1}])";
  const auto document = json::Document::parse(body);

  const auto properties = set.declared_properties(json_response("/items", 200, body), *document);

  std::vector<std::string> told;
  for (const auto& property : properties) {
    std::string text = property.pointer + (property.is_required ? " required" : "");
    for (const auto& member : property.enum_json) text += " " + member;
    told.push_back(text);
  }
  EXPECT_EQ(told, (std::vector<std::string>{"/0/id required", "/1/a~1b", "/1/a~1b/c",
                                            "/1/id required", "/1/state \"new\" \"sold\""}));
  EXPECT_TRUE(set.declared_properties(json_response("/nowhere", 200, body), *document).empty());
  EXPECT_TRUE(set.declared_properties(json_response("/items", 500, body), *document).empty());
}

TEST(Names, AreStable) {
  EXPECT_EQ(verdict_name(Verdict::Conforms), "conforms");
  EXPECT_EQ(verdict_name(Verdict::Violates), "violates");
  EXPECT_EQ(verdict_name(Verdict::Undocumented), "undocumented");
  EXPECT_EQ(verdict_name(Verdict::Unverifiable), "unverifiable");
  EXPECT_EQ(severity_name(Severity::Error), "error");
  EXPECT_EQ(severity_name(Severity::Warning), "warning");
  EXPECT_EQ(severity_name(Severity::Note), "note");
  EXPECT_EQ(finding_class_name(FindingClass::Violation), "violation");
  EXPECT_EQ(finding_class_name(FindingClass::AmbiguousContract), "ambiguous_contract");
  EXPECT_EQ(location_name(Location::Body), "body");
  EXPECT_EQ(location_name(Location::Message), "message");
}

}  // namespace
}  // namespace faultline::contracts
