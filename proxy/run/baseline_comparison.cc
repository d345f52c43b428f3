// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/run/baseline_comparison.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace faultline::run {

namespace {

using Half = std::pair<std::string_view, std::string_view>;  // operation, direction

std::set<Half> checked_halves(const std::vector<OperationCoverage>& coverage) {
  std::set<Half> halves;
  for (const OperationCoverage& operation : coverage) {
    if (operation.requests_checked > 0) {
      halves.emplace(operation.operation, direction_name(Direction::Request));
    }
    if (operation.responses_checked > 0) {
      halves.emplace(operation.operation, direction_name(Direction::Response));
    }
  }
  return halves;
}

void compare(const rules::Baseline& baseline, rules::Date today, Finding& finding) {
  finding.baseline = BaselineState::New;
  finding.acceptance.reset();
  finding.returns = 0;
  if (const auto* entry = baseline.find_accepted(finding.fingerprint); entry != nullptr) {
    finding.baseline = BaselineState::Known;
    finding.acceptance = {entry->reason, entry->owner, entry->expires ? entry->expires->text() : "",
                          entry->is_expired(today)};
    finding.returns = entry->returns;
  } else if (entry = baseline.find_fixed(finding.fingerprint); entry != nullptr) {
    finding.baseline = BaselineState::Regressed;
    finding.returns = entry->returns + 1;
  }
}

}  // namespace

BaselineComparison compare_with_baseline(const rules::Baseline& baseline,
                                         const BaselineEvidence& evidence, rules::Date today,
                                         std::vector<Finding>& findings) {
  BaselineComparison comparison;
  std::set<std::string_view> present;
  for (Finding& finding : findings) {
    compare(baseline, today, finding);
    present.insert(finding.fingerprint);
  }
  const auto checked = checked_halves(evidence.coverage);
  for (const rules::BaselineEntry& entry : baseline.accepted) {
    if (present.contains(entry.fingerprint)) continue;
    const bool is_proven =
        !evidence.has_left_out_findings && checked.contains({entry.operation, entry.direction});
    (is_proven ? comparison.fixed : comparison.not_seen).push_back(entry);
  }
  return comparison;
}

rules::BaselineEntry baseline_entry(const Finding& finding) {
  const contracts::Violation& violation = finding.violation;
  rules::BaselineEntry entry;
  entry.fingerprint = finding.fingerprint;
  entry.rule = violation.rule;
  entry.operation = violation.operation;
  entry.direction = direction_name(violation.direction);
  entry.where = contracts::location_name(violation.location);
  if (!violation.pointer_template.empty()) entry.where += " " + violation.pointer_template;
  return entry;
}

}  // namespace faultline::run
