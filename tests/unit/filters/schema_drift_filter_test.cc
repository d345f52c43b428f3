// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/schema_drift/schema_drift_filter.h"

#include "proxy/base/limits.h"
#include "tests/unit/filters/filters_support.h"

#include <gtest/gtest.h>

#include <set>

namespace faultline::filters {
namespace {

using http::BodyFraming;
using Mutate = rules::SchemaDriftSpec::Mutate;
using rules::BypassReason;
using rules::Side;
using FieldList = std::vector<std::pair<std::string, std::string>>;

rules::SchemaDriftSpec retype(std::string pointer, Side side = Side::Response) {
  rules::SchemaDriftSpec spec;
  spec.mutate = Mutate::Retype;
  spec.pointer = std::move(pointer);
  spec.side = side;
  spec.body_max = limits::kCaptureBytes;
  return spec;
}

class Drifter {
 public:
  explicit Drifter(rules::SchemaDriftSpec spec)
      : world(std::move(spec)),
        context(world),
        filter(world.fire(), world.spec<rules::SchemaDriftSpec>()) {}

  void request(http::RequestHead& head, std::string_view body = "") {
    buffer::Chain chain = chain_of(context.pool, body);
    RequestMessage message{head, body.empty() ? nullptr : &chain, false, std::nullopt};
    EXPECT_EQ(filter.on_request(message, context), Flow::Continue);
    body_out = chain.to_string();
    is_edited = message.is_body_edited;
  }
  void response(http::ResponseHead& head, std::string_view body,
                std::optional<BypassReason> refused = std::nullopt) {
    buffer::Chain chain = chain_of(context.pool, body);
    ResponseMessage message{head, refused ? nullptr : &chain, false, refused};
    EXPECT_EQ(filter.on_response(message, context), Flow::Continue);
    body_out = chain.to_string();
    is_edited = message.is_body_edited;
  }
  [[nodiscard]] uint64_t bypassed(BypassReason reason) const {
    return world.counters().bypassed[static_cast<size_t>(reason)];
  }

