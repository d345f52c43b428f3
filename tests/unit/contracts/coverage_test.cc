// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/coverage.h"

#include "contracts/engine.h"
#include "proxy/base/random.h"

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
    model_ = contract_->coverage();
    ASSERT_NE(model_, nullptr);
    CoverageRecord record;
    record.add(contract_);
    context_.record(std::move(record));
  }

  void show(const MessageView& message) { static_cast<void>(contract_->check(message, context_)); }
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
      if (context_.coverage().entries().at(0).tally.is_seen(i) != is_seen) continue;
      const CoveragePoint point = model_->describe(i);
      EXPECT_EQ(point.kind, model_->kind(i));
      EXPECT_EQ(point.file, "shop.yaml");
      EXPECT_GT(point.line, 1U);
      list.push_back(std::string(coverage_kind_name(point.kind)) + " " +
                     (point.operation.empty() ? "" : point.operation + " ") + point.what);
    }
    return list;
  }

  std::shared_ptr<const Contract> contract_;
  const CoverageModel* model_ = nullptr;
  CheckContext context_;
};

using List = std::vector<std::string>;
const std::string kState = "/components/schemas/Item/properties/state/enum";

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
  show(answer(200, R"([{"id":1,"state":7,"parent":{"state":"open"}},{"pay":null}])",
              "application/JSON; charset=utf-8"));

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
  show(answer(404, ""));
  show(answer(503, ""));
  show(answer(200, "x", "text/csv"));
  show(answer(200, "x", "image/png"));

  EXPECT_EQ(points(true), (List{"response GET /items 200", "media_type GET /items 200 text/*",
                                "response GET /items 4XX", "response GET /items default"}));
}

TEST_F(Coverage, LooksIntoRequestsAndUndeclaredMembers) {
  MessageView request = answer(0, R"({"id":1,"more":{"extra":1},"pay":{"pan":"4"}})");
  request.direction = Direction::Request;
  request.method = "POST";

  show(request);

  EXPECT_EQ(points(true),
            (List{"media_type POST /items request application/json",
                  "property /components/schemas/Item/properties/id",
                  "property /components/schemas/Item/properties/pay",
                  "property /components/schemas/Item/additionalProperties/properties/extra",
                  "branch /components/schemas/Item/properties/pay/oneOf/0",
                  "property /components/schemas/Card/properties/pan"}));
}

TEST_F(Coverage, ConcludesNothingFromWhatItCannotRead) {
  MessageView nowhere = answer(200, "[]");
  nowhere.target = "/nothing";
  show(nowhere);
  MessageView cut = answer(200, R"([{"id":1}])");
  cut.body_state = BodyState::TooLarge;
  show(cut);
  MessageView coded = answer(200, R"([{"id":1}])");
  coded.fields.push_back({"Content-Encoding", "compress"});
  show(coded);
  show(answer(200, "[{"));

  EXPECT_EQ(points(true),
            (List{"response GET /items 200", "media_type GET /items 200 application/json"}));
}

TEST_F(Coverage, AddsUpOverThreads) {
  CheckContext other;
  CoverageRecord record;
  record.add(contract_);
  other.record(record);
  static_cast<void>(contract_->check(answer(404, ""), other));
  show(answer(503, ""));

  record.merge(context_.coverage());
  record.merge(other.coverage());

  context_.record(record);
  EXPECT_EQ(points(true), (List{"response GET /items 4XX", "response GET /items default"}));
}

TEST_F(Coverage, CountsForAContractOfTheSameTextsOnly) {
  const std::shared_ptr<const Contract> again = load_openapi("shop.yaml", kContract).contract;
  const std::shared_ptr<const Contract> changed =
      load_openapi("shop.yaml", std::string(kContract) + "    More: {}\n").contract;
  const std::shared_ptr<const Contract> renamed = load_openapi("x.yaml", kContract).contract;

  for (const auto& contract : {again, changed, renamed}) ASSERT_NE(contract, nullptr);
  static_cast<void>(changed->check(answer(404, ""), context_));
  static_cast<void>(renamed->check(answer(404, ""), context_));
  static_cast<void>(again->check(answer(503, ""), context_));

  EXPECT_EQ(points(true), List{"response GET /items default"});
}

/// What is known of a region already must not hide what a later message shows in it.
TEST_F(Coverage, SeesTheSameWhateverWasClosedBefore) {
  const List parts = {
      R"("id":1)",     R"("state":"open")",    R"("state":"paid")",    R"("state":7)",
      R"("pay":null)", R"("pay":{"pan":"4"})", R"("parent":{"id":2})", R"("more":{"extra":1})"};
  CoverageRecord sum;
  sum.add(contract_);
  for (uint64_t round = 0; round < 200; ++round) {
    std::string body = "[{";
    for (size_t i = 0; i < parts.size(); ++i) {
      if (random::absorb(round, i) % 5 != 0) continue;
      body += (body.back() == '{' ? "" : ",") + parts[i];
    }
    body += "}]";
    CheckContext alone;
    CoverageRecord record;
    record.add(contract_);
    alone.record(std::move(record));
    static_cast<void>(contract_->check(answer(200, body), alone));
    sum.merge(alone.coverage());
    show(answer(200, body));
    for (size_t i = 0; i < model_->size(); ++i) {
      ASSERT_EQ(context_.coverage().entries().at(0).tally.is_seen(i),
                sum.entries().at(0).tally.is_seen(i))
          << model_->describe(i).what << " after " << body;
    }
  }
  size_t closed = 0;
  for (size_t i = 0; i < model_->regions(); ++i) {
    closed += context_.coverage().entries().at(0).tally.is_closed(i) ? 1 : 0;
  }
  // All was shown, Item within itself included; only the reference of requests to it was not met.
  EXPECT_EQ(closed + 1, model_->regions());
}

