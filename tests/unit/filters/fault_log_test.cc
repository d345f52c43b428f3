// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/fault_log.h"

#include "proxy/base/hash.h"
#include "tests/unit/filters/filters_support.h"

#include <gtest/gtest.h>

namespace faultline::filters {
namespace {

rules::AbortSpec abort_spec() { return {.status = 503, .headers = {}, .body = "", .after = false}; }

size_t index_of(rules::BypassReason reason) { return static_cast<size_t>(reason); }

TEST(FaultLog, WritesTheEventBeforeTheEffect) {
  FaultWorld world(abort_spec());
  const auto fault = world.fire();

  world.log->apply(fault, {.action = "answer 503"}, [&] { world.sink.log.push_back("effect"); });

  EXPECT_EQ(world.sink.log, (std::vector<std::string>{"event 101", "effect"}));
}

TEST(FaultLog, CountsAppliedBeforeTheEffectRuns) {
  FaultWorld world(abort_spec());
  const auto fault = world.fire();
  uint64_t applied = 0;
  size_t listed = 0;

  world.log->apply(fault, {}, [&] {
    applied = world.counters().applied;
    listed = world.log->applied().size();
  });

  EXPECT_EQ(applied, 1U);
  EXPECT_EQ(listed, 1U);
}

TEST(FaultLog, TellsEverythingOfTheDecisionInItsEvent) {
  FaultWorld world(abort_spec());
  world.scheduler.advance(Duration(7000));
  const auto fault = world.fire();

  world.log->apply(fault,
                   {.side = rules::Side::Response,
                    .action = "retype",
                    .delay_ns = 5,
                    .pointer = "/0/price",
                    .bytes = 12},
                   [] {});

  ASSERT_EQ(world.sink.events.size(), 1U);
  const Event& event = world.sink.events[0];
  EXPECT_EQ(event.kind, "fault");
  EXPECT_EQ(event.time.ns, 7000);
  const std::vector<std::pair<std::string_view, std::string>> fields{
      {"rule", "\"the-rule\""},
      {"fault", "\"abort\""},
      {"listener", "\"shop\""},
      {"connection", "17"},
      {"exchange", "3"},
      {"scope", "\"route\""},
      {"occurrence", "0"},
      {"u", '"' + hex64(fault.decision.u0) + '"'},
      {"verdict", "\"applied\""},
      {"side", "\"response\""},
      {"action", "\"retype\""},
      {"delay_ns", "5"},
      {"bytes", "12"}};
  EXPECT_EQ(event.fields, fields);
  // What came from traffic is apart, so that the sink redacts it.
  const std::vector<std::pair<std::string_view, std::string>> texts{{"key", "GET *"},
                                                                    {"pointer", "/0/price"}};
  EXPECT_EQ(event.traffic_texts, texts);
}

TEST(FaultLog, LeavesOutOfTheEventWhatTheActionHasNot) {
  FaultWorld world(abort_spec());

  world.log->apply(world.fire(), {.action = "close"}, [] {});

  EXPECT_EQ(world.sink.value(0, "delay_ns"), "");
  EXPECT_EQ(world.sink.value(0, "bytes"), "");
  EXPECT_EQ(world.sink.value(0, "pointer"), "");
  EXPECT_EQ(world.sink.value(0, "side"), "\"request\"");
}

TEST(FaultLog, ListsAppliedFaultsWithTheIdsAndTimesOfTheirEvents) {
  FaultWorld world(abort_spec());
  world.scheduler.advance(Duration(7000));

  world.log->apply(
      world.fire(),
      {.side = rules::Side::Response, .action = "null", .delay_ns = 5, .pointer = "/a"}, [] {});
  world.scheduler.advance(Duration(300));
  world.log->bypass(world.fire(), rules::BypassReason::NotJson);
  world.log->apply(world.fire(), {.side = rules::Side::Request}, [] {});

  const auto applied = world.log->applied();
  ASSERT_EQ(applied.size(), 2U);
  EXPECT_EQ(applied[0].event_id, 101U);
  EXPECT_EQ(applied[0].rule, "the-rule");
  EXPECT_EQ(applied[0].fault, "abort");
  EXPECT_EQ(applied[0].direction, Direction::Response);
  EXPECT_EQ(applied[0].pointer, "/a");
  EXPECT_EQ(applied[0].action, "null");
  EXPECT_EQ(applied[0].time, MonoTime{7000});
  EXPECT_EQ(applied[0].delay_ns, 5);
  EXPECT_EQ(applied[1].event_id, 103U);
  EXPECT_EQ(applied[1].direction, Direction::Request);
  EXPECT_EQ(applied[1].time, MonoTime{7300});
  EXPECT_EQ(applied[1].delay_ns, 0);
}

TEST(FaultLog, CountsABypassOnceByReasonAndNeverAsApplied) {
  FaultWorld world(abort_spec());

  world.log->bypass(world.fire(), rules::BypassReason::Compressed);

  const auto counters = world.counters();
  EXPECT_EQ(counters.drawn, 1U);
  EXPECT_EQ(counters.applied, 0U);
  EXPECT_EQ(counters.bypassed[index_of(rules::BypassReason::Compressed)], 1U);
  EXPECT_EQ(counters.bypassed_total(), 1U);
  EXPECT_TRUE(counters.balances());
  EXPECT_EQ(world.sink.value(0, "verdict"), "\"bypassed\"");
  EXPECT_EQ(world.sink.value(0, "reason"), "\"compressed\"");
  EXPECT_TRUE(world.log->applied().empty());
}

TEST(FaultLog, HoldsTheConcurrentBudgetUntilTheExchangeEnds) {
  FaultWorld world(abort_spec(), {.total = std::nullopt, .concurrent = 1});
  world.log->apply(world.fire(), {}, [] {});

  EXPECT_EQ(world.decide().verdict, rules::Verdict::Budget);
  world.log.reset();

  EXPECT_TRUE(world.decide().fired());
  EXPECT_EQ(world.counters().overflow, 1U);
}

TEST(FaultLog, ReleasesAsManyAsWereApplied) {
  FaultWorld world(abort_spec(), {.total = std::nullopt, .concurrent = 2});
  world.log->apply(world.fire(), {}, [] {});
  world.log->apply(world.fire(), {}, [] {});

  world.log.reset();

  EXPECT_TRUE(world.decide().fired());
  EXPECT_TRUE(world.decide().fired());
  EXPECT_EQ(world.decide().verdict, rules::Verdict::Budget);
}

TEST(FaultLog, DoesNotReleaseABypassTwice) {
  FaultWorld world(abort_spec(), {.total = std::nullopt, .concurrent = 1});
  world.log->bypass(world.fire(), rules::BypassReason::TooLate);

  world.log.reset();

  EXPECT_TRUE(world.decide().fired());
  EXPECT_EQ(world.decide().verdict, rules::Verdict::Budget);
}

TEST(FaultLog, SumsTheDelaysItInjected) {
  FaultWorld world(abort_spec());

  world.log->apply(world.fire(), {.delay_ns = 200}, [] {});
  world.log->apply(world.fire(), {.delay_ns = 50}, [] {});

  EXPECT_EQ(world.log->injected_delay(), Duration(250));
}

TEST(FaultLog, DrawsWhatTheEngineDraws) {
  FaultWorld world(abort_spec());
  const auto fault = world.fire();

  EXPECT_EQ(world.log->draw(fault, 1), world.engine.draw(fault.decision, 1));
  EXPECT_NE(world.log->draw(fault, 1), world.log->draw(fault, 2));
}

TEST(FaultTicket, BypassesAsTooLateWhatNeverActed) {
  FaultWorld world(abort_spec());
  FakeContext context(world);
  FaultTicket ticket(world.fire());

  ticket.end(context);
  ticket.end(context);

  EXPECT_TRUE(ticket.is_settled());
  EXPECT_EQ(world.counters().bypassed[index_of(rules::BypassReason::TooLate)], 1U);
  EXPECT_EQ(world.sink.events.size(), 1U);
}

TEST(FaultTicket, EndsSilentlyWhenItHasActed) {
  FaultWorld world(abort_spec());
  FakeContext context(world);
  FaultTicket ticket(world.fire());

  ticket.apply(context, {}, [] {});
  ticket.end(context);

  EXPECT_EQ(world.counters().applied, 1U);
  EXPECT_EQ(world.counters().bypassed_total(), 0U);
  EXPECT_TRUE(world.counters().balances());
}

}  // namespace
}  // namespace faultline::filters