  FaultWorld world;
  FakeContext context;
  SchemaDriftFilter filter;
  std::string body_out;
  bool is_edited = false;
};

http::ResponseHead json_answer(size_t length) {
  return head_of<http::ResponseHead>(
      {{"Content-Type", "application/json"}, {"content-LENGTH", std::to_string(length)}},
      BodyFraming::Length, length);
}

TEST(SchemaDriftFilter, MutatesTheBodyAndRepairsContentLength) {
  Drifter drifter(retype("/0/price"));
  const std::string body = R"([ {"id":9007199254740993,"price": 4.20} ])";
  auto head = json_answer(body.size());

  drifter.response(head, body);

  EXPECT_EQ(drifter.body_out, R"([ {"id":9007199254740993,"price": "4.20"} ])");
  EXPECT_TRUE(drifter.is_edited);
  EXPECT_TRUE(head.is_edited);
  EXPECT_EQ(head.content_length, drifter.body_out.size());
  EXPECT_EQ(head.fields.find("Content-Length")->value, std::to_string(drifter.body_out.size()));
  EXPECT_EQ(head.fields.find("Content-Length")->name, "content-LENGTH") << "its case is kept";
  EXPECT_EQ(head.fields.count("content-length"), 1U);
}

TEST(SchemaDriftFilter, NamesThePointerInItsEventAndToTheFindings) {
  Drifter drifter(retype("/0/price"));
  const std::string body = R"([{"price":1}])";
  auto head = json_answer(body.size());

  drifter.response(head, body);

  EXPECT_EQ(drifter.world.sink.value(0, "verdict"), "\"applied\"");
  EXPECT_EQ(drifter.world.sink.value(0, "action"), "\"retype\"");
  EXPECT_EQ(drifter.world.sink.value(0, "pointer"), "/0/price");
  EXPECT_EQ(drifter.world.sink.value(0, "bytes"), std::to_string(drifter.body_out.size()));
  const auto& applied = drifter.world.log->applied();
  ASSERT_EQ(applied.size(), 1U);
  EXPECT_EQ(applied[0].pointer, "/0/price");
  EXPECT_EQ(applied[0].fault, "schema_drift");
  EXPECT_EQ(applied[0].direction, Direction::Response);
}

TEST(SchemaDriftFilter, LeavesTheHeadOfAChunkedBodyToTheChain) {
  Drifter drifter(retype("/a"));
  auto head = head_of<http::ResponseHead>(
      {{"Content-Type", "application/problem+json; charset=utf-8"}}, BodyFraming::Chunked);

  drifter.response(head, R"({"a":1})");

  EXPECT_EQ(drifter.body_out, R"({"a":"1"})");
  EXPECT_TRUE(drifter.is_edited);
  EXPECT_FALSE(head.is_edited);
  EXPECT_EQ(head.fields.find("Content-Length"), nullptr);
}

TEST(SchemaDriftFilter, MutatesRequestsWhenItIsToldTo) {
  Drifter drifter(retype("/a", Side::Request));
  auto head =
      head_of<http::RequestHead>({{"Content-Type", "application/json"}}, BodyFraming::Length, 7);

  drifter.request(head, R"({"a":1})");

  EXPECT_EQ(drifter.filter.interest(), Interest::RequestBody);
  EXPECT_EQ(drifter.body_out, R"({"a":"1"})");
  EXPECT_EQ(head.content_length, 9U);
  EXPECT_EQ(drifter.world.log->applied().at(0).direction, Direction::Request);
}

TEST(SchemaDriftFilter, LeavesTheOtherSideAlone) {
  Drifter on_response(retype("/a"));
  auto request =
      head_of<http::RequestHead>({{"Content-Type", "application/json"}}, BodyFraming::Length, 7);
  on_response.request(request, R"({"a":1})");
  EXPECT_EQ(on_response.body_out, R"({"a":1})");
  EXPECT_FALSE(on_response.is_edited);

  Drifter on_request(retype("/a", Side::Request));
  auto response = json_answer(7);
  on_request.response(response, R"({"a":1})");
  EXPECT_EQ(on_request.body_out, R"({"a":1})");
  EXPECT_TRUE(on_request.world.sink.events.empty());
}

TEST(SchemaDriftFilter, RefusesBodiesItCannotEdit) {
  struct Case {
    FieldList fields;
    BodyFraming framing;
    uint64_t length;
    std::optional<BypassReason> refusal;
  };
  const auto json = std::pair<std::string, std::string>("Content-Type", "application/json");
  const Case cases[] = {
      {{json}, BodyFraming::Length, 10, std::nullopt},
      {{json}, BodyFraming::Chunked, 0, std::nullopt},
      {{json}, BodyFraming::UntilClose, 0, std::nullopt},
      {{{"content-type", "Application/JSON ; charset=utf-8"}},
       BodyFraming::Length,
       1,
       std::nullopt},
      {{{"Content-Type", "application/vnd.shop+json"}}, BodyFraming::Length, 1, std::nullopt},
      {{json, {"Content-Encoding", "identity"}}, BodyFraming::Length, 1, std::nullopt},
      {{json}, BodyFraming::None, 0, BypassReason::NotJson},
      {{}, BodyFraming::Length, 1, BypassReason::NotJson},
      {{{"Content-Type", "text/html"}}, BodyFraming::Length, 1, BypassReason::NotJson},
      {{{"Content-Type", "application/jsonp"}}, BodyFraming::Length, 1, BypassReason::NotJson},
      {{{"Content-Type", "application/xml; a=+json"}},
       BodyFraming::Length,
       1,
       BypassReason::NotJson},
      {{json, {"Content-Encoding", "gzip"}}, BodyFraming::Length, 1, BypassReason::Compressed},
      {{json, {"content-encoding", "br"}}, BodyFraming::Chunked, 0, BypassReason::Compressed},
      {{{"Content-Type", "text/event-stream"}}, BodyFraming::Chunked, 0, BypassReason::Streaming},
      {{{"Content-Type", "Text/Event-Stream;charset=utf-8"}},
       BodyFraming::UntilClose,
       0,
       BypassReason::Streaming},
      {{json}, BodyFraming::Length, limits::kCaptureBytes, std::nullopt},
      {{json}, BodyFraming::Length, limits::kCaptureBytes + 1, BypassReason::BufferLimit},
  };
  Drifter drifter(retype("/a"));
  for (size_t i = 0; i < std::size(cases); ++i) {
    const auto& [fields, framing, length, refusal] = cases[i];
    const auto head = head_of<http::ResponseHead>(fields, framing, length);
    EXPECT_EQ(drifter.filter.refuses_body(head), refusal) << "case " << i;
  }
}

TEST(SchemaDriftFilter, CountsWhyTheBodyDidNotCome) {
  for (const BypassReason reason : {BypassReason::Compressed, BypassReason::Streaming,
                                    BypassReason::NotJson, BypassReason::BufferLimit}) {
    Drifter drifter(retype("/a"));
    auto head = json_answer(7);

    drifter.response(head, R"({"a":1})", reason);
    drifter.filter.on_end(drifter.context);

    EXPECT_EQ(drifter.bypassed(reason), 1U) << rules::bypass_reason_name(reason);
    EXPECT_EQ(drifter.world.counters().bypassed_total(), 1U);
    EXPECT_FALSE(head.is_edited);
  }
}

TEST(SchemaDriftFilter, ForwardsUntouchedWhatItCannotChange) {
  struct Case {
    std::string_view body;
    BypassReason reason;
  };
  for (const auto& [body, reason] :
       {Case{"{\"a\":1", BypassReason::NotJson}, Case{"<html>", BypassReason::NotJson},
        Case{"{\"b\":1}", BypassReason::NoTarget}, Case{"[]", BypassReason::NoTarget}}) {
    Drifter drifter(retype("/a"));
    auto head = json_answer(body.size());

    drifter.response(head, body);

    EXPECT_EQ(drifter.body_out, body);
    EXPECT_FALSE(drifter.is_edited);
    EXPECT_FALSE(head.is_edited);
    EXPECT_EQ(head.content_length, body.size());
    EXPECT_EQ(drifter.bypassed(reason), 1U) << body;
    EXPECT_EQ(drifter.world.counters().applied, 0U);
  }
}

TEST(SchemaDriftFilter, LeavesABodyBeyondItsOwnLimitAlone) {
  auto spec = retype("/a");
  spec.body_max = 7;
  Drifter fits(spec);
  Drifter exceeds(spec);
  auto head =
      head_of<http::ResponseHead>({{"Content-Type", "application/json"}}, BodyFraming::Chunked);

  fits.response(head, R"({"a":1})");
  exceeds.response(head, R"({"a":12})");

  EXPECT_EQ(fits.body_out, R"({"a":"1"})");
  EXPECT_EQ(exceeds.body_out, R"({"a":12})");
  EXPECT_EQ(exceeds.bypassed(BypassReason::BufferLimit), 1U);
}

constexpr std::string_view kContract = R"(openapi: 3.0.3
info: { title: t, version: '1' }
paths:
  /items/{id}:
    get:
      parameters: [ { name: id, in: path, required: true, schema: { type: string } } ]
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema:
                type: object
                properties:
                  price: { type: number }
                  state: { type: string, enum: [new, sold] }
)";

contracts::ContractSet load_contract() {
  auto loaded = contracts::load_openapi("shop.yaml", std::string(kContract));
  EXPECT_TRUE(loaded.contract);
  contracts::ContractSet set;
  set.add(std::shared_ptr<const contracts::Contract>(std::move(loaded.contract)));
  return set;
}

std::string any_pointer(Mutate mutate, int status, const std::string& target,
                        const contracts::ContractSet* set, int earlier) {
  auto spec = retype("");
  spec.mutate = mutate;
  spec.any = true;
  FaultWorld world(spec);
  FakeContext context(world);
  context.contract_set = set;
  for (int i = 0; i < earlier; ++i) static_cast<void>(world.decide());
  SchemaDriftFilter filter(world.fire(), world.spec<rules::SchemaDriftSpec>());
  http::RequestHead request;
  request.method = "GET";
  request.target = target;
  RequestMessage asked{request, nullptr, false, std::nullopt};
  static_cast<void>(filter.on_request(asked, context));
  const std::string_view body = R"({"price":1,"state":"new","secret":"s"})";
  auto head = json_answer(body.size());
  head.status = status;
  buffer::Chain chain = chain_of(context.pool, body);
  ResponseMessage message{head, &chain, false, std::nullopt};
  static_cast<void>(filter.on_response(message, context));
  return world.log->applied().empty() ? world.sink.value(0, "reason")
                                      : world.log->applied()[0].pointer;
}

TEST(SchemaDriftFilter, ChoosesAnyPropertyThatTheContractDeclares) {
  const auto set = load_contract();
  std::set<std::string> seen;
  for (int i = 0; i < 32; ++i) {
    seen.insert(any_pointer(Mutate::Retype, 200, "/items/7", &set, i));
  }
  EXPECT_EQ(seen, (std::set<std::string>{"/price", "/state"}));
  EXPECT_EQ(any_pointer(Mutate::Enum, 200, "/items/7", &set, 5), "/state");
}

TEST(SchemaDriftFilter, ChoosesTheSamePlaceForTheSameDecision) {
  const auto set = load_contract();
  for (int i = 0; i < 8; ++i) {
    EXPECT_EQ(any_pointer(Mutate::Retype, 200, "/items/7", &set, i),
              any_pointer(Mutate::Retype, 200, "/items/8", &set, i))
        << "occurrence " << i;
  }
}

TEST(SchemaDriftFilter, HasNoTargetWhereTheContractDeclaresNothing) {
  const auto set = load_contract();
  EXPECT_EQ(any_pointer(Mutate::Retype, 404, "/items/7", &set, 0), "\"no_target\"");
  EXPECT_EQ(any_pointer(Mutate::Retype, 200, "/elsewhere", &set, 0), "\"no_target\"");
  EXPECT_EQ(any_pointer(Mutate::Retype, 200, "/items/7", nullptr, 0), "\"no_target\"");
}

}  // namespace
}  // namespace faultline::filters
