// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/run/findings.h"

#include "proxy/run/run_state.h"
#include "tests/unit/run/run_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace faultline::run {
namespace {

using contracts::Severity;
using contracts::Violation;
using test::make_violation;
using test::redacted;

MessageContext message(uint64_t exchange, int64_t t_ns = 0,
                       std::span<const InjectedFault> injected = {}) {
  return {.listener = "shop",
          .exchange = {.listener = 0, .connection = 1, .exchange = exchange},
          .t_ns = t_ns,
          .injected = injected};
}

void add(FindingLog& log, const MessageContext& context, const Violation& violation,
         const std::string& sample = "s") {
  const std::vector<RedactedViolation> one{redacted(violation, sample)};
  log.add(context, one);
}

TEST(FindingLog, KeepsOneFindingForEachFingerprint) {
  FindingLog log;
  const Violation age = make_violation("age");
  const Violation name = make_violation("name");

  add(log, message(1, 50), age);
  add(log, message(2, 20), name);
  add(log, message(7, 10), age);
  const auto findings = log.finish();

  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(log.size(), 2U);
  const bool is_age_first = findings[0].violation.pointer_template == "/items/*/age";
  const Finding& found = findings[is_age_first ? 0 : 1];
  EXPECT_EQ(found.fingerprint, contracts::fingerprint(age, "http"));
  EXPECT_EQ(found.messages, 2U);
  EXPECT_EQ(found.occurrences, 2U);
  EXPECT_EQ(found.first_t_ns, 10);
  EXPECT_EQ(found.last_t_ns, 50);
  EXPECT_EQ(found.first_exchange, "shop/1/1");
  EXPECT_EQ(found.last_exchange, "shop/1/7");
  EXPECT_EQ(found.listeners, std::vector<std::string>{"shop"});
  EXPECT_EQ(log.left_out(), 0U);
}

TEST(FindingLog, CountsClientsWithoutKeepingWhoTheyAre) {
  const Violation age = make_violation("age");
  FindingLog none;
  FindingLog few;
  FindingLog many;
  FindingLog reversed;
  add(none, message(1), age);
  for (const char* client : {"198.51.100.7", "198.51.100.8", "198.51.100.7"}) {
    MessageContext context = message(1);
    context.client = client;
    add(few, context, age);
  }
  constexpr size_t kMany = 3 * kClientsMax;
  for (size_t i = 0; i < kMany; ++i) {
    for (auto& [log, number] : {std::pair(&many, i), std::pair(&reversed, kMany - i)}) {
      const std::string client = "198.51.100." + std::to_string(number);
      MessageContext context = message(1);
      context.client = client;
      add(*log, context, age);
    }
  }

  EXPECT_EQ(none.finish().at(0).clients, 0U);
  EXPECT_EQ(few.finish().at(0).clients, 2U);
  EXPECT_EQ(many.finish().at(0).clients, kClientsMax);
  EXPECT_EQ(reversed.finish().at(0).clients, kClientsMax);
}

TEST(RunState, SaysOfHowManyMessagesAFindingIs) {
  RunState state;
  contracts::CheckResult result;
  result.operation = "GET /items";
  for (const std::string_view listener : {"shop", "shop", "admin"}) {
    state.counters.add_checked({"http", listener, Direction::Response}, result);
  }
  state.counters.add_checked({"http", "shop", Direction::Request}, result);
  add(state.findings, message(1), make_violation("age"));
  Violation undocumented = make_violation("other");
  undocumented.operation = "GET (undocumented)";
  add(state.findings, message(2), undocumented);

  RunResult run;
  state.finish_into(run);

  ASSERT_EQ(run.findings.size(), 2U);
  const bool is_age_first = run.findings[0].violation.operation == "GET /items";
  EXPECT_EQ(run.findings[is_age_first ? 0 : 1].of_messages, 3U) << "answers on both listeners";
  EXPECT_EQ(run.findings[is_age_first ? 1 : 0].of_messages, 0U) << "nobody counts those";
}

TEST(FindingLog, CountsPlacesApartFromMessages) {
  FindingLog log;
  const Violation age = make_violation("age");
  const Violation name = make_violation("name");
  const std::vector<RedactedViolation> both{redacted(age, "first"), redacted(name, "other"),
                                            redacted(age, "second")};

  log.add(message(1), both);
  const auto findings = log.finish();

  ASSERT_EQ(findings.size(), 2U);
  const Finding& found = findings[findings[0].violation.pointer_template == "/items/*/age" ? 0 : 1];
  EXPECT_EQ(found.messages, 1U);
  EXPECT_EQ(found.occurrences, 2U);
  ASSERT_EQ(found.samples.size(), 1U);
  EXPECT_EQ(found.samples[0].sample.view(), "first");
}

TEST(FindingLog, NeverKeepsTrafficThatWasNotRedacted) {
  FindingLog log;
  add(log, message(1), make_violation("age"), "<redacted>");

  const auto findings = log.finish();

  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].violation.raw_value, "");
  EXPECT_EQ(findings[0].violation.pointer, "");
  EXPECT_EQ(findings[0].samples[0].sample.view(), "<redacted>");
}

