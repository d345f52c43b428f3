// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/tape.h"
#include "tests/unit/contracts/contracts_support.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

// The body as its check parsed it, for whoever looks at the message next.
namespace faultline::contracts {
namespace {

constexpr const char* kContract = R"(openapi: 3.1.0
info: { title: shop, version: "1" }
paths:
  /a:
    post:
      requestBody:
        content:
          application/json: { schema: { type: object } }
          application/x-www-form-urlencoded: { schema: { type: object } }
          application/x-ndjson: { itemSchema: { type: object } }
      responses:
        '200': { description: ok, content: { application/json: { schema: { type: object } } } }
)";

MessageView half(Direction direction, std::string_view type, std::string_view body) {
  MessageView message;
  message.direction = direction;
  message.method = "POST";
  message.target = "/a";
  message.status = direction == Direction::Response ? 200 : 0;
  message.fields = {{"Content-Type", type}};
  message.body = body;
  return message;
}

TEST(ParsedBody, IsThatOfAJsonMessageWhateverTheContractSaysOfIt) {
  const auto contract = must_load("c.yaml", kContract);
  for (const std::string body : {R"({"id":1})", R"([1,2])", R"("a text")", R"({"a":1,"a":2})"}) {
    SCOPED_TRACE(body);
    CheckContext context;

    const CheckResult result =
        contract->check(half(Direction::Request, "application/json", body), context);

    ASSERT_NE(result.body, nullptr);
    const json::Value root = result.body->root();
    EXPECT_EQ(body.substr(root.span().offset, root.span().length), body);
  }
}

TEST(ParsedBody, IsThereForBothHalvesOfAnExchange) {
  const auto contract = must_load("c.yaml", kContract);
  CheckContext context;

  const CheckResult request = contract->check(
      half(Direction::Request, "application/json", R"({"of":"the request"})"), context);
  const CheckResult response = contract->check(
      half(Direction::Response, "application/json", R"({"of":"the response"})"), context);

  ASSERT_NE(request.body, nullptr);
  ASSERT_NE(response.body, nullptr);
  EXPECT_EQ(request.body->root().find("of")->string(), "the request");
  EXPECT_EQ(response.body->root().find("of")->string(), "the response");
}

TEST(ParsedBody, IsNoneOfWhatIsNotOneJsonTextInTheMessage) {
  // {"state":"open"}, as gzip writes it.
  constexpr std::string_view kCoded(
      "\x1f\x8b\x08\0\0\0\0\0\x02\xff\xab\x56\x2a\x2e\x49\x2c\x49\x55\xb2\x52\xca\x2f"
      "\x48\xcd\x53\xaa\x05\0\x8f\x28\x2b\x48\x10\0\0\0",
      36);
  struct Case {
    std::string_view what;
    std::string_view type;
    std::string_view body;
    std::string_view coding;
  };
  const auto contract = must_load("c.yaml", kContract);
  for (const Case& c :
       {Case{"malformed", "application/json", "{\"id\":", {}},
        Case{"none", "application/json", "", {}}, Case{"coded", "application/json", kCoded, "gzip"},
        Case{"form", "application/x-www-form-urlencoded", "a=1", {}},
        Case{"lines", "application/x-ndjson", "{}\n{}\n", {}},
        Case{"unknown type", "text/plain", "{}", {}}}) {
    SCOPED_TRACE(c.what);
    MessageView message = half(Direction::Request, c.type, c.body);
    if (!c.coding.empty()) message.fields.push_back({"Content-Encoding", c.coding});
    CheckContext context;
    static_cast<void>(contract->check(half(Direction::Request, "application/json", "{}"), context));

    EXPECT_EQ(contract->check(message, context).body, nullptr);
  }
}

TEST(ParsedBody, SaysWhatWasReadOfItOnlyWhenAskedAndWhenItConforms) {
  const auto contract = must_load("c.yaml", kContract);
  CheckContext asked;
  asked.note_readings();
  CheckContext not_asked;
  const auto has_readings = [&](CheckContext& context, std::string_view body) {
    return contract->check(half(Direction::Request, "application/json", body), context)
               .body_readings != nullptr;
  };

  EXPECT_TRUE(has_readings(asked, "{}"));
  EXPECT_FALSE(has_readings(asked, "[]"));
  EXPECT_FALSE(has_readings(asked, R"({"nobody":"declares it"})"));
  EXPECT_FALSE(has_readings(not_asked, "{}"));
}

TEST(ParsedBody, IsNoneOfACheckWhoseMemoryIsGone) {
  ContractSet set;
  set.add(must_load("c.yaml", kContract));
  const MessageView message = half(Direction::Request, "application/json", "{}");

  EXPECT_EQ(set.check(message).body, nullptr);
  EXPECT_EQ(set.contracts().front()->check(message).body, nullptr);
}

}  // namespace
}  // namespace faultline::contracts