TEST_F(Coverage, ClosesNothingWithAnUnseenPointInIt) {
  show(answer(200, R"([{"id":1,"state":"open","pay":{"pan":"4"},"parent":{}}])"));
  show(answer(200, R"([{"more":{"extra":1},"pay":null,"state":"paid"}])"));
  const CoverageTally& tally = context_.coverage().entries().at(0).tally;
  size_t closed = 0;
  for (size_t i = 0; i < model_->regions(); ++i) closed += tally.is_closed(i) ? 1 : 0;
  EXPECT_GT(closed, 0U);
  EXPECT_LT(closed, model_->regions());  // the third state is missing

  show(answer(200, R"([{"state":7}])"));

  EXPECT_EQ(std::ranges::count(points(true), "enum_member " + kState + "/2"), 1);
}

/// One operation, and what it showed after one message.
List shown(std::string_view operation, const MessageView& message) {
  const std::shared_ptr<const Contract> contract =
      load_openapi("one.yaml", "openapi: 3.2.0\ninfo: { title: t, version: '1' }\npaths:\n  /a:\n" +
                                   std::string(operation))
          .contract;
  CoverageRecord record;
  record.add(contract);
  CheckContext context;
  context.record(std::move(record));
  static_cast<void>(contract->check(message, context));
  List list;
  const CoverageModel& model = *contract->coverage();
  for (size_t i = 0; i < model.size(); ++i) {
    if (context.coverage().entries().at(0).tally.is_seen(i)) list.push_back(model.describe(i).what);
  }
  return list;
}

MessageView to_a(Direction direction, std::string_view type, std::string_view body) {
  MessageView message;
  message.direction = direction;
  message.method = "POST";
  message.target = "/a";
  message.status = direction == Direction::Response ? 200 : 0;
  message.fields = {{"Content-Type", type}};
  message.body = body;
  return message;
}

// {"state":"open"}, as gzip writes it.
constexpr std::string_view kCodedState(
    "\x1f\x8b\x08\0\0\0\0\0\x02\xff\xab\x56\x2a\x2e\x49\x2c\x49\x55\xb2\x52\xca\x2f"
    "\x48\xcd\x53\xaa\x05\0\x8f\x28\x2b\x48\x10\0\0\0",
    36);

TEST(CoverageOfBodies, ReachesWhatTheCheckReads) {
  constexpr const char* kRequest =
      "    post:\n      requestBody:\n        content:\n          '*/*':\n            schema:\n"
      "              properties: { state: { enum: [ open, paid ] } }\n"
      "      responses: { '200': { description: ok } }\n";
  struct Case {
    std::string_view name;
    std::string_view type;
    std::string_view body;
    std::string_view coding;
  };
  const std::string part =
      "--b\r\nContent-Disposition: form-data; name=\"state\"\r\n\r\nopen\r\n--b--\r\n";
  for (const Case& c : {Case{"form", "application/x-www-form-urlencoded", "state=open", {}},
                        Case{"multipart", "multipart/form-data; boundary=b", part, {}},
                        Case{"coded", "application/json", kCodedState, "gzip"}}) {
    SCOPED_TRACE(c.name);
    MessageView message = to_a(Direction::Request, c.type, c.body);
    if (!c.coding.empty()) message.fields.push_back({"Content-Encoding", c.coding});

    const List list = shown(kRequest, message);

    const std::string schema = "/paths/~1a/post/requestBody/content/*~1*/schema/properties/state";
    EXPECT_EQ(list, (List{"request */*", schema, schema + "/enum/0"}));
  }
}

TEST(CoverageOfBodies, ReachesTheItemsOfStreams) {
  constexpr const char* kLines =
      "    post:\n      responses:\n        '200':\n          description: ok\n"
      "          content:\n            application/x-ndjson:\n"
      "              itemSchema: { enum: [ 1, 2, 3 ] }\n";

  const List list = shown(kLines, to_a(Direction::Response, "application/x-ndjson", "3\n1\n"));

  const std::string schema =
      "/paths/~1a/post/responses/200/content/application~1x-ndjson/itemSchema/enum/";
  EXPECT_EQ(list, (List{"200", "200 application/x-ndjson", schema + "0", schema + "2"}));
}

TEST(CoverageOfBodies, ReachesParametersAndHeaders) {
  constexpr const char* kParameters =
      "    post:\n      parameters:\n"
      "        - { name: by, in: query, schema: { enum: [ name, age ] } }\n"
      "        - { name: in, in: query, schema: { type: array, items: { enum: [ x, y ] } } }\n"
      "      responses:\n        '200':\n          description: ok\n"
      "          headers: { Cache: { schema: { enum: [ hit, miss ] } } }\n";
  MessageView request = to_a(Direction::Request, "text/plain", "");
  request.target = "/a?by=age&in=x";
  MessageView response = to_a(Direction::Response, "text/plain", "");
  response.fields = {{"cache", "miss"}};

  const List of_request = shown(kParameters, request);
  const List of_response = shown(kParameters, response);

  EXPECT_EQ(of_request, (List{"/paths/~1a/post/parameters/0/schema/enum/1",
                              "/paths/~1a/post/parameters/1/schema/items/enum/0"}));
  EXPECT_EQ(of_response,
            (List{"200", "/paths/~1a/post/responses/200/headers/Cache/schema/enum/1"}));
}

}  // namespace
}  // namespace faultline::contracts