TEST(FindingLog, SaysWhetherAFaultStandsBehindAFinding) {
  struct Case {
    std::string name;
    std::vector<bool> is_injected;
    Cause want;
    uint64_t want_natural;
  };
  const std::vector<Case> cases{
      {"natural", {false, false}, Cause::Natural, 2},
      {"injected", {true, true}, Cause::Injected, 0},
      {"mixed", {true, false, true}, Cause::Mixed, 1},
  };
  const std::vector<InjectedFault> faults{{"drift", "schema_drift", 8}, {"slow", "latency", 5}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    FindingLog log;
    const Violation violation = make_violation("age");

    for (size_t i = 0; i < c.is_injected.size(); ++i) {
      add(log,
          message(i, 0,
                  c.is_injected[i] ? std::span<const InjectedFault>(faults)
                                   : std::span<const InjectedFault>()),
          violation);
    }
    const auto findings = log.finish();

    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].cause, c.want);
    EXPECT_EQ(findings[0].natural_messages, c.want_natural);
    const uint64_t injected = c.is_injected.size() - c.want_natural;
    ASSERT_EQ(findings[0].injected_by.size(), injected == 0 ? 0U : 2U);
    if (injected == 0) continue;
    EXPECT_EQ(findings[0].injected_by[0].rule, "drift");
    EXPECT_EQ(findings[0].injected_by[0].fault, "schema_drift");
    EXPECT_EQ(findings[0].injected_by[0].messages, injected);
    EXPECT_EQ(findings[0].injected_by[0].events, std::vector<uint64_t>{8});
    EXPECT_EQ(findings[0].samples[0].events, (std::vector<uint64_t>{5, 8}));
  }
}

TEST(FindingLog, TellsNaturalAndInjectedPlacesOfOneMessageApart) {
  const std::vector<InjectedFault> drift{{"drift", "schema_drift", 8}};
  const Violation age = make_violation("age");
  const Violation name = make_violation("name");
  RedactedViolation drifted = redacted(age, "drifted");
  drifted.injected = drift;
  RedactedViolation drifted_name = redacted(name);
  drifted_name.injected = drift;
  const std::vector<RedactedViolation> all{drifted, redacted(age, "natural"), drifted_name};
  FindingLog log;

  log.add(message(1), all);
  const auto findings = log.finish();

  ASSERT_EQ(findings.size(), 2U);
  const bool is_age_first = findings[0].violation.pointer_template == "/items/*/age";
  const Finding& of_age = findings[is_age_first ? 0 : 1];
  const Finding& of_name = findings[is_age_first ? 1 : 0];
  EXPECT_EQ(of_age.cause, Cause::Mixed);
  EXPECT_EQ(of_age.messages, 1U);
  EXPECT_EQ(of_age.natural_messages, 1U);
  EXPECT_EQ(of_age.injected_by.at(0).messages, 1U);
  EXPECT_EQ(of_age.samples.at(0).events, std::vector<uint64_t>{8});
  EXPECT_EQ(of_name.cause, Cause::Injected);
  EXPECT_EQ(of_name.natural_messages, 0U);
}

