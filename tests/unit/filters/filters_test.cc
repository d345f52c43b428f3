// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/filter_factory.h"
#include "tests/unit/filters/filters_support.h"

#include <gtest/gtest.h>

namespace faultline::filters {
namespace {

using How = rules::DropSpec::How;
using rules::Protocol;
using rules::Side;

constexpr int64_t kMs = 1'000'000;

rules::LatencySpec fixed_latency(Duration delay, Side side) {
  rules::LatencySpec spec;
  spec.fixed = delay;
  spec.max = std::chrono::minutes(10);
  spec.side = side;
  return spec;
}

rules::AbortSpec abort_with(int status, bool after) {
  rules::AbortSpec spec;
  spec.status = status;
  spec.after = after;
  return spec;
}

rules::SchemaDriftSpec drift_on(Side side) {
  rules::SchemaDriftSpec spec;
  spec.side = side;
  return spec;
}

/// A filter made for one fired decision, and what is around it.
class Bench {
 public:
  explicit Bench(rules::FaultSpec spec, Protocol protocol = Protocol::Http)
      : world(std::move(spec)), context(world), filter(make_filter(world.fire(), protocol)) {}

  Flow request() {
    http::RequestHead head;
    RequestMessage message{head, nullptr, false, std::nullopt};
    return filter->on_request(message, context);
  }
  Flow response() {
    http::ResponseHead head;
    head.status = 200;
    ResponseMessage message{head, nullptr, false, std::nullopt};
    return filter->on_response(message, context);
  }
  [[nodiscard]] uint64_t too_late() const {
    return world.counters().bypassed[static_cast<size_t>(rules::BypassReason::TooLate)];
  }

