// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/coverage.h"

#include "contracts/engine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace faultline::contracts {
namespace {

constexpr const char* kContract = R"(openapi: 3.1.0
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
            text/*: {}
        4XX: { description: no }
        default: { description: what else }
    post:
      requestBody:
        content:
          application/json: { schema: { $ref: "#/components/schemas/Item" } }
          application/xml: {}
      responses:
        "201": { description: made }
components:
  schemas:
    Item:
      type: object
      required: [ id ]
      properties:
        id: { type: integer }
        state: { enum: [ open, paid, 7 ] }
        pay: { oneOf: [ { $ref: "#/components/schemas/Card" }, { type: "null" } ] }
        parent: { $ref: "#/components/schemas/Item" }
      additionalProperties: { type: object, properties: { extra: {} } }
    Card: { type: object, required: [ pan ], properties: { pan: { type: string } } }
    Unused: { type: object, properties: { never: {} } }
)";

/// The contract, and what a test has shown it.
class Coverage : public ::testing::Test {
 protected:
  void SetUp() override {
    auto loaded = load_openapi("shop.yaml", kContract);
    ASSERT_NE(loaded.contract, nullptr);
    contract_ = std::move(loaded.contract);
    model_ = contract_->make_coverage();
    ASSERT_NE(model_, nullptr);
    tally_ = CoverageTally(model_->size());
  }

  bool show(const MessageView& message, const std::string& operation) {
    return model_->observe(message, operation, tally_);
  }
  static MessageView answer(int status, std::string_view body,
                            std::string_view type = "application/json") {
    MessageView message;
    message.direction = Direction::Response;
    message.method = "GET";
    message.target = "/items";
    message.status = status;
    message.fields = {{"Content-Type", type}};
    message.body = body;
    return message;
  }

  /// "kind what", with the operation in front when there is one.
  [[nodiscard]] std::vector<std::string> points(bool is_seen) const {
    std::vector<std::string> list;
    for (size_t i = 0; i < model_->size(); ++i) {
      if (tally_.is_seen(i) != is_seen) continue;
      const CoveragePoint point = model_->describe(i);
      EXPECT_EQ(point.kind, model_->kind(i));
      EXPECT_EQ(point.file, "shop.yaml");
      EXPECT_GT(point.line, 1U);
      list.push_back(std::string(coverage_kind_name(point.kind)) + " " +
                     (point.operation.empty() ? "" : point.operation + " ") + point.what);
    }
    return list;
  }

  std::unique_ptr<Contract> contract_;
  std::unique_ptr<const CoverageModel> model_;
  CoverageTally tally_;
};

using List = std::vector<std::string>;

TEST_F(Coverage, ListsWhatTheContractDeclaresAndAMessageCanReach) {
  List all = points(false);
  std::sort(all.begin(), all.end());

  EXPECT_EQ(all, (List{
                     "branch /components/schemas/Item/properties/pay/oneOf/0",
                     "branch /components/schemas/Item/properties/pay/oneOf/1",
                     "enum_member /components/schemas/Item/properties/state/enum/0",
                     "enum_member /components/schemas/Item/properties/state/enum/1",
                     "enum_member /components/schemas/Item/properties/state/enum/2",
                     "media_type GET /items 200 application/json",
                     "media_type GET /items 200 text/*",
                     "media_type POST /items request application/json",
                     "media_type POST /items request application/xml",
                     "property /components/schemas/Card/properties/pan",
                     "property /components/schemas/Item/additionalProperties/properties/extra",
                     "property /components/schemas/Item/properties/id",
                     "property /components/schemas/Item/properties/parent",
                     "property /components/schemas/Item/properties/pay",
                     "property /components/schemas/Item/properties/state",
                     "response GET /items 200",
                     "response GET /items 4XX",
                     "response GET /items default",
                     "response POST /items 201",
                 }));
}

TEST_F(Coverage, MarksWhatABodyShows) {
  EXPECT_TRUE(show(answer(200, R"([{"id":1,"state":7,"parent":{"state":"open"}},{"pay":null}])",
                          "application/JSON; charset=utf-8"),
                   "GET /items"));

  EXPECT_EQ(points(true), (List{
                              "response GET /items 200",
                              "media_type GET /items 200 application/json",
                              "property /components/schemas/Item/properties/id",
                              "property /components/schemas/Item/properties/state",
                              "property /components/schemas/Item/properties/pay",
                              "property /components/schemas/Item/properties/parent",
                              "enum_member /components/schemas/Item/properties/state/enum/0",
                              "enum_member /components/schemas/Item/properties/state/enum/2",
                              "branch /components/schemas/Item/properties/pay/oneOf/1",
                          }));
}

TEST_F(Coverage, TakesTheMostExactStatusAndMediaType) {
  show(answer(404, ""), "GET /items");
  show(answer(503, ""), "GET /items");
  show(answer(200, "x", "text/csv"), "GET /items");
  show(answer(200, "x", "image/png"), "GET /items");

  EXPECT_EQ(points(true), (List{"response GET /items 200", "media_type GET /items 200 text/*",
                                "response GET /items 4XX", "response GET /items default"}));
}

TEST_F(Coverage, LooksIntoRequestsAndUndeclaredMembers) {
  MessageView request = answer(0, R"({"id":1,"more":{"extra":1},"pay":{"pan":"4"}})");
  request.direction = Direction::Request;
  request.method = "POST";

  show(request, "POST /items");

  EXPECT_EQ(points(true),
            (List{"media_type POST /items request application/json",
                  "property /components/schemas/Item/properties/id",
                  "property /components/schemas/Item/properties/pay",
                  "property /components/schemas/Item/additionalProperties/properties/extra",
                  "branch /components/schemas/Item/properties/pay/oneOf/0",
                  "property /components/schemas/Card/properties/pan"}));
}

TEST_F(Coverage, ConcludesNothingFromWhatItCannotRead) {
  EXPECT_FALSE(show(answer(200, "[]"), "GET /nothing"));
  MessageView cut = answer(200, R"([{"id":1}])");
  cut.body_state = BodyState::TooLarge;
  show(cut, "GET /items");
  MessageView coded = answer(200, R"([{"id":1}])");
  coded.fields.push_back({"Content-Encoding", "gzip"});
  show(coded, "GET /items");
  show(answer(200, "[{"), "GET /items");

  EXPECT_EQ(points(true),
            (List{"response GET /items 200", "media_type GET /items 200 application/json"}));
}

TEST_F(Coverage, AddsUpOverThreads) {
  CoverageTally other(model_->size());
  model_->observe(answer(404, ""), "GET /items", other);
  show(answer(503, ""), "GET /items");

  tally_.merge(other);

  EXPECT_EQ(points(true), (List{"response GET /items 4XX", "response GET /items default"}));
}

}  // namespace
}  // namespace faultline::contracts