TEST(FindingLog, CountsAMessageOnceForARuleThatTouchedItTwice) {
  FindingLog log;
  const std::vector<InjectedFault> faults{{"drift", "schema_drift", 9},
                                          {"drift", "schema_drift", 4},
                                          {"drift", "schema_drift", 7},
                                          {"drift", "schema_drift", 5}};

  add(log, message(1, 0, faults), make_violation("age"));
  const auto findings = log.finish();

  ASSERT_EQ(findings[0].injected_by.size(), 1U);
  EXPECT_EQ(findings[0].injected_by[0].messages, 1U);
  EXPECT_EQ(findings[0].injected_by[0].events, (std::vector<uint64_t>{4, 5, 7}));
}

std::vector<std::string> sampled(const FindingLog& log) {
  std::vector<std::string> names;
  const std::vector<Finding> findings = log.finish();
  for (const auto& sample : findings.at(0).samples) names.push_back(sample.exchange_name);
  return names;
}

TEST(FindingLog, ChoosesSamplesBySeedAndNotByOrder) {
  std::vector<uint64_t> exchanges(50);
  std::iota(exchanges.begin(), exchanges.end(), 0U);
  const auto choose = [&exchanges](uint64_t seed) {
    FindingLog log({.seed = seed});
    for (const uint64_t exchange : exchanges) {
      Violation violation = make_violation("age");
      violation.actual = std::to_string(exchange);
      add(log, message(exchange), violation, "sample " + std::to_string(exchange));
    }
    EXPECT_EQ(log.finish().at(0).messages, exchanges.size());
    EXPECT_EQ(log.finish().at(0).violation.actual, log.finish().at(0).samples.at(0).actual);
    return sampled(log);
  };
  const auto want = choose(42);

  ASSERT_EQ(want.size(), limits::kFindingSamples);
  for (int turn = 0; turn < 10; ++turn) {
    std::rotate(exchanges.begin(), exchanges.begin() + 7, exchanges.end());
    EXPECT_EQ(choose(42), want);
  }
  EXPECT_NE(choose(43), want);
}

TEST(FindingLog, GivesEveryMessageTheSameChanceToBeASample) {
  constexpr uint64_t kMessages = 10;
  constexpr uint64_t kSeeds = 2000;
  std::map<std::string, uint64_t> chosen;

  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    FindingLog log({.seed = seed});
    for (uint64_t exchange = 0; exchange < kMessages; ++exchange) {
      add(log, message(exchange), make_violation("age"));
    }
    for (const auto& name : sampled(log)) ++chosen[name];
  }

  ASSERT_EQ(chosen.size(), kMessages);
  for (const auto& [name, times] : chosen) {  // 600 expected, 6 standard deviations are 123
    EXPECT_NEAR(static_cast<double>(times), 600.0, 123.0) << name;
  }
}

TEST(FindingLog, CallsAnExchangeByTheNameItIsGiven) {
  FindingLog log;
  MessageContext context = message(1);
  context.exchange_name = "recording.har:7";

  add(log, context, make_violation("age"));
  const auto findings = log.finish();

  EXPECT_EQ(findings.at(0).first_exchange, "recording.har:7");
  EXPECT_EQ(findings.at(0).samples.at(0).exchange_name, "recording.har:7");
}

TEST(FindingLog, LeavesRoomForOtherOperationsInAnyOrder) {
  std::vector<Violation> violations;
  for (int i = 0; i < 12; ++i) {
    violations.push_back(make_violation("m" + std::to_string(i)));
    if (i % 4 == 0) violations.back().operation = "GET /other";
  }
  std::vector<std::string> want;
  for (int turn = 0; turn < 12; ++turn) {
    SCOPED_TRACE(turn);
    std::rotate(violations.begin(), violations.begin() + 5, violations.end());
    FindingLog log({.findings = 10, .per_operation = 4});

    for (const auto& violation : violations) add(log, message(1), violation);
    std::vector<std::string> got;
    int others = 0;
    for (const auto& finding : log.finish()) {
      got.push_back(finding.fingerprint);
      if (finding.violation.operation == "GET /other") ++others;
    }
    if (want.empty()) want = got;

    EXPECT_EQ(got, want);
    EXPECT_EQ(got.size(), 7U);
    EXPECT_EQ(others, 3);
    EXPECT_EQ(log.left_out(), 5U);
  }
}

