// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/mirror/contract_fit.h"

#include "proxy/tls/digest.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::mirror {
namespace {

constexpr const char* kContract = R"(openapi: 3.1.0
info: { title: shop, version: "1" }
paths:
  /a:
    post:
      parameters:
        - { name: token, in: query, schema: { type: string } }
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                note: { type: string }
                email: { type: string }
                card: { type: [string, number] }
                pin: { type: string, maxLength: 4 }
                gender: { type: string, enum: [f, m] }
                tags: { type: array, uniqueItems: true, items: { type: string } }
                names: { type: array, items: { type: string } }
                inner: { anyOf: [ { properties: { email: { const: a@b.co } } }, { type: string } ] }
      responses: { '200': { description: ok } }
)";

class ContractFitTest : public ::testing::Test {
 protected:
  ContractFitTest() {
    auto loaded = contracts::load_openapi("c.yaml", kContract);
    EXPECT_TRUE(loaded.contract);
    contract_ = std::move(loaded.contract);
    auto redactor = redaction::Redactor::create({}, *crypto_, "a key");
    EXPECT_TRUE(redactor.has_value());
    redactor_ = std::move(*redactor);
    context_.note_readings();
  }

  [[nodiscard]] static MessageView post(std::string_view body) {
    MessageView message;
    message.method = "POST";
    message.target = "/a";
    message.version = "HTTP/1.1";
    message.fields = {{"Content-Type", "application/json"}};
    message.body = body;
    return message;
  }

  /// Whether it is sure; then another check must indeed say the same.
  [[nodiscard]] bool is_sure(const MessageView& message) {
    const auto before = contract_->check(message, context_);
    const auto redacted = redactor_->redact(message, {}, before.body);
    const bool is_sure = says_surely_the_same(before, message, redacted);
    if (is_sure) {
      EXPECT_TRUE(says_the_same(before, contract_->check(redacted.view())));
    }
    return is_sure;
  }

  std::unique_ptr<Crypto> crypto_ = tls::make_crypto();
  std::unique_ptr<contracts::Contract> contract_;
  std::unique_ptr<redaction::Redactor> redactor_;
  contracts::CheckContext context_;
};

TEST_F(ContractFitTest, IsSureWhereTheContractAsksNothingOfWhatWasReplaced) {
  for (const std::string_view body :
       {R"({"email":"a@b.co"})", R"({"note":"ask a@b.co or c@d.org, now"})",
        R"({"card":4111111111111111})", R"( {"card" : "4111 1111 1111 1111"} )",
        R"({"email":"a@b.co","card":4111111111111111,"note":"c@d.org"})",
        R"({"email":"a@b.co","email":"c@d.org"})", R"({"names":["a@b.co","c@d.org"]})", "{}"}) {
    SCOPED_TRACE(body);
    EXPECT_TRUE(is_sure(post(body)));
  }
}

TEST_F(ContractFitTest, IsNotSureOfWhatTheCheckRead) {
  for (const std::string_view body :
       {R"({"pin":"93x7"})", R"({"gender":"m"})", R"({"tags":["a@b.co","c@d.org"]})",
        R"({"inner":{"email":"a@b.co"}})", R"({"email":5})", R"({"unknown":"a@b.co"})",
        R"({"a@b.co":1})", R"(["a@b.co"])", R"({"email":"a\u0040b.co"})", "not json a@b.co"}) {
    SCOPED_TRACE(body);
    EXPECT_FALSE(is_sure(post(body)));
  }
}

TEST_F(ContractFitTest, LooksForFewValuesOnly) {
  for (const size_t values : {16U, 17U}) {
    std::string body = R"({"names":[)";
    for (size_t i = 0; i < values; ++i) body += (i == 0 ? "" : ",") + std::string(R"("a@b.co")");
    EXPECT_EQ(is_sure(post(body + "]}")), values == 16);
  }
}

TEST_F(ContractFitTest, IsNotSureWhenMoreThanTheBodyChanged) {
  MessageView message = post(R"({"email":"a@b.co"})");
  EXPECT_TRUE(is_sure(message));

  MessageView target = message;
  target.target = "/a?token=zebra";
  MessageView field = message;
  field.fields.push_back({"Authorization", "Bearer zebra"});
  MessageView trailer = message;
  trailer.trailers.push_back({"X-Note", "from c@d.org"});

  EXPECT_FALSE(is_sure(target));
  EXPECT_FALSE(is_sure(field));
  EXPECT_FALSE(is_sure(trailer));
}

}  // namespace
}  // namespace faultline::mirror
