// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/run/verdict.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace faultline::run {
namespace {

using contracts::Severity;
using Comparison = rules::ExpectConfig::Comparison;

/// A run in which all is well.
RunResult good_result() {
  RunResult result;
  result.is_checking = true;
  result.gate.is_open = true;
  result.traffic.traffic["http"] = {
      .seen = 4, .checked = {{"conforms", 4}}, .skipped = {}, .dropped = {}};
  result.proof = ProofInfo{.files = 3};
  RuleStats rule;
  rule.name = "slow";
  rule.matched = 5;
  rule.drawn = 2;
  rule.applied = 2;
  result.rules.push_back(rule);
  return result;
}

Finding make_finding(Severity severity, Cause cause) {
  Finding finding;
  finding.violation.severity = severity;
  finding.cause = cause;
  return finding;
}

std::function<void(RunResult&)> with_finding(Severity severity, Cause cause) {
  return [severity, cause](RunResult& result) {
    result.findings.push_back(make_finding(severity, cause));
  };
}

std::function<void(RunResult&)> with_expectation(Comparison comparison, uint64_t count,
                                                 const std::string& text) {
  return [comparison, count, text](RunResult& result) {
    result.rules[0].expect = rules::ExpectConfig{comparison, count, text};
  };
}

struct Case {
  std::string name;
  std::function<void(RunResult&)> change;
  rules::FailOn fail_on = rules::FailOn::Error;
  int want_exit = 0;
  std::vector<std::pair<std::string, std::string>> want_reasons{};
};

void expect_verdict(const Case& c) {
  SCOPED_TRACE(c.name);
  RunResult result = good_result();
  c.change(result);
  rules::ReportConfig config;
  config.fail_on = c.fail_on;

  const Verdict verdict = compute_verdict(result, config);

  EXPECT_EQ(verdict.exit_code, c.want_exit);
  EXPECT_EQ(verdict.is_pass(), c.want_reasons.empty());
  std::vector<std::pair<std::string, std::string>> got;
  for (const auto& reason : verdict.reasons) {
    got.emplace_back(reason.code, reason.text);
  }
  EXPECT_EQ(got, c.want_reasons);
}

TEST(Verdict, HoldsTheRunToTheGateOfTheCheck) {
  const auto gate = [](const char* max_unverifiable, const char* min_coverage) {
    return [max_unverifiable, min_coverage](RunResult& result) {
      result.traffic.traffic["http"].checked = {{"conforms", 3}, {"unverifiable", 1}};
      result.traffic.coverage.resize(4);
      for (size_t i = 0; i < 3; ++i) result.traffic.coverage[i].file = "shop.yaml";
      result.traffic.coverage[0].responses_checked = 1;
      result.traffic.coverage[3].requests_checked = 1;  // not declared: does not count
      if (*max_unverifiable != 0) {
        result.check_gate.max_unverifiable = *rules::Share::parse(max_unverifiable);
      }
      if (*min_coverage != 0) result.check_gate.min_coverage = *rules::Share::parse(min_coverage);
    };
  };
  const std::vector<Case> cases{
      {"neither asked for", gate("", "")},
      {"just enough", gate("25%", "33.3333%")},
      {"too much unverifiable",
       gate("24.9999%", ""),
       rules::FailOn::Error,
       1,
       {{"unverifiable", "1 of 4 messages could not be checked, at most 24.9999% may be"}}},
      {"too little covered",
       gate("", "34%"),
       rules::FailOn::None,
       1,
       {{"coverage", "the traffic showed 1 of 3 declared things, 34% must be seen"}}},
      {"points count as well",
       [gate](RunResult& result) {
         gate("", "50%")(result);
         result.points.emplace();
         result.points->by_kind[0] = {4, 4};
         result.points->by_kind[3] = {3, 0};
       }},
      {"no traffic, and allowed",
       [](RunResult& result) {
         result.traffic.traffic.clear();
         result.check_gate.allows_no_traffic = true;
       }},
  };
  for (const Case& c : cases) expect_verdict(c);
}

TEST(Verdict, HoldsEachClassOfFindingsToItsLevel) {
  const auto undocumented_note = [](rules::FailOn level) {
    return [level](RunResult& result) {
      Finding finding = make_finding(Severity::Note, Cause::Natural);
      finding.violation.kind = contracts::FindingClass::Undocumented;
      result.findings = {finding, make_finding(Severity::Warning, Cause::Natural)};
      result.check_gate.fail_on_by_class = {{"undocumented", level}};
    };
  };
  const std::vector<Case> cases{
      {"a class below the others",
       undocumented_note(rules::FailOn::Note),
       rules::FailOn::Error,
       1,
       {{"findings", "1 natural finding at or above error (undocumented: note)"}}},
      {"a class that never counts",
       undocumented_note(rules::FailOn::None),
       rules::FailOn::Note,
       1,
       {{"findings", "1 natural finding at or above note (undocumented: none)"}}},
      {"neither", undocumented_note(rules::FailOn::Warning), rules::FailOn::Error},
  };
  for (const Case& c : cases) expect_verdict(c);
}

TEST(Verdict, LetsSoManyNewFindingsPass) {
  const auto with = [](uint64_t fresh, uint64_t regressed, uint64_t max_new) {
    return [=](RunResult& result) {
      result.baseline.emplace();
      for (uint64_t i = 0; i < fresh + regressed; ++i) {
        result.findings.push_back(make_finding(Severity::Error, Cause::Natural));
        if (i >= fresh) result.findings.back().baseline = BaselineState::Regressed;
      }
      result.check_gate.max_new = max_new;
    };
  };
  const std::string rest =
      " regressed, 0 accepted until a day that has passed, at most 2 new may be";
  const std::vector<Case> cases{
      {"as many", with(2, 0, 2)},
      {"one more",
       with(3, 0, 2),
       rules::FailOn::Error,
       1,
       {{"findings", "3 natural findings at or above error: 3 new, 0" + rest}}},
      {"one came back",
       with(1, 1, 2),
       rules::FailOn::Error,
       1,
       {{"findings", "2 natural findings at or above error: 1 new, 1" + rest}}},
  };
  for (const Case& c : cases) expect_verdict(c);
}

TEST(Verdict, IsTwoWhenARecordingBreaksOff) {
  expect_verdict({"one place",
                  [](RunResult& result) {
                    result.input_problems = {{"a.har:1:7", "ends in the middle"}};
                    result.input_problems_total = 1;
                    result.findings.push_back(make_finding(Severity::Error, Cause::Natural));
                  },
                  rules::FailOn::Error,
                  2,
                  {{"input_unreadable", "a.har:1:7: ends in the middle"},
                   {"findings", "1 natural finding at or above error"}}});
  expect_verdict({"three places, and a leak",
                  [](RunResult& result) {
                    result.input_problems = {{"a.har:1:7", "ends in the middle"}};
                    result.input_problems_total = 3;
                    result.proof->leaks = 1;
                  },
                  rules::FailOn::Error,
                  5,
                  {{"redaction_leak",
                    "1 place in the run folder hold personal data or secrets, see "
                    "redaction-proof.json"},
                   {"input_unreadable", "a.har:1:7: ends in the middle (and 2 more places)"}}});
}

TEST(Verdict, CountsOnlyNaturalFindingsAtOrAboveTheThreshold) {
  const std::pair<std::string, std::string> one_error{"findings",
                                                      "1 natural finding at or above error"};
  const std::vector<Case> cases{
      {"nothing", [](RunResult&) {}},
      {"natural error",
       with_finding(Severity::Error, Cause::Natural),
       rules::FailOn::Error,
       1,
       {one_error}},
      {"mixed error",
       with_finding(Severity::Error, Cause::Mixed),
       rules::FailOn::Error,
       1,
       {one_error}},
      {"injected error", with_finding(Severity::Error, Cause::Injected)},
      {"warning below error", with_finding(Severity::Warning, Cause::Natural)},
      {"warning at warning",
       with_finding(Severity::Warning, Cause::Natural),
       rules::FailOn::Warning,
       1,
       {{"findings", "1 natural finding at or above warning"}}},
      {"error above warning",
       with_finding(Severity::Error, Cause::Natural),
       rules::FailOn::Warning,
       1,
       {{"findings", "1 natural finding at or above warning"}}},
      {"note below warning", with_finding(Severity::Note, Cause::Natural), rules::FailOn::Warning},
      {"note at note",
       with_finding(Severity::Note, Cause::Natural),
       rules::FailOn::Note,
       1,
       {{"findings", "1 natural finding at or above note"}}},
      {"injected at note", with_finding(Severity::Error, Cause::Injected), rules::FailOn::Note},
      {"error at none", with_finding(Severity::Error, Cause::Natural), rules::FailOn::None},
      {"several",
       [](RunResult& result) {
         for (const auto cause : {Cause::Natural, Cause::Mixed, Cause::Injected}) {
           result.findings.push_back(make_finding(Severity::Error, cause));
         }
       },
       rules::FailOn::Error,
       1,
       {{"findings", "2 natural findings at or above error"}}},
  };
  for (const auto& c : cases) {
    expect_verdict(c);
  }
}

TEST(Verdict, TellsAnInterruptionByTheUserFromAnOrderlyStop) {
  const std::pair<std::string, std::string> interrupted{"interrupted",
                                                        "interrupted by the user before its end"};
  const std::vector<Case> cases{
      {"terminated", [](RunResult& result) { result.end = RunEnd::Terminated; }},
      {"interrupted",
       [](RunResult& result) { result.end = RunEnd::Interrupted; },
       rules::FailOn::Error,
       130,
       {interrupted}},
      {"interrupted with a finding",
       [](RunResult& result) {
         result.end = RunEnd::Interrupted;
         result.findings.push_back(make_finding(Severity::Error, Cause::Natural));
       },
       rules::FailOn::Error,
       130,
       {interrupted, {"findings", "1 natural finding at or above error"}}},
      {"a leak outranks it",
       [](RunResult& result) {
         result.end = RunEnd::Interrupted;
         result.proof->leaks = 1;
       },
       rules::FailOn::Error,
       5,
       {{"redaction_leak",
         "1 place in the run folder hold personal data or secrets, see redaction-proof.json"},
        interrupted}},
  };
  for (const auto& c : cases) {
    expect_verdict(c);
  }
}

TEST(Verdict, HoldsRulesToTheirExpectations) {
  const auto unmet = [](const std::string& text) {
    return std::vector<std::pair<std::string, std::string>>{
        {"expectation_unmet", "rule slow fired 2 times, expected " + text}};
  };
  const std::vector<Case> cases{
      {"at least, met", with_expectation(Comparison::AtLeast, 2, ">= 2")},
      {"at least, unmet", with_expectation(Comparison::AtLeast, 3, ">= 3"), rules::FailOn::None, 1,
       unmet(">= 3")},
      {"at most, met", with_expectation(Comparison::AtMost, 2, "<= 2")},
      {"at most, unmet", with_expectation(Comparison::AtMost, 1, "<= 1"), rules::FailOn::Error, 1,
       unmet("<= 1")},
      {"exactly, met", with_expectation(Comparison::Exactly, 2, "2")},
      {"exactly, unmet", with_expectation(Comparison::Exactly, 1, "1"), rules::FailOn::Error, 1,
       unmet("1")},
      {"behind a closed gate",
       [](RunResult& result) {
         with_expectation(Comparison::AtLeast, 3, ">= 3")(result);
         result.gate.is_open = false;
       }},
  };
  for (const auto& c : cases) {
    expect_verdict(c);
  }
}

TEST(Verdict, FailsARunWhoseEvidenceIsNotWhole) {
  const std::vector<Case> cases{
      {"traffic not balanced",
       [](RunResult& result) { result.traffic.traffic["http"].seen = 5; },
       rules::FailOn::Error,
       1,
       {{"accounting", "http: 5 messages seen, but 4 accounted for"}}},
      {"rule not balanced",
       [](RunResult& result) { result.rules[0].drawn = 3; },
       rules::FailOn::Error,
       1,
       {{"accounting", "rule slow: 3 drawn is not applied + bypassed + overflow"}}},
      {"nothing checked",
       [](RunResult& result) {
         result.traffic.traffic["http"] = {
             .seen = 1, .checked = {}, .skipped = {{"tunnel", 1}}, .dropped = {}};
       },
       rules::FailOn::Error,
       1,
       {{"no_traffic", "no message was checked against the contracts"}}},
      {"no traffic at all",
       [](RunResult& result) { result.traffic.traffic.clear(); },
       rules::FailOn::None,
       1,
       {{"no_traffic", "no message was checked against the contracts"}}},
      {"no traffic without contracts",
       [](RunResult& result) {
         result.traffic.traffic.clear();
         result.is_checking = false;
       }},
      {"an event is missing",
       [](RunResult& result) { result.events_dropped = 1; },
       rules::FailOn::Error,
       1,
       {{"events_dropped", "1 event is missing in events.jsonl, so the run is incomplete"}}},
      {"exchanges are missing",
       [](RunResult& result) { result.journal_lost = 2; },
       rules::FailOn::Error,
       1,
       {{"journal_lost", "2 exchanges are missing in the journal, so the run is incomplete"}}},
      {"lines of the access log are missing",
       [](RunResult& result) {
         result.exchanges_analysed = 5;
         result.access_log = LineCounts{.written = 4, .lost = 1};
       },
       rules::FailOn::Error,
       1,
       {{"access_log_lost", "1 line is missing in access.jsonl, so the run is incomplete"}}},
      {"an exchange left no line",
       [](RunResult& result) {
         result.exchanges_analysed = 5;
         result.access_log = LineCounts{.written = 4, .lost = 0};
       },
       rules::FailOn::Error,
       1,
       {{"accounting", "5 exchanges analysed, but 4 lines written and 0 lost in access.jsonl"}}},
      {"traces are missing",
       [](RunResult& result) {
         result.exchanges_analysed = 5;
         result.traces = LineCounts{.written = 3, .lost = 2};
       },
       rules::FailOn::Error,
       1,
       {{"traces_lost", "2 lines are missing in traces.jsonl, so the run is incomplete"}}},
      {"an exchange left no trace",
       [](RunResult& result) {
         result.exchanges_analysed = 5;
         result.traces = LineCounts{.written = 4, .lost = 0};
       },
       rules::FailOn::Error,
       1,
       {{"accounting", "5 exchanges analysed, but 4 lines written and 0 lost in traces.jsonl"}}},
  };
  for (const auto& c : cases) {
    expect_verdict(c);
  }
}

TEST(Verdict, RanksALeakAboveAStopAndAStopAboveTheRest) {
  const std::string leak_text =
      "2 places in the run folder hold personal data or secrets, see redaction-proof.json";
  const auto leak = [](RunResult& result) { result.proof->leaks = 2; };
  const auto stop = [](RunResult& result) { result.stopped_by = "fail-fast"; };
  const auto error = with_finding(Severity::Error, Cause::Natural);
  const std::vector<Case> cases{
      {"leak", leak, rules::FailOn::None, 5, {{"redaction_leak", leak_text}}},
      {"control not found",
       [](RunResult& result) { result.proof->negative_control_ok = false; },
       rules::FailOn::None,
       5,
       {{"redaction_leak", "the scan for leaks did not find its own planted control"}}},
      {"proof not made yet", [](RunResult& result) { result.proof.reset(); }},
      {"stopped", stop, rules::FailOn::Error, 6, {{"stopped", "stopped by fail-fast"}}},
      {"stopped with findings",
       [&](RunResult& result) {
         stop(result);
         error(result);
       },
       rules::FailOn::Error,
       6,
       {{"stopped", "stopped by fail-fast"}, {"findings", "1 natural finding at or above error"}}},
      {"everything",
       [&](RunResult& result) {
         leak(result);
         stop(result);
         error(result);
       },
       rules::FailOn::Error,
       5,
       {{"redaction_leak", leak_text},
        {"stopped", "stopped by fail-fast"},
        {"findings", "1 natural finding at or above error"}}},
  };
  for (const auto& c : cases) {
    expect_verdict(c);
  }
}

}  // namespace
}  // namespace faultline::run
