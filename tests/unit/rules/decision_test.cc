// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/decision.h"

#include "proxy/base/limits.h"
#include "proxy/base/message_view.h"
#include "tests/unit/rules/load_support.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace faultline::rules {
namespace {

using std::chrono::seconds;

std::shared_ptr<const Config> config_with(const std::string& rules) {
  return load_good(with_listeners("rules:\n" + rules));
}

ScopeFacts http_scope(uint64_t connection = 0, uint64_t exchange = 0) {
  ScopeFacts scope;
  scope.connection = connection;
  scope.exchange = exchange;
  scope.method = "GET";
  scope.client = "10.0.0.1";
  return scope;
}

// Which of the first `count` matches fire, as digits: "1010".
std::string fired_pattern(DecisionEngine& engine, uint32_t rule, int count) {
  std::string pattern;
  for (int i = 0; i < count; ++i) {
    pattern += engine.decide(rule, http_scope(), Duration{}).fired() ? '1' : '0';
  }
  return pattern;
}

constexpr const char* kSlowCart =
    "  - { name: slow-cart, match: { method: GET, path: /cart/:id }, fault: { latency: { fixed: 1s "
    "} }, chance: 25% }\n";

TEST(Decision, DrawsTheNumbersOfTheDefinition) {
  DecisionEngine engine(config_with(kSlowCart), {.seed = 42});

  const auto first = engine.decide(0, http_scope(), Duration{});
  const auto second = engine.decide(0, http_scope(), Duration{});

  EXPECT_EQ(first.key, "GET /cart/:id");
  EXPECT_EQ(first.kind, ScopeKind::Route);
  EXPECT_EQ(first.occurrence, 0U);
  EXPECT_EQ(first.u0, 0xD153E19EE2A88AB6U);
  EXPECT_EQ(first.threshold, 1073741824U);
  EXPECT_EQ(first.verdict, Verdict::Chance);
  EXPECT_EQ(engine.draw(first, 1), 0x1F958F4B7434DF0EU);
  EXPECT_EQ(second.occurrence, 1U);
  EXPECT_EQ(second.u0, 0x3B2A3762365F8D04U);
  EXPECT_EQ(second.verdict, Verdict::Fired);
}

TEST(Decision, KeepsTheVectorsOfConnectionAndMessageScope) {
  const auto config = config_with(
      "  - { name: slow-cart, fault: { latency: { fixed: 1s } }, scope: connection }\n"
      "  - { name: flaky-pay, fault: { abort: {} }, scope: { header: Idempotency-Key } }\n");
  DecisionEngine first(config, {.seed = 42});
  DecisionEngine second(config, {.seed = 42, .run = 7});
  const std::vector<FieldView> fields{{"idempotency-key", "idem-9f2c"}};
  auto scope = http_scope();
  scope.fields = FieldLookup(fields);

  EXPECT_EQ(first.decide(0, http_scope(17, 3), Duration{}).u0, 0xCB67F687F51519FDU);
  EXPECT_EQ(second.decide(1, scope, Duration{}).u0, 0x725DBC1BD31FEA17U);
}

TEST(Decision, MakesTheKeyOfEachScope) {
  const auto config = config_with(
      "  - { name: a, fault: { drop: {} }, scope: run }\n"
      "  - { name: b, fault: { drop: {} }, scope: connection }\n"
      "  - { name: c, fault: { drop: {} }, scope: route }\n"
      "  - { name: d, match: { path: '/x/{id}' }, fault: { drop: {} } }\n"
      "  - { name: e, fault: { drop: {} }, scope: { header: x-id } }\n"
      "  - { name: f, fault: { drop: {} }, scope: client }\n");
  DecisionEngine engine(config, {});
  const std::vector<FieldView> fields{{"X-Id", "77"}};
  auto scope = http_scope(258, 3);
  scope.listener = 1;
  scope.fields = FieldLookup(fields);
  const auto key = [&](uint32_t rule) { return engine.decide(rule, scope, Duration{}).key; };

  EXPECT_EQ(key(0), "");
  EXPECT_EQ(key(1), std::string("\0\0\0\1\0\0\0\0\0\0\1\2", 12));
  EXPECT_EQ(key(2), "GET *");
  EXPECT_EQ(key(3), "GET /x/:id");
  EXPECT_EQ(key(4), "77");
  EXPECT_EQ(key(5), "10.0.0.1");
  EXPECT_EQ(key_text(engine.decide(1, scope, Duration{})), "1/258");
}

TEST(Decision, ScopesByConnectionOnTcpAndByRouteOnHttpByDefault) {
  DecisionEngine engine(config_with("  - { name: r, fault: { drop: {} } }\n"), {});
  auto tcp = http_scope(5);
  tcp.method = "";

  EXPECT_EQ(engine.decide(0, http_scope(), Duration{}).kind, ScopeKind::Route);
  const auto decision = engine.decide(0, tcp, Duration{});
  EXPECT_EQ(decision.kind, ScopeKind::Connection);
  EXPECT_EQ(key_text(decision), "0/5");
  EXPECT_EQ(decision.occurrence, 0U);
}

TEST(Decision, FollowsItsCountingTrigger) {
  struct Case {
    std::string trigger;
    std::string want;
  };
  const std::vector<Case> cases{{"", "11111111"},
                                {"once: true", "10000000"},
                                {"once: false", "11111111"},
                                {"nth: 3", "00100000"},
                                {"nth: [7, 2, 2]", "01000010"},
                                {"first: 3", "11100000"},
                                {"every: 3", "00100100"},
                                {"every: 1", "11111111"},
                                {"chance: 0%", "00000000"},
                                {"chance: 0%, every: 1", "00000000"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.trigger);
    const auto comma = c.trigger.empty() ? "" : ", ";
    DecisionEngine engine(
        config_with(
            fmt::format("  - {{ name: r, fault: {{ drop: {{}} }}{}{} }}\n", comma, c.trigger)),
        {.seed = 1});
    EXPECT_EQ(fired_pattern(engine, 0, 8), c.want);
  }
}

TEST(Decision, CountsMatchesAlsoOutsideTheWindowAndNamesTheFirstRefusal) {
  DecisionEngine engine(
      config_with("  - { name: r, fault: { drop: {} }, nth: 2, chance: 100%, window: { start: 10s, "
                  "duration: 5s } }\n"),
      {});
  const auto verdict_at = [&engine](Duration at) {
    return engine.decide(0, http_scope(), at).verdict;
  };

  EXPECT_EQ(verdict_at(seconds(10) - Duration(1)), Verdict::Window);
  EXPECT_EQ(verdict_at(seconds(10)), Verdict::Fired);  // the second match
  EXPECT_EQ(verdict_at(seconds(15) - Duration(1)), Verdict::Trigger);
  EXPECT_EQ(verdict_at(seconds(15)), Verdict::Window);
}

TEST(Decision, DoesNotCountMatchesThatAreNotArmed) {
  DecisionEngine armed(config_with("  - { name: r, fault: { drop: {} }, nth: 1 }\n"), {.seed = 9});

  for (int i = 0; i < 3; ++i) {
    const auto decision = armed.decide(0, http_scope(), Duration{}, false);
    EXPECT_EQ(decision.verdict, Verdict::Disarmed);
  }
  const auto decision = armed.decide(0, http_scope(), Duration{});

  EXPECT_TRUE(decision.fired());
  EXPECT_EQ(decision.occurrence, 0U);
  EXPECT_EQ(armed.counters().front().matched, 1U);
  EXPECT_EQ(armed.counters().front().disarmed, 3U);
}

TEST(Decision, CountsEachKeyByItself) {
  DecisionEngine engine(
      config_with("  - { name: r, fault: { drop: {} }, once: true, scope: client }\n"), {});
  auto other = http_scope();
  other.client = "10.0.0.2";

  EXPECT_TRUE(engine.decide(0, http_scope(), Duration{}).fired());
  EXPECT_TRUE(engine.decide(0, other, Duration{}).fired());
  EXPECT_FALSE(engine.decide(0, http_scope(), Duration{}).fired());
  EXPECT_FALSE(engine.decide(0, other, Duration{}).fired());
}

TEST(Decision, InConnectionScopeCountsPerConnectionAndDrawsByExchange) {
  DecisionEngine engine(
      config_with("  - { name: r, fault: { drop: {} }, once: true, scope: connection }\n"), {});

  const auto first = engine.decide(0, http_scope(1, 4), Duration{});
  EXPECT_TRUE(first.fired());
  EXPECT_EQ(first.earlier, 0U);
  EXPECT_EQ(first.occurrence, 4U);
  EXPECT_EQ(engine.decide(0, http_scope(1, 5), Duration{}).verdict, Verdict::Trigger);
  EXPECT_TRUE(engine.decide(0, http_scope(2, 0), Duration{}).fired());

  engine.forget_connection(0, 1);
  EXPECT_TRUE(engine.decide(0, http_scope(1, 6), Duration{}).fired());
}

TEST(Decision, WithoutItsHeaderHasNoKey) {
  DecisionEngine engine(
      config_with("  - { name: r, fault: { drop: {} }, scope: { header: x-id } }\n"), {});

  EXPECT_EQ(engine.decide(0, http_scope(), Duration{}).verdict, Verdict::NoKey);
  EXPECT_EQ(engine.counters().front().matched, 1U);
  EXPECT_EQ(engine.counters().front().no_key, 1U);
  EXPECT_EQ(engine.counters().front().drawn, 0U);
}

TEST(Decision, BoundsTheKeysOfARule) {
  DecisionEngine engine(
      config_with("  - { name: r, fault: { drop: {} }, scope: client, once: true }\n"), {});
  std::string client;
  auto scope = http_scope();
  for (size_t i = 0; i <= limits::kDecisionKeysPerRule; ++i) {
    client = std::to_string(i);
    scope.client = client;
    const auto decision = engine.decide(0, scope, Duration{});
    ASSERT_EQ(decision.verdict,
              i < limits::kDecisionKeysPerRule ? Verdict::Fired : Verdict::KeyLimit);
  }
  scope.client = "0";
  EXPECT_EQ(engine.decide(0, scope, Duration{}).verdict, Verdict::Trigger);  // still counted
  EXPECT_EQ(engine.counters().front().key_limit, 1U);
}

TEST(Decision, GrantsBudgetsAndCountsRefusalsAsOverflow) {
  DecisionEngine engine(
      config_with("  - { name: r, fault: { drop: {} }, budget: { total: 3, concurrent: 2 } }\n"),
      {});
  const auto decide = [&engine] { return engine.decide(0, http_scope(), Duration{}).verdict; };

  EXPECT_EQ(decide(), Verdict::Fired);
  EXPECT_EQ(decide(), Verdict::Fired);
  EXPECT_EQ(decide(), Verdict::Budget);  // two at a time
  engine.applied(0);
  engine.release(0);
  EXPECT_EQ(decide(), Verdict::Fired);
  engine.bypassed(0, BypassReason::TooLate);  // gives both back
  EXPECT_EQ(decide(), Verdict::Fired);
  engine.applied(0);
  engine.release(0);
  engine.applied(0);
  engine.release(0);
  EXPECT_EQ(decide(), Verdict::Budget);  // three in all

  const auto counters = engine.counters().front();
  EXPECT_EQ(counters.matched, 6U);
  EXPECT_EQ(counters.drawn, 6U);
  EXPECT_EQ(counters.applied, 3U);
  EXPECT_EQ(counters.overflow, 2U);
  EXPECT_EQ(counters.bypassed[static_cast<size_t>(BypassReason::TooLate)], 1U);
  EXPECT_TRUE(counters.balances());
}

// Two-sided binomial bound: 3.29 standard deviations hold 99.9 %.
TEST(Decision, FiresAsOftenAsItsChanceSays) {
  struct Case {
    std::string chance;
    double p;
  };
  const std::vector<Case> cases{
      {"0.1%", 0.001}, {"5%", 0.05}, {"20%", 0.2}, {"50%", 0.5}, {"99%", 0.99}};
  constexpr int kMatches = 100000;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.chance);
    DecisionEngine engine(
        config_with(
            fmt::format("  - {{ name: r, fault: {{ drop: {{}} }}, chance: {} }}\n", c.chance)),
        {.seed = 20261121});
    double fired = 0;
    for (int i = 0; i < kMatches; ++i) {
      if (engine.decide(0, http_scope(), Duration{}).fired()) ++fired;
    }
    const double variance = kMatches * c.p * (1 - c.p);
    const double off = fired - kMatches * c.p;
    EXPECT_LT(off * off, 3.29 * 3.29 * variance) << fired;
  }
}