  FaultWorld world;
  FakeContext context;
  FilterPtr filter;
};

using Calls = std::vector<std::string>;

// ---- the factory -----------------------------------------------------------------------------

TEST(FilterFactory, MakesTheFilterOfEveryFault) {
  struct Case {
    rules::FaultSpec spec;
    Interest http;
    Interest tcp;
  };
  const Case cases[] = {
      {fixed_latency(Duration(1), Side::Request), Interest::None, Interest::RequestBytes},
      {fixed_latency(Duration(1), Side::Response), Interest::None, Interest::ResponseBytes},
      {rules::ThrottleSpec{100, rules::ThrottleSpec::Per::Exchange, Side::Request},
       Interest::RequestBytes, Interest::RequestBytes},
      {rules::ThrottleSpec{100, rules::ThrottleSpec::Per::Exchange, Side::Response},
       Interest::ResponseBytes, Interest::ResponseBytes},
      {rules::SliceSpec{.side = Side::Request}, Interest::RequestBytes, Interest::RequestBytes},
      {rules::StallSpec{}, Interest::ResponseBytes, Interest::ResponseBytes},
      {rules::CutSpec{}, Interest::ResponseBytes, Interest::ResponseBytes},
      {rules::HalfCloseSpec{}, Interest::RequestBytes, Interest::RequestBytes},
      {rules::LifetimeSpec{}, Interest::None, Interest::None},
      {rules::ConnectSpec{}, Interest::None, Interest::None},
      {rules::AbortSpec{}, Interest::None, Interest::None},
      {rules::DropSpec{How::Close, {}}, Interest::None, Interest::None},
      {rules::DropSpec{How::LoseResponse, {}}, Interest::None, Interest::ResponseBytes},
      {rules::EditSpec{}, Interest::None, Interest::None},
      {rules::TruncateSpec{.how = rules::TruncateSpec::How::Shorten}, Interest::ResponseBody,
       Interest::ResponseBody},
      {rules::TruncateSpec{}, Interest::ResponseBytes, Interest::ResponseBytes},
      {rules::WithholdContinueSpec{}, Interest::None, Interest::None},
      {rules::DuplicateRequestSpec{}, Interest::RequestBody, Interest::RequestBody},
      {rules::StaleResponseSpec{}, Interest::ResponseBody, Interest::ResponseBody},
      {rules::SwapResponsesSpec{}, Interest::ResponseBody, Interest::ResponseBody},
      {drift_on(Side::Request), Interest::RequestBody, Interest::RequestBody},
      {drift_on(Side::Response), Interest::ResponseBody, Interest::ResponseBody},
  };
  std::vector<bool> is_covered(std::variant_size_v<rules::FaultSpec>);
  for (const auto& [spec, http, tcp] : cases) {
    is_covered[spec.index()] = true;
    const std::string name(rules::fault_name(spec));
    EXPECT_EQ(Bench(spec, Protocol::Http).filter->interest(), http) << name << " on http";
    EXPECT_EQ(Bench(spec, Protocol::Tcp).filter->interest(), tcp) << name << " on tcp";
  }
  EXPECT_EQ(is_covered, std::vector<bool>(is_covered.size(), true)) << "a fault has no case";
}

TEST(FilterFactory, EveryFaultSettlesItsDecisionWhenTheExchangeEnds) {
  const rules::FaultSpec specs[] = {fixed_latency(Duration(1), Side::Response),
                                    rules::ThrottleSpec{.bytes_per_second = 1},
                                    rules::SliceSpec{},
                                    rules::StallSpec{},
                                    rules::CutSpec{},
                                    rules::HalfCloseSpec{},
                                    rules::LifetimeSpec{},
                                    rules::ConnectSpec{},
                                    abort_with(503, true),
                                    rules::DropSpec{How::LoseResponse, {}},
                                    rules::SchemaDriftSpec{}};
  for (const auto& spec : specs) {
    Bench bench(spec);
    bench.filter->on_end(bench.context);
    EXPECT_EQ(bench.too_late(), 1U) << rules::fault_name(spec);
    EXPECT_TRUE(bench.world.counters().balances()) << rules::fault_name(spec);
  }
}

// ---- latency ---------------------------------------------------------------------------------

TEST(LatencyFilter, HoldsItsSideForExactlyTheDrawnTime) {
  for (const Side side : {Side::Request, Side::Response}) {
    Bench bench(fixed_latency(Duration(200 * kMs), side));

    const Flow flow = side == Side::Request ? bench.request() : bench.response();
    bench.world.scheduler.advance(Duration(200 * kMs - 1));
    const bool is_early = !bench.context.calls.empty();
    bench.world.scheduler.advance(Duration(10 * kMs));

    EXPECT_EQ(flow, Flow::Hold);
    EXPECT_FALSE(is_early);
    EXPECT_EQ(bench.context.calls, Calls{side == Side::Request ? "proceed request @200000000"
                                                               : "proceed response @200000000"});
    EXPECT_EQ(bench.world.log->injected_delay(), Duration(200 * kMs));
    EXPECT_EQ(bench.world.sink.value(0, "action"), "\"delay 200000000 ns\"");
    EXPECT_EQ(bench.world.sink.value(0, "delay_ns"), "200000000");
    EXPECT_EQ(bench.world.sink.value(0, "side"),
              side == Side::Request ? "\"request\"" : "\"response\"");
  }
}

TEST(LatencyFilter, LetsTheOtherSidePass) {
  Bench on_response(fixed_latency(Duration(kMs), Side::Response));
  Bench on_request(fixed_latency(Duration(kMs), Side::Request));

  EXPECT_EQ(on_response.request(), Flow::Continue);
  EXPECT_EQ(on_request.response(), Flow::Continue);
  EXPECT_TRUE(on_response.world.sink.events.empty());
  EXPECT_TRUE(on_request.world.sink.events.empty());
}

TEST(LatencyFilter, DelaysByDrawOneOfTheDecision) {
  auto spec = fixed_latency(Duration(100 * kMs), Side::Request);
  spec.jitter = Duration(50 * kMs);
  FaultWorld world(spec);
  FakeContext context(world);
  const auto fault = world.fire();
  const int64_t expected = rules::latency_ns(spec, world.engine.draw(fault.decision, 1));
  const auto filter = make_filter(PlannedFault(fault), Protocol::Http);

  http::RequestHead head;
  RequestMessage message{head, nullptr, false, std::nullopt};
  static_cast<void>(filter->on_request(message, context));
  world.scheduler.advance(Duration(1000 * kMs));

  EXPECT_NE(expected, 100 * kMs);
  EXPECT_EQ(context.calls, Calls{"proceed request @" + std::to_string(expected)});
}

TEST(LatencyFilter, ProceedsNoMoreOnceTheExchangeIsGone) {
  Bench bench(fixed_latency(Duration(kMs), Side::Request));
  static_cast<void>(bench.request());

  bench.filter.reset();
  bench.world.scheduler.advance(Duration(10 * kMs));

  EXPECT_TRUE(bench.context.calls.empty());
}

TEST(LatencyFilter, DelaysEveryByteOfATcpConnectionAlike) {
  Bench bench(fixed_latency(Duration(30 * kMs), Side::Response), Protocol::Tcp);
  SinkLog out(bench.world.scheduler);

  const auto stage = bench.filter->make_stage(Side::Response, bench.context, out.sink());
  stage->push(chain_of(bench.context.pool, "a"), false);
  bench.world.scheduler.advance(Duration(kMs));
  stage->push(chain_of(bench.context.pool, "b"), true);
  bench.world.scheduler.advance(Duration(100 * kMs));

  EXPECT_EQ(out.pieces, (std::vector<Delivered>{{30 * kMs, "a", false}, {31 * kMs, "b", true}}));
  EXPECT_EQ(bench.world.counters().applied, 1U);
  EXPECT_EQ(bench.world.sink.value(0, "side"), "\"response\"");
}

// ---- throttle --------------------------------------------------------------------------------

TEST(ThrottleFilter, PutsTheLimiterOfTheContextIntoItsStage) {
  Bench bench(rules::ThrottleSpec{.bytes_per_second = 999});
  bench.context.shared_limiter = std::make_shared<RateLimiter>(200);
  SinkLog out(bench.world.scheduler);

  const auto stage = bench.filter->make_stage(Side::Response, bench.context, out.sink());
  stage->push(chain_of(bench.context.pool, "ab"), true);
  bench.world.scheduler.advance(Duration(100 * kMs));

  EXPECT_EQ(out.pieces, (std::vector<Delivered>{{0, "a", false}, {5 * kMs, "b", true}}));
  EXPECT_EQ(bench.world.sink.value(0, "action"), "\"throttle 999 B/s\"");
  EXPECT_EQ(bench.world.sink.value(0, "side"), "\"response\"");
  // The event comes first, then anything is done.
  EXPECT_EQ(bench.world.sink.log, (Calls{"event 101", "limiter the-rule"}));
}

TEST(ThrottleFilter, LetsHeadsPass) {
  Bench bench(rules::ThrottleSpec{.bytes_per_second = 1});

  EXPECT_EQ(bench.request(), Flow::Continue);
  EXPECT_EQ(bench.response(), Flow::Continue);
}

// ---- abort -----------------------------------------------------------------------------------

TEST(AbortFilter, AnswersBeforeTheUpstreamIsCalled) {
  Bench bench(rules::AbortSpec{.status = 503,
                               .headers = {{"Retry-After", "1"}, {"X-A", "b"}},
                               .body = "{\"error\":true}",
                               .after = false});

  EXPECT_EQ(bench.request(), Flow::Hold);

  EXPECT_EQ(bench.world.sink.log, (Calls{"event 101", "respond 503"}));
  ASSERT_TRUE(bench.context.reply);
  EXPECT_EQ(bench.context.reply->fields,
            (std::vector<std::pair<std::string, std::string>>{{"Retry-After", "1"}, {"X-A", "b"}}));
  EXPECT_EQ(bench.context.reply->body, "{\"error\":true}");
  EXPECT_EQ(bench.world.sink.value(0, "action"), "\"answer 503 before\"");
  // What is wrong is the answer, so the answer is what a finding would be about.
  EXPECT_EQ(bench.world.log->applied().at(0).direction, Direction::Response);
}

TEST(AbortFilter, ReplacesTheAnswerWhenItActsAfter) {
  Bench bench(rules::AbortSpec{.status = 500, .headers = {}, .body = "", .after = true});

  EXPECT_EQ(bench.request(), Flow::Continue);
  EXPECT_TRUE(bench.context.calls.empty());
  EXPECT_EQ(bench.response(), Flow::Hold);

  EXPECT_EQ(bench.context.calls, Calls{"respond 500 @0"});
  EXPECT_EQ(bench.world.sink.value(0, "action"), "\"answer 500 after\"");
}

TEST(AbortFilter, AnswersOnlyOnce) {
  Bench before(abort_with(503, false));
  static_cast<void>(before.request());
  EXPECT_EQ(before.response(), Flow::Continue);
  EXPECT_EQ(before.context.calls.size(), 1U);

  Bench after(abort_with(503, true));
  static_cast<void>(after.response());
  EXPECT_EQ(after.response(), Flow::Continue);
  EXPECT_EQ(after.context.calls.size(), 1U);
  EXPECT_EQ(after.world.counters().applied, 1U);
}

// ---- drop ------------------------------------------------------------------------------------

TEST(DropFilter, EndsTheExchangeAsItsKindSays) {
  struct Case {
    How how;
    std::string call;
    std::string action;
  };
  for (const auto& [how, call, action] : {Case{How::Close, "end close @0", "\"close\""},
                                          Case{How::Reset, "end reset @0", "\"reset\""}}) {
    Bench bench(rules::DropSpec{how, {}});
    EXPECT_EQ(bench.request(), Flow::Hold);
    EXPECT_EQ(bench.context.calls, Calls{call});
    EXPECT_EQ(bench.world.sink.value(0, "action"), action);
    EXPECT_EQ(bench.world.sink.log.front(), "event 101");

    Bench tcp(rules::DropSpec{how, {}}, Protocol::Tcp);
    EXPECT_EQ(tcp.filter->on_connection(tcp.context), Flow::Hold);
    EXPECT_EQ(tcp.context.calls, Calls{call});
  }
}

TEST(DropFilter, IsSilentInTheBlackHoleThenCloses) {
  Bench bench(rules::DropSpec{How::BlackHole, Duration(30'000 * kMs)});

  EXPECT_EQ(bench.request(), Flow::Hold);
  bench.world.scheduler.advance(Duration(30'000 * kMs - 1));
  EXPECT_TRUE(bench.context.calls.empty());
  bench.world.scheduler.advance(Duration(1));

  EXPECT_EQ(bench.context.calls, Calls{"end close @30000000000"});
  EXPECT_EQ(bench.world.sink.value(0, "delay_ns"), "30000000000");
}

TEST(DropFilter, LosesTheAnswerOnlyAfterTheUpstreamActed) {
  Bench bench(rules::DropSpec{How::LoseResponse, {}});

  EXPECT_EQ(bench.request(), Flow::Continue);
  EXPECT_TRUE(bench.world.sink.events.empty());
  EXPECT_EQ(bench.response(), Flow::Hold);

  EXPECT_EQ(bench.context.calls, Calls{"end reset @0"});
  EXPECT_EQ(bench.world.sink.value(0, "action"), "\"lose response\"");
  EXPECT_EQ(bench.world.sink.value(0, "side"), "\"response\"");
}

TEST(DropFilter, LeavesTheResponseOfOtherKindsAlone) {
  Bench bench(rules::DropSpec{How::Close, {}});

  EXPECT_EQ(bench.response(), Flow::Continue);
  EXPECT_TRUE(bench.context.calls.empty());
}

TEST(DropFilter, ResetsATcpConnectionAtTheFirstByteOfTheAnswer) {
  Bench bench(rules::DropSpec{How::LoseResponse, {}}, Protocol::Tcp);
  SinkLog out(bench.world.scheduler);
  EXPECT_EQ(bench.filter->on_connection(bench.context), Flow::Continue);
  const auto stage = bench.filter->make_stage(Side::Response, bench.context, out.sink());

  stage->push({}, false);
  EXPECT_TRUE(bench.context.calls.empty());
  stage->push(chain_of(bench.context.pool, "+OK"), false);
  stage->push(chain_of(bench.context.pool, "more"), true);
  stage->push({}, true);

  EXPECT_EQ(bench.context.calls, Calls{"end reset @0"});
  EXPECT_TRUE(out.pieces.empty()) << "a byte of the answer came through";
  EXPECT_EQ(bench.world.counters().applied, 1U);
}

TEST(DropFilter, PassesTheEndOfATcpUpstreamThatNeverAnswered) {
  Bench bench(rules::DropSpec{How::LoseResponse, {}}, Protocol::Tcp);
  SinkLog out(bench.world.scheduler);
  const auto stage = bench.filter->make_stage(Side::Response, bench.context, out.sink());

  stage->push({}, true);
  bench.filter->on_end(bench.context);

  EXPECT_EQ(out.pieces, (std::vector<Delivered>{{0, "", true}}));
  EXPECT_TRUE(bench.context.calls.empty());
  EXPECT_EQ(bench.too_late(), 1U);
}

}  // namespace
}  // namespace faultline::filters
