// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/run/run_result.h"
#include "rules/config.h"
#include "rules/fail_policy.h"

#include <string>
#include <vector>

namespace faultline::run {

/// One reason why a run failed.
struct VerdictReason {
  std::string code;  // "findings", "expectation_unmet", "redaction_leak", "no_traffic",
                     // "accounting", "events_dropped", "journal_lost", "access_log_lost",
                     // "traces_lost", "interrupted", "stopped", "input_unreadable", "unverifiable",
                     // "coverage"
  std::string text;  // "2 natural findings at or above error"
};

/// How a run ended. The exit code is 5 for a leak, else 130 when the user interrupted it, else 6
/// for a run that a trigger stopped, else 2 when a recording could not be read to its end, else 1
/// for any other reason, else 0.
struct Verdict {
  int exit_code = 0;
  std::vector<VerdictReason> reasons;  // in a fixed order; empty: passed
  [[nodiscard]] bool is_pass() const noexcept { return reasons.empty(); }
};

/// A pure function of its arguments. Expectations count only when the gate was open.
[[nodiscard]] Verdict compute_verdict(const RunResult& result, const rules::ReportConfig& config);

/// True when a finding counts against the run: it has natural messages, is severe enough, and no
/// baseline accepts it.
[[nodiscard]] bool is_failing(const Finding& finding, const rules::FailPolicy& policy) noexcept;
/// What the configuration and the gate of the check say together.
[[nodiscard]] rules::FailPolicy fail_policy(const RunResult& result,
                                            const rules::ReportConfig& config);
/// What the contracts declare and how much of it traffic showed: what --min-coverage holds.
/// Operations, of which a message was checked, and where they were looked at their points.
[[nodiscard]] PointCoverage::Share coverage_share(const RunResult& result) noexcept;

}  // namespace faultline::run