TEST(FindingLog, OrdersBySeverityThenFingerprintAndNumbersThem) {
  FindingLog log;
  for (const char* member : {"a", "b", "c", "d"}) {
    add(log, message(1), make_violation(member, Severity::Note));
    add(log, message(1), make_violation(std::string(member) + "2", Severity::Error));
    add(log, message(1), make_violation(std::string(member) + "3", Severity::Warning));
  }

  const auto findings = log.finish();

  ASSERT_EQ(findings.size(), 12U);
  EXPECT_EQ(findings[0].id, "FND-0001");
  EXPECT_EQ(findings[11].id, "FND-0012");
  for (size_t i = 1; i < findings.size(); ++i) {
    const auto key = [&findings](size_t at) {
      return std::pair(findings[at].violation.severity, findings[at].fingerprint);
    };
    EXPECT_LT(key(i - 1), key(i));
  }
}

TEST(FindingLog, TakesTheWorstSeverityOfAFingerprint) {
  FindingLog log;
  add(log, message(1), make_violation("age", Severity::Note));
  add(log, message(2), make_violation("age", Severity::Error));
  add(log, message(3), make_violation("age", Severity::Warning));

  const auto findings = log.finish();

  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].violation.severity, Severity::Error);
  EXPECT_EQ(findings[0].messages, 3U);
}

TEST(FindingLog, KeepsTheWorstWhenThereAreTooManyInAnyOrder) {
  std::vector<Violation> violations;
  for (int i = 0; i < 12; ++i) {
    violations.push_back(
        make_violation("m" + std::to_string(i), i < 4 ? Severity::Error : Severity::Warning));
  }
  FindingLog everything;
  for (const auto& violation : violations) {
    add(everything, message(1), violation);
  }
  std::vector<std::string> want;
  for (const auto& finding : everything.finish()) {
    want.push_back(finding.fingerprint);
  }
  want.resize(6);

  for (int turn = 0; turn < 12; ++turn) {
    SCOPED_TRACE(turn);
    std::rotate(violations.begin(), violations.begin() + 5, violations.end());
    FindingLog log({.findings = 6});

    for (const uint64_t exchange : {1U, 2U, 3U}) {
      for (const auto& violation : violations) {
        add(log, message(exchange), violation);
      }
    }
    std::vector<std::string> got;
    for (const auto& finding : log.finish()) {
      got.push_back(finding.fingerprint);
      EXPECT_EQ(finding.messages, 3U);
    }

    EXPECT_EQ(got, want);
    EXPECT_EQ(log.left_out(), 18U);
  }
}

TEST(FindingLog, TellsExchangesOfTwoListenersApartByName) {
  FindingLog log;
  MessageContext first = message(1);
  MessageContext second = message(1);
  second.listener = "stock";  // read back from files: the index is 0 for both

  add(log, second, make_violation("age"), "of stock");
  add(log, first, make_violation("age"), "of shop");
  const auto findings = log.finish();

  ASSERT_EQ(findings[0].samples.size(), 2U);
  for (const auto& sample : findings[0].samples) {
    EXPECT_EQ(sample.sample.view(),
              sample.exchange_name.starts_with("shop/") ? "of shop" : "of stock");
  }
  EXPECT_EQ(findings[0].listeners, (std::vector<std::string>{"shop", "stock"}));
}

TEST(FindingLog, LosesNothingWhenThreadsAddAtOnce) {
  FindingLog log;
  constexpr uint64_t kThreads = 4;
  constexpr uint64_t kEach = 500;
  std::vector<std::thread> threads;
  for (uint64_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([&log, i] {
      for (uint64_t n = 0; n < kEach; ++n) {
        add(log, message(n * kThreads + i, static_cast<int64_t>(n)),
            make_violation("m" + std::to_string(n % 7)));
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }

  uint64_t messages = 0;
  for (const auto& finding : log.finish()) {
    messages += finding.messages;
  }

  EXPECT_EQ(log.size(), 7U);
  EXPECT_EQ(messages, kThreads * kEach);
}

}  // namespace
}  // namespace faultline::run