TEST(Decision, DoesNotDependOnOtherRules) {
  const std::string rule = "  - { name: r, fault: { drop: {} }, chance: 30% }\n";
  DecisionEngine alone(config_with(rule), {.seed = 5});
  DecisionEngine among(config_with("  - { name: a, fault: { drop: {} }, chance: 50% }\n" + rule +
                                   "  - { name: z, fault: { drop: {} } }\n"),
                       {.seed = 5});
  std::string pattern;
  for (int i = 0; i < 200; ++i) {
    static_cast<void>(among.decide(0, http_scope(), Duration{}));
    if (i % 3 == 0) static_cast<void>(among.decide(2, http_scope(), Duration{}));
    pattern += among.decide(1, http_scope(), Duration{}).fired() ? '1' : '0';
  }

  EXPECT_EQ(pattern, fired_pattern(alone, 0, 200));
  EXPECT_NE(pattern.find('0'), std::string::npos);
  EXPECT_NE(pattern.find('1'), std::string::npos);
}

TEST(Decision, ChangesWithTheSeedAndTheRun) {
  const auto config = config_with("  - { name: r, fault: { drop: {} }, chance: 50% }\n");
  DecisionEngine one(config, {.seed = 1});
  DecisionEngine two(config, {.seed = 2});
  DecisionEngine rerun(config, {.seed = 1, .run = 1});
  DecisionEngine again(config, {.seed = 1});
  const auto pattern = fired_pattern(one, 0, 64);

  EXPECT_EQ(fired_pattern(again, 0, 64), pattern);
  EXPECT_NE(fired_pattern(two, 0, 64), pattern);
  EXPECT_NE(fired_pattern(rerun, 0, 64), pattern);
}

