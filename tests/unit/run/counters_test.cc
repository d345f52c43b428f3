// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/run/counters.h"

#include "proxy/base/limits.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

namespace faultline::run {
namespace {

contracts::CheckResult checked(contracts::Verdict verdict, const std::string& operation) {
  static std::set<std::string> names;  // as a contract keeps them
  contracts::CheckResult result;
  result.verdict = verdict;
  result.operation = *names.insert(operation).first;
  return result;
}

TEST(Accounting, BalancesOnlyWhenEveryMessageEndedSomewhere) {
  Accounting accounting;
  accounting.seen = 10;
  accounting.checked = {{"conforms", 5}, {"violates", 1}};
  accounting.skipped = {{"tunnel", 1}};
  accounting.dropped = {{"ring full", 2}};
  const bool one_is_missing = accounting.is_balanced();
  accounting.dropped["ring full"] = 3;
  const bool none_is_missing = accounting.is_balanced();
  accounting.dropped["ring full"] = 4;

  EXPECT_FALSE(one_is_missing);
  EXPECT_TRUE(none_is_missing);
  EXPECT_FALSE(accounting.is_balanced());
}

TEST(Accounting, MergesEveryPart) {
  Accounting a{3, {{"conforms", 1}}, {{"x", 1}}, {{"y", 1}}};
  const Accounting b{4, {{"conforms", 1}, {"violates", 1}}, {{"x", 2}}, {}};

  a.merge(b);

  EXPECT_EQ(a.seen, 7U);
  EXPECT_EQ(a.checked, (CountsByName{{"conforms", 2}, {"violates", 1}}));
  EXPECT_EQ(a.skipped, (CountsByName{{"x", 3}}));
  EXPECT_EQ(a.dropped, (CountsByName{{"y", 1}}));
  EXPECT_TRUE(a.is_balanced());
}

TEST(CountName, PutsNamesBeyondTheLimitIntoOneSum) {
  CountsByName counts;

  for (size_t i = 0; i < limits::kCounterNames + 10; ++i) {
    count_name(counts, "reason " + std::to_string(i));
  }
  count_name(counts, "reason 0", 5);

  EXPECT_EQ(counts.size(), limits::kCounterNames + 1);
  EXPECT_EQ(counts.at("(other)"), 10U);
  EXPECT_EQ(counts.at("reason 0"), 6U);
  EXPECT_EQ(total(counts), limits::kCounterNames + 15);
}

TEST(TrafficCounters, KeepsEachProtocolApart) {
  TrafficCounters counters;

  counters.add_seen("http", 3);
  counters.add_seen("tcp");
  counters.add_skipped("tcp", "no contract");
  counters.add_dropped("http", "ring full", 2);
  counters.add_checked({"http", "shop", Direction::Response},
                       checked(contracts::Verdict::Conforms, "GET /items"));
  const auto snapshot = counters.snapshot();

  EXPECT_TRUE(snapshot.traffic.at("http").is_balanced());
  EXPECT_EQ(snapshot.traffic.at("http").dropped, (CountsByName{{"ring full", 2}}));
  EXPECT_EQ(snapshot.traffic.at("http").checked, (CountsByName{{"conforms", 1}}));
  EXPECT_TRUE(snapshot.traffic.at("tcp").is_balanced());
  EXPECT_EQ(snapshot.traffic.at("tcp").skipped, (CountsByName{{"no contract", 1}}));
}

TEST(TrafficCounters, CoversDeclaredOperationsThatWereNeverMet) {
  TrafficCounters counters;
  counters.declare_operation("shop", {"GET /items", "shop.yaml", 10});
  counters.declare_operation("shop", {"POST /checkout", "shop.yaml", 20});
  counters.declare_operation("shop", {"GET /items", "other.yaml", 99});

  counters.add_checked({"http", "shop", Direction::Request},
                       checked(contracts::Verdict::Conforms, "GET /items"));
  counters.add_checked({"http", "shop", Direction::Response},
                       checked(contracts::Verdict::Unverifiable, "GET /items"));
  counters.add_checked({"http", "shop", Direction::Request},
                       checked(contracts::Verdict::Undocumented, "GET (undocumented)"));
  counters.add_checked({"http", "shop", Direction::Request},
                       checked(contracts::Verdict::Undocumented, ""));
  const auto coverage = counters.snapshot().coverage;

  ASSERT_EQ(coverage.size(), 3U);
  EXPECT_EQ(coverage[0].operation, "GET /items");
  EXPECT_EQ(coverage[0].file, "shop.yaml");
  EXPECT_EQ(coverage[0].requests, 1U);
  EXPECT_EQ(coverage[0].requests_checked, 1U);
  EXPECT_EQ(coverage[0].responses, 1U);
  EXPECT_EQ(coverage[0].responses_checked, 0U);
  EXPECT_EQ(coverage[0].verdicts, (CountsByName{{"conforms", 1}, {"unverifiable", 1}}));
  EXPECT_EQ(coverage[1].operation, "POST /checkout");
  EXPECT_EQ(coverage[1].seen(), 0U);
  EXPECT_EQ(coverage[2].operation, "GET (undocumented)");
  EXPECT_FALSE(coverage[2].is_declared());
  EXPECT_EQ(coverage[2].requests, 1U);
}

TEST(TrafficCounters, BoundsTheNumberOfOperationsNobodyDeclared) {
  TrafficCounters counters;

  for (size_t i = 0; i < limits::kCounterNames + 7; ++i) {
    counters.add_checked({"http", "shop", Direction::Request},
                         checked(contracts::Verdict::Undocumented, "GET /" + std::to_string(i)));
  }
  const auto coverage = counters.snapshot().coverage;

  EXPECT_EQ(coverage.size(), limits::kCounterNames + 1);
  EXPECT_EQ(coverage[0].operation, "(other)");
  EXPECT_EQ(coverage[0].requests, 7U);
}

TEST(CountName, KeepsTheSameNamesInAnyOrder) {
  CountsByName up;
  CountsByName down;
  constexpr size_t kNames = limits::kCounterNames + 300;

  for (size_t i = 0; i < kNames; ++i) {
    count_name(up, "reason " + std::to_string(i));
    count_name(down, "reason " + std::to_string(kNames - 1 - i));
  }

  EXPECT_EQ(up, down);
  EXPECT_EQ(up.at("(other)"), 300U);
}

TEST(TrafficCounters, ComeToTheSameSumHoweverTheyAreDivided) {
  const auto count = [](size_t parts) {
    std::vector<TrafficCounters> counters(parts);
    for (auto& one : counters) one.declare_operation("shop", {"GET /items", "shop.yaml", 10});
    for (size_t i = 0; i < 3 * limits::kCounterNames; ++i) {
      TrafficCounters& one = counters[i * 7 % parts];
      one.add_seen("http", 2);
      auto result = checked(contracts::Verdict::Undocumented, "GET /" + std::to_string(i));
      result.unverifiable = {{"reason " + std::to_string(i % 1500), 1}};
      one.add_checked({"http", "shop", Direction::Request}, result);
      one.add_checked({"http", "shop", Direction::Response},
                      checked(contracts::Verdict::Conforms, "GET /items"));
      one.add_redaction_hits({{"email", i % 2}});
      one.add_error(ErrorSide::Upstream, "reset");
    }
    TrafficCounters all;
    for (const auto& one : counters) all.merge(one);
    return all.snapshot();
  };
  const auto want = count(1);
  for (const size_t parts : {2U, 5U}) {
    SCOPED_TRACE(parts);
    const auto got = count(parts);

    EXPECT_EQ(got.unverifiable, want.unverifiable);
    EXPECT_EQ(got.redaction_hits, want.redaction_hits);
    EXPECT_EQ(got.errors, want.errors);
    EXPECT_EQ(got.traffic.at("http").checked, want.traffic.at("http").checked);
    EXPECT_TRUE(got.traffic.at("http").is_balanced());
    ASSERT_EQ(got.coverage.size(), want.coverage.size());
    for (size_t i = 0; i < want.coverage.size(); ++i) {
      EXPECT_EQ(got.coverage[i].operation, want.coverage[i].operation);
      EXPECT_EQ(got.coverage[i].file, want.coverage[i].file);
      EXPECT_EQ(got.coverage[i].requests, want.coverage[i].requests);
      EXPECT_EQ(got.coverage[i].responses_checked, want.coverage[i].responses_checked);
      EXPECT_EQ(got.coverage[i].verdicts, want.coverage[i].verdicts);
    }
  }
  EXPECT_EQ(want.coverage.size(), limits::kCounterNames + 2);
  EXPECT_EQ(want.coverage[0].file, "shop.yaml");
}

TEST(TrafficCounters, CollectsReasonsHitsAndErrors) {
  TrafficCounters counters;
  auto result = checked(contracts::Verdict::Unverifiable, "GET /items");
  result.unverifiable = {{"too large", 2}};

  counters.add_checked({"http", "shop", Direction::Response}, result);
  counters.add_checked({"http", "shop", Direction::Response}, result);
  counters.add_redaction_hits({{"email", 2}});
  counters.add_redaction_hits({{"email", 1}, {"iban", 1}});
  counters.add_body_dropped("compressed");
  counters.add_error(ErrorSide::Upstream, "reset");
  counters.add_error(ErrorSide::Downstream, "bad request", 3);
  const auto snapshot = counters.snapshot();

  EXPECT_EQ(snapshot.unverifiable, (CountsByName{{"too large", 4}}));
  EXPECT_EQ(snapshot.redaction_hits, (redaction::Hits{{"email", 3}, {"iban", 1}}));
  EXPECT_EQ(snapshot.bodies_dropped, (CountsByName{{"compressed", 1}}));
  EXPECT_EQ(snapshot.errors.at(ErrorSide::Upstream), (CountsByName{{"reset", 1}}));
  EXPECT_EQ(snapshot.errors.at(ErrorSide::Downstream), (CountsByName{{"bad request", 3}}));
}

TEST(TrafficCounters, LosesNothingWhenThreadsCountAtOnce) {
  TrafficCounters counters;
  constexpr uint64_t kThreads = 4;
  constexpr uint64_t kEach = 2000;
  std::vector<std::thread> threads;
  for (uint64_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([&counters] {
      for (uint64_t n = 0; n < kEach; ++n) {
        counters.add_seen("http");
        counters.add_checked({"http", "shop", Direction::Request},
                             checked(contracts::Verdict::Conforms, "GET /items"));
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }

  const auto snapshot = counters.snapshot();

  EXPECT_EQ(snapshot.traffic.at("http").seen, kThreads * kEach);
  EXPECT_TRUE(snapshot.traffic.at("http").is_balanced());
  EXPECT_EQ(snapshot.coverage.at(0).requests, kThreads * kEach);
}

}  // namespace
}  // namespace faultline::run
