// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/deep_object.h"
#include "contracts/openapi/item_stream.h"
#include "contracts/openapi/multipart.h"
#include "tests/unit/contracts/contracts_support.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

// What is too much is unverifiable or refused, never endless. The verdicts of ordinary messages are
// in tests/conformance/openapi.
namespace faultline::contracts::openapi {
namespace {

std::string parts_of(size_t count) {
  std::string body;
  for (size_t i = 0; i < count; ++i) {
    body += "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n";
  }
  return body + "--b--\r\n";
}

std::unique_ptr<Contract> contract_of(const std::string& content) {
  return must_load("c.yaml", "openapi: 3.2.0\npaths: { /x: { post: { requestBody: { content: " +
                                 content + " }, responses: { 200: { description: ok } } } } }\n");
}

CheckResult post(const Contract& contract, std::string_view type, std::string_view body) {
  MessageView message;
  message.method = "POST";
  message.target = "/x";
  message.fields = {{"Content-Type", type}};
  message.body = body;
  return contract.check(message);
}

TEST(OpenApiBounds, TextsOfTheWrongCharsetAreNoPass) {
  const LoadResult loaded = load_openapi("c.yaml", R"(openapi: 3.1.0
info: { title: t, version: "1" }
paths:
  /a:
    post:
      requestBody:
        content:
          application/json: { schema: { type: string } }
          text/plain: { schema: { type: string, maxLength: 9 } }
      responses: { "200": { description: ok } }
)");
  ASSERT_NE(loaded.contract, nullptr);
  const auto check = [&loaded](std::string_view type, std::string_view body) {
    MessageView message;
    message.direction = Direction::Request;
    message.method = "POST";
    message.target = "/a";
    message.fields = {{"Content-Type", type}};
    message.body = body;
    return loaded.contract->check(message);
  };

  const CheckResult json = check("application/json", "\"caf\xe9\"");
  ASSERT_EQ(json.violations.size(), 1U) << "JSON is UTF-8 (RFC 8259, section 8.1)";
  EXPECT_EQ(json.violations[0].rule, "http.request.body.syntax");
  EXPECT_EQ(reasons_of(check("text/plain", "caf\xe9")),
            std::vector<std::string>{"charset:unknown"});
  EXPECT_EQ(reasons_of(check("text/plain; charset=utf-16", {"c\0", 2})),
            std::vector<std::string>{"charset:utf-16"});
  EXPECT_EQ(reasons_of(check("application/json; charset=\"Windows-1252\"", "\"x\"")),
            std::vector<std::string>{"charset:windows-1252"});
  EXPECT_EQ(reasons_of(check("application/json; charset=ada@example.org", "\"x\"")),
            std::vector<std::string>{"charset:other"})
      << "a reason holds no traffic";
  EXPECT_EQ(check("text/plain; charset=US-ASCII", "cafe").verdict, Verdict::Conforms);
}

/// "/<front>0<back>", "/<front>1<back>" and so on, each with a GET.
std::string many_paths(size_t count, const std::string& front, const std::string& back) {
  std::string text;
  for (size_t i = 0; i < count; ++i) {
    text += "  " + front + std::to_string(i) + back + ": { get: { responses: {} } }\n";
  }
  return text;
}

std::vector<std::string> messages_about_paths(const std::string& paths) {
  const LoadResult loaded = load_openapi("c.yaml", "openapi: 3.1.0\npaths:\n" + paths);
  EXPECT_NE(loaded.contract, nullptr);
  std::vector<std::string> messages;
  for (const Diagnostic& diagnostic : loaded.diagnostics) {
    if (diagnostic.code == "FL4103") messages.push_back(diagnostic.message);
  }
  return messages;
}

TEST(OpenApiBounds, PairsOfPathsThatAreNotToldAreCounted) {
  const auto messages = messages_about_paths(many_paths(20, "/a/{x}/b", "") +
                                             "  /a/c/{y}: { get: { responses: {} } }\n" +
                                             many_paths(20, "/{z}/c/b", ""));

  ASSERT_EQ(messages.size(), 9U);
  EXPECT_EQ(messages[0], "'/a/c/{y}' and '/a/{x}/b0' fit the same requests");
  EXPECT_EQ(messages[1], "'/{z}/c/b0' and '/a/{x}/b0' fit the same requests");
  // Sixty: the twins of one number, and each of both rows with /a/c/{y}.
  EXPECT_EQ(messages[8], "52 more pairs of paths fit the same requests");
}

TEST(OpenApiBounds, OnlySoManyPathsAreComparedWithEachOther) {
  EXPECT_EQ(messages_about_paths(many_paths(3000, "/a", "/{x}")),
            std::vector<std::string>{"from here on paths were not compared with others"});
  EXPECT_TRUE(messages_about_paths(many_paths(20'000, "/a", "")).empty())
      << "those without parameters fit nothing else";
}

TEST(OpenApiBounds, PartsAreCounted) {
  EXPECT_EQ(parse_multipart(parts_of(kPartsMax), "b").value().size(), kPartsMax);
  EXPECT_EQ(parse_multipart(parts_of(kPartsMax + 1), "b").error().code, ErrorCode::LimitExceeded);
  const auto contract = contract_of("{ multipart/form-data: { schema: { required: [a] } } }");

  const auto result = post(*contract, "multipart/form-data; boundary=b", parts_of(kPartsMax + 1));

  EXPECT_EQ(reasons_of(result), std::vector<std::string>{"budget"});
}

TEST(OpenApiBounds, FieldsOfAPartAreCounted) {
  std::string head;
  for (size_t i = 0; i <= kPartFieldsMax; ++i) head += "A: 1\r\n";

  const auto parts = parse_multipart("--b\r\n" + head + "\r\nx\r\n--b--", "b");

  ASSERT_FALSE(parts.has_value());
  EXPECT_EQ(parts.error().code, ErrorCode::LimitExceeded);
}

TEST(OpenApiBounds, ItemsOfAStreamAreCounted) {
  const auto contract = contract_of("{ application/jsonl: { itemSchema: { type: integer } } }");
  std::string body;
  for (size_t i = 0; i < kStreamItemsMax; ++i) body += "1\n";

  EXPECT_EQ(reasons_of(post(*contract, "application/jsonl", body)),
            std::vector<std::string>{"budget"});
  body.resize(body.size() - 2);
  EXPECT_EQ(post(*contract, "application/jsonl", body).verdict, Verdict::Conforms);
}

TEST(OpenApiBounds, FindingsOfAStreamAreCountedBeyondThose) {
  const auto contract = contract_of("{ application/jsonl: { itemSchema: { type: integer } } }");
  std::string body;
  for (int i = 0; i < 1000; ++i) body += "\"x\"\n";

  const auto result = post(*contract, "application/jsonl", body);

  EXPECT_EQ(result.violations.size(), limits::kViolationsPerMessage);
  EXPECT_EQ(result.violations_left_out, 1000 - limits::kViolationsPerMessage);
}

TEST(OpenApiBounds, UnknownKeysLeaveRoomForWhatIsWrong) {
  const auto contract = contract_of("{ application/json: { schema: { type: integer } } }");
  std::string target = "/x?";
  for (int i = 0; i < 100; ++i) target += "k" + std::to_string(i) + "=1&";
  MessageView message;
  message.method = "POST";
  message.target = target;
  message.fields = {{"Content-Type", "application/json"}};
  message.body = "\"text\"";

  const auto result = contract->check(message);

  EXPECT_EQ(result.verdict, Verdict::Violates);
  ASSERT_FALSE(result.violations.empty());
  EXPECT_EQ(result.violations[0].rule, "http.request.body.type");
  EXPECT_GT(result.violations_left_out, 0U);
}

TEST(OpenApiBounds, UnknownMembersOfItemsLeaveRoomForWhatIsWrong) {
  const auto contract = contract_of(
      "{ application/jsonl: { itemSchema: { properties: { n: { type: integer } } } } }");
  std::string body;
  for (int i = 0; i < 100; ++i) body += "{\"m\":1}\n";

  const auto result = post(*contract, "application/jsonl", body + "{\"n\":\"x\"}\n");

  EXPECT_EQ(result.verdict, Verdict::Violates);
  EXPECT_EQ(result.violations.back().rule, "http.request.body.type");
  EXPECT_EQ(result.violations.back().pointer, "/100/n");
  EXPECT_EQ(result.violations_left_out, 100U - limits::kViolationsPerMessage / 2);
}

TEST(OpenApiBounds, DeepKeysAreBounded) {
  DeepNode root;
  size_t nodes = 0;
  std::string key;
  for (size_t i = 0; i < DeepNode::kDepthMax; ++i) key += "[a]";

  EXPECT_TRUE(add_deep_text(root, key, "x", nodes));
  EXPECT_FALSE(add_deep_text(root, key + "[a]", "x", nodes));
  bool is_full = false;
  for (size_t i = 0; i <= DeepNode::kNodesMax && !is_full; ++i) {
    is_full = !add_deep_text(root, "[" + std::to_string(i) + "]", "x", nodes);
  }
  EXPECT_TRUE(is_full);
  for (const std::string_view wrong : {"", "a", "[a", "a]", "[a]b", "[[a]]"}) {
    DeepNode other;
    size_t count = 0;
    EXPECT_FALSE(add_deep_text(other, wrong, "x", count)) << wrong;
  }
}

TEST(OpenApiBounds, MembersThatAreJsonThemselvesHavePlacesOfTheirOwn) {
  // The nested text is not part of the body as it was sent, so there is nothing to quote of it.
  const auto contract = contract_of(
      "{ application/x-www-form-urlencoded: { schema: { properties: { a: { type: object, "
      "properties: { b: { properties: { c: { type: integer } } } } } } } } }");

  const auto result = post(*contract, "application/x-www-form-urlencoded",
                           "a=%7B%22b%22%3A%7B%22c%22%3A%22long%20text%20behind%22%7D%7D");

  ASSERT_EQ(result.violations.size(), 1U);
  EXPECT_EQ(result.violations[0].pointer, "/a/b/c");
  EXPECT_EQ(result.violations[0].raw_value, "");
}

}  // namespace
}  // namespace faultline::contracts::openapi