// With a key from the message, threads and order cannot change what happens to a message.
TEST(Decision, GivesTheSameLogWithAnyNumberOfThreads) {
  const auto config = config_with(
      "  - { name: r, fault: { drop: {} }, chance: 40%, scope: { header: x-id } }\n"
      "  - { name: s, fault: { drop: {} }, chance: 10%, scope: { header: x-id } }\n");
  const auto log_with = [&config](unsigned threads) {
    DecisionEngine engine(config, {.seed = 3});
    std::vector<std::vector<std::string>> lines(threads);
    const auto work = [&](unsigned thread) {
      for (unsigned i = thread; i < 2000; i += threads) {
        const auto id = std::to_string(i);
        const std::vector<FieldView> fields{{"x-id", id}};
        auto scope = http_scope();
        scope.fields = FieldLookup(fields);
        for (const uint32_t rule : {i % 2, 1 - i % 2}) {
          const auto decision = engine.decide(rule, scope, Duration{});
          lines[thread].push_back(decision_line(config->rules[rule].name, decision, "drop"));
          if (decision.fired()) {
            engine.applied(rule);
            engine.release(rule);
          }
        }
      }
    };
    std::vector<std::thread> pool;
    for (unsigned i = 0; i < threads; ++i) pool.emplace_back(work, i);
    for (auto& thread : pool) thread.join();
    std::vector<std::string> all;
    for (auto& part : lines) all.insert(all.end(), part.begin(), part.end());
    std::sort(all.begin(), all.end());
    for (const auto& counters : engine.counters()) {
      EXPECT_EQ(counters.matched, 2000U);
      EXPECT_TRUE(counters.balances());
    }
    return all;
  };

  const auto one = log_with(1);
  EXPECT_EQ(one.size(), 4000U);
  EXPECT_EQ(log_with(4), one);
}

