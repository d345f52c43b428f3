// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/engine.h"
#include "tests/heap/counting_new.h"
#include "tests/unit/contracts/contracts_support.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

// What checks take from the heap once their thread has seen messages of their kind.
namespace faultline::contracts {
namespace {

constexpr const char* kContract = R"(openapi: 3.1.0
info: { title: shop, version: "1" }
paths:
  /shops/{shop}/orders/{order}:
    post:
      parameters:
        - { name: shop, in: path, required: true, schema: { type: string, pattern: "^[a-z-]+$" } }
        - { name: order, in: path, required: true, schema: { type: integer, minimum: 1 } }
        - { name: limit, in: query, schema: { type: integer, maximum: 100 } }
        - { name: expand, in: query, schema: { type: string, enum: [ items, customer ] } }
        - { name: X-Tenant, in: header, required: true, schema: { type: string, maxLength: 36 } }
      requestBody:
        content: { application/json: { schema: { $ref: "#/components/schemas/Order" } } }
      responses:
        2XX:
          description: One order.
          headers: { X-Rate-Left: { required: true, schema: { type: integer, minimum: 0 } } }
          content: { application/json: { schema: { $ref: "#/components/schemas/Order" } } }
components:
  schemas:
    Order:
      type: object
      required: [ id, status ]
      properties:
        id: { type: string, pattern: "^ord-[0-9]{9}$" }
        status: { type: string, enum: [ open, paid, shipped ] }
        note: { oneOf: [ { type: string }, { type: object, required: [ text ] } ] }
        lines: { type: array, items: { type: object, properties: { sku: { type: string } } } }
)";
constexpr std::string_view kBody =
    R"({"id":"ord-000184467","status":"paid","note":"left \u0061t the door",)"
    R"("lines":[{"sku":"A-1"},{"sku":"B-2"}]})";
constexpr std::string_view kTarget = "/shops/north-gate/orders/4711?limit=20&expand=items";

MessageView half(Direction direction, std::string_view target) {
  MessageView message;
  message.direction = direction;
  message.method = "POST";
  message.target = target;
  message.status = direction == Direction::Response ? 201 : 0;
  message.fields = {
      {"Content-Type", "application/json"}, {"X-Tenant", "north"}, {"X-Rate-Left", "59"}};
  message.body = kBody;
  return message;
}

TEST(CheckMemory, ConformingMessagesTakeNone) {
  const std::shared_ptr<const Contract> contract = must_load("c.yaml", kContract);
  CheckContext context;
  CoverageRecord record;
  record.add(contract);
  context.record(std::move(record));
  context.note_readings();
  const MessageView halves[] = {half(Direction::Request, kTarget),
                                half(Direction::Response, kTarget)};
  const auto check_both = [&] {
    for (const MessageView& message : halves) {
      const CheckResult result = contract->check(message, context);
      EXPECT_EQ(result.verdict, Verdict::Conforms);
      EXPECT_EQ(result.operation, "POST /shops/{shop}/orders/{order}");
    }
  };
  check_both();

  const size_t before = allocation_count();
  for (int i = 0; i < 100; ++i) check_both();
  EXPECT_EQ(allocation_count(), before);
}

TEST(CheckMemory, AnswersFindTheirOperationWithoutTheirRequest) {
  // The way from the request to its answer is a shortcut, not a condition.
  const std::shared_ptr<const Contract> contract = must_load("c.yaml", kContract);
  CheckContext context;
  const auto verdict = [&](Direction direction, std::string_view method, std::string_view target) {
    MessageView message = half(direction, target);
    message.method = method;
    return contract->check(message, context).verdict;
  };
  EXPECT_EQ(verdict(Direction::Response, "POST", kTarget), Verdict::Conforms);
  EXPECT_EQ(verdict(Direction::Request, "POST", kTarget), Verdict::Conforms);
  // The same target with another method, and another target.
  EXPECT_EQ(verdict(Direction::Response, "PUT", kTarget), Verdict::Undocumented);
  EXPECT_EQ(verdict(Direction::Response, "POST", "/shops/a/orders/1"), Verdict::Conforms);
  EXPECT_EQ(verdict(Direction::Response, "POST", "/shops/a"), Verdict::Undocumented);
  EXPECT_EQ(verdict(Direction::Response, "POST", kTarget), Verdict::Conforms);
}

}  // namespace
}  // namespace faultline::contracts
