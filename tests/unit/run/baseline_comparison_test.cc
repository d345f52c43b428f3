// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/run/baseline_comparison.h"

#include "proxy/run/verdict.h"
#include "tests/unit/run/run_support.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace faultline::run {
namespace {

const rules::Date kToday = *rules::Date::parse("2026-11-21");

std::vector<Finding> findings(const std::vector<std::string>& members) {
  FindingLog log;
  for (const auto& member : members) {
    const auto violation = test::make_violation(member);
    const std::vector<RedactedViolation> one{test::redacted(violation)};
    log.add({.listener = "shop", .exchange = {}}, one);
  }
  return log.finish();
}

/// The finding about `member`, accepted.
rules::BaselineEntry accepted(const std::string& member) {
  rules::BaselineEntry entry = baseline_entry(findings({member}).at(0));
  entry.reason = "SHOP-17";
  entry.owner = "shop";
  entry.accepted = kToday;
  return entry;
}

std::vector<OperationCoverage> coverage(uint64_t requests_checked, uint64_t responses_checked) {
  OperationCoverage items;
  items.operation = "GET /items";
  items.requests_checked = requests_checked;
  items.responses_checked = responses_checked;
  return {items};
}

TEST(BaselineEntry, SaysWhereTheFindingWas) {
  const rules::BaselineEntry entry = accepted("age");

  EXPECT_EQ(entry.fingerprint, contracts::fingerprint(test::make_violation("age"), "http"));
  EXPECT_EQ(entry.operation, "GET /items");
  EXPECT_EQ(entry.direction, "response");
  EXPECT_EQ(entry.where, "body /items/*/age");
}

TEST(BaselineComparison, TellsNewKnownExpiredAndRegressedApart) {
  rules::Baseline baseline;
  baseline.accepted = {accepted("known"), accepted("expired")};
  baseline.accepted[0].expires = kToday;
  baseline.accepted[1].expires = rules::Date{kToday.days - 1};
  baseline.accepted[0].returns = 1;
  baseline.fixed = {accepted("back")};
  baseline.fixed[0].returns = 1;
  auto found = findings({"known", "expired", "back", "fresh"});

  const auto comparison = compare_with_baseline(baseline, {coverage(9, 9)}, kToday, found);

  int seen = 0;
  for (const Finding& finding : found) {
    const std::string& place = finding.violation.pointer_template;
    SCOPED_TRACE(place);
    const bool is_failing_now = is_failing(finding, rules::FailPolicy());
    if (place == "/items/*/known") {
      EXPECT_EQ(finding.baseline, BaselineState::Known);
      EXPECT_TRUE(finding.is_accepted());
      EXPECT_EQ(finding.acceptance->reason, "SHOP-17");
      EXPECT_EQ(finding.acceptance->expires, "2026-11-21");
      EXPECT_EQ(finding.returns, 1U);
      EXPECT_FALSE(is_failing_now);
      ++seen;
    } else if (place == "/items/*/expired") {
      EXPECT_EQ(finding.baseline, BaselineState::Known);
      EXPECT_FALSE(finding.is_accepted());
      EXPECT_TRUE(is_failing_now);
      ++seen;
    } else {
      EXPECT_EQ(finding.baseline,
                place == "/items/*/back" ? BaselineState::Regressed : BaselineState::New);
      EXPECT_EQ(finding.returns, place == "/items/*/back" ? 2U : 0U);
      EXPECT_TRUE(is_failing_now);
      ++seen;
    }
  }
  EXPECT_EQ(seen, 4);
  EXPECT_TRUE(comparison.fixed.empty());
  EXPECT_TRUE(comparison.not_seen.empty());
}

TEST(BaselineComparison, CallsAFindingFixedOnlyWhenItsPlaceWasChecked) {
  rules::Baseline baseline;
  baseline.accepted = {accepted("gone")};
  struct Case {
    std::string name;
    std::vector<OperationCoverage> coverage;
    bool has_left_out;
    bool is_fixed;
  };
  const Case cases[] = {
      {"checked", coverage(0, 1), false, true},
      {"only requests", coverage(5, 0), false, false},
      {"never met", {}, false, false},
      {"too many findings", coverage(0, 1), true, false},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.name);
    std::vector<Finding> none;

    const auto comparison =
        compare_with_baseline(baseline, {one.coverage, one.has_left_out}, kToday, none);

    EXPECT_EQ(comparison.fixed.size(), one.is_fixed ? 1U : 0U);
    EXPECT_EQ(comparison.not_seen.size(), one.is_fixed ? 0U : 1U);
  }
}

TEST(BaselineComparison, ForgetsAnEarlierState) {
  rules::Baseline baseline;
  baseline.accepted = {accepted("age")};
  auto found = findings({"age"});
  static_cast<void>(compare_with_baseline(baseline, {coverage(1, 1)}, kToday, found));

  static_cast<void>(compare_with_baseline({}, {coverage(1, 1)}, kToday, found));

  EXPECT_EQ(found.at(0).baseline, BaselineState::New);
  EXPECT_FALSE(found.at(0).acceptance.has_value());
}

}  // namespace
}  // namespace faultline::run
