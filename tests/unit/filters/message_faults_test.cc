// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/abort/http_date.h"
#include "filters/filter_factory.h"
#include "filters/response_memory.h"
#include "filters/wire_scanner.h"
#include "tests/unit/filters/filters_support.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

// The faults of HTTP messages and their helpers.
namespace faultline::filters {
namespace {

// Each byte as the letter of its part.
std::string parts_of(std::string_view message, bool is_chunked, size_t piece) {
  WireScanner scanner(is_chunked);
  std::string parts;
  while (!message.empty()) {
    auto bytes = message.substr(0, piece);
    message.remove_prefix(bytes.size());
    while (!bytes.empty()) {
      const auto run = scanner.next(bytes);
      parts.append(run.bytes, "HFPE"[static_cast<size_t>(run.part)]);
      bytes.remove_prefix(run.bytes);
    }
  }
  return parts;
}

TEST(WireScanner, TellsThePartsApartInEverySegmentation) {
  struct Case {
    std::string message;
    std::string parts;
    bool is_chunked;
  };
  const std::string head = "HTTP/1.1 200 OK\r\nA: \r\r\n\r\n";
  const std::string h(head.size(), 'H');
  const std::string sixteen(0x1a, 'x');
  const std::vector<Case> cases{
      {head + "0\r\n\r\n", h + "PPPPP", false},
      {head + "0\r\n\r\n", h + "EEEEE", true},
      {head + "2\r\n0\r\r\n0\r\nT: 1\r\n\r\n", h + "FFFPPFFEEEEEEEEEEE", true},
      {head + "1A\r\n" + sixteen + "\r\n1\r\n\n\r\n0\r\n\r\n",
       h + "FFFF" + std::string(0x1a, 'P') + "FFFFFPFFEEEEE", true}};
  for (const auto& c : cases) {
    ASSERT_EQ(c.message.size(), c.parts.size());
    for (size_t piece = 1; piece <= c.message.size(); ++piece) {
      EXPECT_EQ(parts_of(c.message, c.is_chunked, piece), c.parts) << "in pieces of " << piece;
    }
  }
}

http::LocalReply answer(std::string body) {
  http::LocalReply reply;
  reply.status = 200;
  reply.body = std::move(body);
  return reply;
}

TEST(ResponseMemory, KeepsTheNewestOfEachKey) {
  ResponseMemory memory;
  EXPECT_EQ(memory.get("a"), nullptr);
  memory.put("a", answer("1"));
  memory.put("b", answer("2"));
  memory.put("a", answer("3"));
  ASSERT_NE(memory.get("a"), nullptr);
  EXPECT_EQ(memory.get("a")->body, "3");
  EXPECT_EQ(memory.get("b")->body, "2");
}

TEST(ResponseMemory, IsBoundedInBytesAndForgetsWhatWasUsedLongestAgo) {
  constexpr size_t kMiB = 1024UL * 1024;
  ResponseMemory memory;
  for (int i = 0; i < 40; ++i) {
    memory.put("k" + std::to_string(i), answer(std::string(kMiB, 'x')));
    EXPECT_NE(memory.get("k0"), nullptr) << "used all the time";
    EXPECT_LE(memory.bytes(), 16 * kMiB);
  }
  EXPECT_EQ(memory.get("k1"), nullptr);
  EXPECT_NE(memory.get("k39"), nullptr);

  memory.put("k39", answer(std::string(17 * kMiB, 'x')));
  EXPECT_EQ(memory.get("k39"), nullptr) << "too long to be kept, and the old one is not the last";
}

TEST(ResponseMemory, IsBoundedInEntries) {
  ResponseMemory memory;
  for (int i = 0; i < 3000; ++i) memory.put("k" + std::to_string(i), answer(""));
  EXPECT_EQ(memory.get("k0"), nullptr);
  EXPECT_NE(memory.get("k2999"), nullptr);
}

TEST(ReplyOf, LeavesOutWhatFollowsFromTheMessage) {
  const auto head = head_of<http::ResponseHead>({{"ETag", "1"},
                                                 {"content-length", "5"},
                                                 {"Transfer-Encoding", "chunked"},
                                                 {"Connection", "close"},
                                                 {"ETag", "2"}});
  const auto reply = reply_of(head, "body");
  EXPECT_EQ(reply.fields,
            (std::vector<std::pair<std::string, std::string>>{{"ETag", "1"}, {"ETag", "2"}}));
  EXPECT_EQ(reply.body, "body");
}

TEST(HttpDate, IsAnImfFixdate) {
  // RFC 9110 5.6.7 gives the first.
  EXPECT_EQ(http_date({784'111'777'999'999'999}), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date({0}), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(http_date({1'709'164'799'000'000'000}), "Wed, 28 Feb 2024 23:59:59 GMT");
  EXPECT_EQ(http_date({1'709'164'800'000'000'000}), "Thu, 29 Feb 2024 00:00:00 GMT");
}

// ---- the faults ------------------------------------------------------------------------------

using Calls = std::vector<std::string>;

/// A filter for one fired decision, on an exchange that is the fourth of its connection.
struct Fault {
  explicit Fault(rules::FaultSpec spec)
      : world(std::move(spec)),
        context(world),
        filter(make_filter(world.fire(), rules::Protocol::Http)) {}

  Flow request(http::RequestHead& head) {
    buffer::Chain nothing;
    RequestMessage message{head, &nothing, false, std::nullopt};
    return filter->on_request(message, context);
  }
  Flow response(http::ResponseHead& head, std::string_view text = "") {
    body = chain_of(context.pool, text);
    ResponseMessage message{head, &body, false, std::nullopt};
    const Flow flow = filter->on_response(message, context);
    is_body_edited = message.is_body_edited;
    return flow;
  }
  [[nodiscard]] bool is_bypassed() {
    filter->on_end(context);
    return world.counters().applied == 0 && world.counters().balances();
  }

  FaultWorld world;
  FakeContext context;
  FilterPtr filter;
  buffer::Chain body;
  bool is_body_edited = false;
};

http::ResponseHead ok_head() {
  auto head = head_of<http::ResponseHead>({{"ETag", "1"}, {"Content-Length", "5"}},
                                          http::BodyFraming::Length, 5);
  head.status = 200;
  return head;
}

TEST(EditFilter, GivesAStatusThatForbadeABodyOneOfLengthZero) {
  Fault fault(rules::EditSpec{.status = 200});
  auto head = head_of<http::ResponseHead>({{"ETag", "1"}});
  head.status = 304;

  EXPECT_EQ(fault.response(head), Flow::Continue);

  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.reason, "OK");
  ASSERT_NE(head.fields.find("content-length"), nullptr);
  EXPECT_EQ(head.fields.find("content-length")->value, "0");
  EXPECT_TRUE(head.is_edited);
}

TEST(EditFilter, LeavesAStatusAloneThatIsThereAlready) {
  Fault fault(rules::EditSpec{.status = 200});
  auto head = ok_head();

  EXPECT_EQ(fault.response(head), Flow::Continue);

  EXPECT_FALSE(head.is_edited);
  EXPECT_TRUE(fault.is_bypassed());
}

TEST(TruncateFilter, ShortensWithFramingThatAgrees) {
  Fault fault(rules::TruncateSpec{.how = rules::TruncateSpec::How::Shorten, .at = 2});
  auto head = ok_head();

  EXPECT_EQ(fault.response(head, "hello"), Flow::Continue);

  EXPECT_EQ(fault.body.to_string(), "he");
  EXPECT_TRUE(fault.is_body_edited);
  EXPECT_EQ(head.fields.find("content-length")->value, "2");
  EXPECT_EQ(fault.world.sink.value(0, "bytes"), "3");
}

TEST(WithholdContinueFilter, KeepsTheFirst100AndNothingElse) {
  Fault fault(rules::WithholdContinueSpec{.hold = Duration(1000)});
  http::RequestHead request;
  request.expects_continue = true;
  static_cast<void>(fault.request(request));
  http::ResponseHead hints;
  hints.status = 103;
  http::ResponseHead go_on;
  go_on.status = 100;

  EXPECT_FALSE(fault.filter->takes_interim(hints, fault.context));
  EXPECT_TRUE(fault.filter->takes_interim(go_on, fault.context));
  EXPECT_TRUE(fault.context.calls.empty());
  fault.world.scheduler.advance(Duration(5000));

  EXPECT_EQ(fault.context.calls, Calls{"interim 100 @1000"});
}

TEST(WithholdContinueFilter, IsBypassedWhenNobodyWaits) {
  Fault fault(rules::WithholdContinueSpec{});
  http::RequestHead request;
  static_cast<void>(fault.request(request));
  EXPECT_TRUE(fault.is_bypassed());
}

TEST(DuplicateRequestFilter, OrdersACopyOfWhatCanBeCopied) {
  Fault fault(rules::DuplicateRequestSpec{.gap = Duration(7)});
  http::RequestHead request;
  EXPECT_EQ(fault.request(request), Flow::Continue);
  EXPECT_EQ(fault.world.sink.log, (Calls{"event 101", "copy after 7"}));

  Fault tunnel(rules::DuplicateRequestSpec{});
  request.is_upgrade = true;
  EXPECT_EQ(tunnel.request(request), Flow::Continue);
  EXPECT_TRUE(tunnel.is_bypassed());
}

TEST(StaleResponseFilter, GivesTheOldAnswerOfTheSameTargetOnly) {
  Fault fault(rules::StaleResponseSpec{.body_max = 100});
  http::RequestHead request;
  request.method = "GET";
  request.target = "/a";
  static_cast<void>(fault.request(request));
  fault.context.memory.put("the-rule GET /b", answer("other"));
  fault.context.memory.put("the-rule GET /a", answer("old"));
  auto head = ok_head();

  EXPECT_EQ(fault.response(head, "fresh"), Flow::Hold);

  ASSERT_TRUE(fault.context.reply);
  EXPECT_EQ(fault.context.reply->body, "old");
  EXPECT_EQ(fault.context.memory.get("the-rule GET /a")->body, "old");
}

TEST(StaleResponseFilter, WithoutAnOldAnswerPassesTheFreshOneAndRemembersIt) {
  Fault fault(rules::StaleResponseSpec{.body_max = 100});
  http::RequestHead request;
  request.method = "GET";
  request.target = "/a";
  static_cast<void>(fault.request(request));
  auto head = ok_head();

  EXPECT_EQ(fault.response(head, "fresh"), Flow::Continue);

  ASSERT_NE(fault.context.memory.get("the-rule GET /a"), nullptr);
  EXPECT_EQ(fault.context.memory.get("the-rule GET /a")->body, "fresh");
  EXPECT_TRUE(fault.is_bypassed());
}

TEST(SwapResponsesFilter, GoesOnAloneWhenNobodyComes) {
  Fault fault(rules::SwapResponsesSpec{.wait = Duration(50), .body_max = 100});
  auto head = ok_head();

  EXPECT_EQ(fault.response(head, "hello"), Flow::Hold);
  fault.world.scheduler.advance(Duration(100));

  EXPECT_EQ(fault.context.calls, Calls{"proceed response @50"});
  EXPECT_EQ(fault.context.board.take("the-rule"), nullptr);
  EXPECT_TRUE(fault.is_bypassed());
}

TEST(SwapResponsesFilter, LeavesTheBoardWithItsExchange) {
  Fault fault(rules::SwapResponsesSpec{.wait = Duration(50), .body_max = 100});
  auto head = ok_head();
  static_cast<void>(fault.response(head, "hello"));

  EXPECT_TRUE(fault.is_bypassed());

  EXPECT_EQ(fault.context.board.take("the-rule"), nullptr);
}

TEST(AbortFilter, SaysWhenToComeBack) {
  using As = rules::AbortSpec::RetryAs;
  for (const As as : {As::Seconds, As::Date}) {
    rules::AbortSpec spec;
    spec.status = 429;
    spec.retry_after = std::chrono::seconds(7);
    spec.retry_as = as;
    Fault fault(spec);
    const auto now = fault.world.scheduler.clock().wall_now();
    http::RequestHead request;
    static_cast<void>(fault.request(request));
    ASSERT_TRUE(fault.context.reply);
    const std::string date = http_date({now.ns + 7'000'000'000});
    EXPECT_EQ(fault.context.reply->fields.at(0).first, "Retry-After");
    EXPECT_EQ(fault.context.reply->fields.at(0).second, as == As::Date ? date : "7");
  }
}

TEST(DropFilter, ResetsAConnectionThatIsUsedAgain) {
  Fault fault(rules::DropSpec{.how = rules::DropSpec::How::KeepAliveRace});
  http::RequestHead request;
  EXPECT_EQ(fault.request(request), Flow::Hold);
  EXPECT_EQ(fault.context.calls, Calls{"end reset @0"});
}

}  // namespace
}  // namespace faultline::filters