TEST(Decision, SharesOneCountBetweenThreads) {
  DecisionEngine engine(config_with("  - { name: r, fault: { drop: {} }, every: 10 }\n"), {});
  std::vector<std::thread> pool;
  std::atomic<int> fired = 0;
  for (int i = 0; i < 4; ++i) {
    pool.emplace_back([&] {
      for (int j = 0; j < 1000; ++j) {
        if (engine.decide(0, http_scope(), Duration{}).fired()) fired.fetch_add(1);
      }
    });
  }
  for (auto& thread : pool) thread.join();

  EXPECT_EQ(fired.load(), 400);
}

TEST(Decision, GoesOnAfterAReload) {
  auto before = std::make_unique<DecisionEngine>(
      config_with("  - { name: keep, fault: { drop: {} }, nth: [1, 3] }\n"
                  "  - { name: gone, fault: { drop: {} } }\n"),
      DecisionEngine::Options{.seed = 1});
  EXPECT_EQ(fired_pattern(*before, 0, 2), "10");
  before->applied(0);
  EXPECT_EQ(fired_pattern(*before, 1, 1), "1");

  DecisionEngine after(config_with("  - { name: fresh, fault: { drop: {} } }\n"
                                   "  - { name: keep, fault: { drop: {} }, nth: [1, 3] }\n"),
                       {.seed = 1}, before.get());
  EXPECT_EQ(fired_pattern(after, 1, 2), "10");  // matches 3 and 4
  // An exchange that still holds the old engine is accounted for.
  before->bypassed(1, BypassReason::TooLate);
  before.reset();

  const auto counters = after.counters();
  ASSERT_EQ(counters.size(), 3U);
  EXPECT_EQ(counters[0].rule, "fresh");
  EXPECT_EQ(counters[1].rule, "keep");
  EXPECT_EQ(counters[1].matched, 4U);
  EXPECT_EQ(counters[1].applied, 1U);
  EXPECT_EQ(counters[2].rule, "gone");
  EXPECT_EQ(counters[2].drawn, 1U);
  EXPECT_TRUE(counters[2].balances());
}

TEST(DecisionLog, WritesOneLineForEachDecision) {
  DecisionEngine engine(config_with(kSlowCart), {.seed = 42});
  const auto first = engine.decide(0, http_scope(), Duration{});
  auto second = engine.decide(0, http_scope(), Duration{});

  EXPECT_EQ(decision_line("slow-cart", first, "latency"),
            "slow-cart route \"GET /cart/:id\" 0 d153e19ee2a88ab6 chance -");
  EXPECT_EQ(decision_line("slow-cart", second, "latency"),
            "slow-cart route \"GET /cart/:id\" 1 3b2a3762365f8d04 fired latency");
  second.key = "a\nb\xFF";
  EXPECT_EQ(decision_line("slow-cart", second, "latency"),
            "slow-cart route \"a\\nb\xEF\xBF\xBD\" 1 3b2a3762365f8d04 fired latency");
}

}  // namespace
}  // namespace faultline::rules
