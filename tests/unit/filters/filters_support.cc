// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/unit/filters/filters_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>

namespace faultline::filters {
namespace {

constexpr uint64_t kFirstEventId = 101;
constexpr uint64_t kSeed = 42;

std::shared_ptr<const rules::Config> config_of(rules::FaultSpec fault, rules::BudgetConfig budget) {
  rules::Config config;
  rules::RuleConfig rule;
  rule.name = "the-rule";
  rule.fault = std::move(fault);
  rule.budget = budget;
  config.rules.push_back(std::move(rule));
  config.listeners.emplace_back().name = "shop";
  return std::make_shared<const rules::Config>(std::move(config));
}

}  // namespace

uint64_t RecordingSink::emit(Event event) {
  events.push_back(std::move(event));
  const uint64_t id = kFirstEventId + events.size() - 1;
  log.push_back("event " + std::to_string(id));
  return id;
}

std::string RecordingSink::value(size_t position, std::string_view name) const {
  if (position >= events.size()) return "(no such event)";
  for (const auto* list : {&events[position].fields, &events[position].traffic_texts}) {
    for (const auto& [key, text] : *list) {
      if (key == name) return text;
    }
  }
  return "";
}

FaultWorld::FaultWorld(rules::FaultSpec fault, rules::BudgetConfig budget)
    : config(config_of(std::move(fault), budget)),
      engine(config, {.seed = kSeed}),
      log(std::make_unique<FaultLog>(sink, engine, scheduler.clock(),
                                     ExchangeId{.listener = 0, .connection = 17, .exchange = 3},
                                     config)) {}

rules::Decision FaultWorld::decide() {
  rules::ScopeFacts scope;
  scope.connection = 17;
  scope.exchange = 3;
  scope.method = "GET";
  return engine.decide(0, scope, Duration(0));
}

PlannedFault FaultWorld::fire() {
  const auto decision = decide();
  EXPECT_TRUE(decision.fired());
  return {0, &rule(), decision};
}

void FakeContext::note(const std::string& call) {
  calls.push_back(call + " @" + std::to_string(world_.scheduler.clock().now().ns));
  world_.sink.log.push_back(call);
}

void FakeContext::proceed(rules::Side side) {
  note(side == rules::Side::Request ? "proceed request" : "proceed response");
}

void FakeContext::respond(http::LocalReply answer) {
  note("respond " + std::to_string(answer.status));
  reply = std::move(answer);
}

void FakeContext::end(EndKind kind) { note(kind == EndKind::Close ? "end close" : "end reset"); }

void FakeContext::send_interim(http::ResponseHead&& head) {
  note("interim " + std::to_string(head.status));
}

void FakeContext::send_copy(Duration gap) { note("copy after " + std::to_string(gap.count())); }

void FakeContext::pause_source(rules::Side side) {
  note(side == rules::Side::Request ? "pause request" : "pause response");
}

void FakeContext::resume_source(rules::Side side) {
  note(side == rules::Side::Request ? "resume request" : "resume response");
}

std::shared_ptr<RateLimiter> FakeContext::limiter(const PlannedFault& fault,
                                                  const rules::ThrottleSpec& spec) {
  note("limiter " + fault.rule->name);
  if (shared_limiter) return shared_limiter;
  return std::make_shared<RateLimiter>(spec.bytes_per_second);
}

void PrintTo(const Delivered& piece, std::ostream* out) {
  *out << piece.at_ns << " '" << piece.bytes << (piece.end ? "' end" : "'");
}

ByteStage::Sink SinkLog::sink() {
  return [this](buffer::Chain&& bytes, bool end) {
    pieces.push_back({scheduler_.clock().now().ns, bytes.to_string(), end});
  };
}

std::string SinkLog::bytes() const {
  std::string all;
  for (const auto& piece : pieces) all += piece.bytes;
  return all;
}

int SinkLog::ends() const {
  return static_cast<int>(std::count_if(pieces.begin(), pieces.end(),
                                        [](const Delivered& piece) { return piece.end; }));
}

buffer::Chain chain_of(buffer::BlockPool& pool, std::string_view bytes) {
  buffer::Chain chain;
  chain.append(pool.copy(bytes));
  return chain;
}

}  // namespace faultline::filters
