// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/report/report.h"
#include "tests/unit/report/report_support.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace faultline::report {
namespace {

using test::sample_result;

/// The element of the case of that name, up to its end.
std::string case_of(const std::string& xml, const std::string& name) {
  const size_t at = xml.find(" name=\"" + name + "\"");
  if (at == std::string::npos) return "";
  const size_t end = std::min(xml.find("<testcase", at), xml.find("</testsuite", at));
  return xml.substr(at, end - at);
}

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(Junit, FailsOnlyForFindingsThatCount) {
  struct Case {
    std::string name;
    rules::FailOn fail_on;
    std::string test_case;
    bool want_failure;
  };
  const std::vector<Case> cases{
      {"natural error", rules::FailOn::Error, "GET /items: response body", true},
      {"nothing counts", rules::FailOn::None, "GET /items: response body", false},
      {"a warning, errors count", rules::FailOn::Error, "PATCH (undocumented): request message",
       false},
      {"a warning, warnings count", rules::FailOn::Warning, "PATCH (undocumented): request message",
       true},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    rules::ReportConfig config;
    config.fail_on = c.fail_on;

    const std::string found = case_of(junit_xml(sample_result(), config).view(), c.test_case);

    ASSERT_FALSE(found.empty());
    EXPECT_EQ(holds(found, "<failure"), c.want_failure);
  }
}

TEST(Junit, ShowsInjectedFindingsWithoutFailing) {
  run::RunResult result = sample_result();
  std::erase_if(result.findings,
                [](const run::Finding& finding) { return finding.cause != run::Cause::Injected; });

  const std::string found = case_of(junit_xml(result, {}).view(), "GET /items: response body");

  EXPECT_FALSE(holds(found, "<failure"));
  EXPECT_TRUE(holds(found, "<system-out>FND-"));
  EXPECT_TRUE(holds(found, "(injected, 1 message,"));
}

TEST(Junit, SkipsWhatWasNeverSeenOrNeverChecked) {
  const std::string xml = junit_xml(sample_result(), {}).view();

  EXPECT_TRUE(
      holds(case_of(xml, "DELETE /cart/{id}: request body"), "<skipped message=\"never seen\"/>"));
  EXPECT_TRUE(holds(case_of(xml, "POST /checkout: response body"),
                    "<skipped message=\"seen, but nothing could be checked\"/>"));
  EXPECT_FALSE(holds(case_of(xml, "POST /checkout: request body"), "<skipped"));
}

TEST(Junit, SkipsAnswersThatNeverCame) {
  run::RunResult result = sample_result();
  result.findings.clear();
  result.traffic.coverage[0].responses = 0;
  const std::string operation = result.traffic.coverage[0].operation;
  result.traffic.coverage[0].requests = 1;

  const std::string xml = junit_xml(result, {}).view();

  EXPECT_TRUE(holds(case_of(xml, operation + ": response status"),
                    "<skipped message=\"no response seen\"/>"));
}

TEST(Junit, FailsTheCaseOfEachReasonBesidesFindings) {
  run::RunResult result = test::empty_result();
  result.gate.is_open = true;
  result.is_checking = true;
  result.events_dropped = 1;
  result.journal_lost = 1;
  result.stopped_by = "fail-fast";
  result.proof = run::ProofInfo{.leaks = 1};
  result.traffic.traffic["http"].seen = 1;
  run::RuleStats rule;
  rule.name = "slow";
  rule.expect = rules::ExpectConfig{};
  rule.expect->text = ">= 1";
  result.rules.push_back(rule);
  const std::vector<std::string> names{"redaction proof",           "not stopped by a trigger",
                                       "expectations of the rules", "accounting holds",
                                       "traffic was checked",       "events are complete",
                                       "journal is complete"};

  const std::string bad = junit_xml(result, {}).view();
  const std::string good = junit_xml(test::empty_result(), {}).view();

  for (const auto& name : names) {
    SCOPED_TRACE(name);
    EXPECT_TRUE(holds(case_of(bad, name), "<failure"));
    ASSERT_FALSE(case_of(good, name).empty());
    EXPECT_FALSE(holds(case_of(good, name), "<failure"));
  }
}

TEST(Junit, PutsFindingsOfOperationsItDoesNotKnowIntoASuiteOfTheirOwn) {
  run::RunResult result = sample_result();
  result.traffic.coverage.clear();

  const std::string xml = junit_xml(result, {}).view();

  EXPECT_EQ(test::xml_problem(xml), "");
  EXPECT_TRUE(holds(xml, "<testsuite name=\"shop: not in any contract\""));
  EXPECT_TRUE(holds(case_of(xml, "GET /items: response body"), "<failure"));
}

TEST(Junit, StaysWellFormedWhateverTextsHold) {
  run::RunResult result = sample_result();
  const std::string hostile = "]]> </failure> \" ' & < > \x01\x08 \xFF\xFE \xEF\xBF\xBF &#0; \n\t";
  for (auto& finding : result.findings) {
    finding.violation.rule = hostile;
    finding.violation.operation = hostile;
    finding.violation.actual = hostile;
    finding.violation.hint = hostile;
    finding.violation.contract.file = hostile;
    finding.listeners = {hostile};
  }
  result.run_id = hostile;
  for (auto& operation : result.traffic.coverage) {
    operation.listener = hostile;
    operation.file = hostile;
  }

  const std::string xml = junit_xml(result, {}).view();

  EXPECT_EQ(test::xml_problem(xml), "");
}

}  // namespace
}  // namespace faultline::report
