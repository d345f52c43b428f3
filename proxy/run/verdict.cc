// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/run/verdict.h"

#include <algorithm>
#include <string_view>

namespace faultline::run {

namespace {

constexpr int kExitFailed = 1;
constexpr int kExitUsage = 2;
constexpr int kExitLeak = 5;
constexpr int kExitStopped = 6;
constexpr int kExitInterrupted = 130;  // 128 + SIGINT, as shells say it

std::string counted(uint64_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

void judge_redaction(const RunResult& result, Verdict& verdict) {
  if (!result.proof) return;
  if (result.proof->leaks > 0) {
    verdict.reasons.push_back(
        {"redaction_leak", counted(result.proof->leaks, "place", "places") +
                               " in the run folder hold personal data or secrets, see "
                               "redaction-proof.json"});
  } else if (!result.proof->negative_control_ok) {
    verdict.reasons.push_back(
        {"redaction_leak", "the scan for leaks did not find its own planted control"});
  }
}

void judge_input(const RunResult& result, Verdict& verdict) {
  if (result.input_problems_total == 0) return;
  const InputProblem& first = result.input_problems.front();
  std::string text = first.place + ": " + first.what;
  if (result.input_problems_total > 1) {
    text += " (and " + counted(result.input_problems_total - 1, "more place", "more places") + ")";
  }
  verdict.reasons.push_back({"input_unreadable", std::move(text)});
}

void judge_findings(const RunResult& result, const rules::ReportConfig& config, Verdict& verdict) {
  const rules::FailPolicy policy = fail_policy(result, config);
  uint64_t count = 0;
  uint64_t regressed = 0;
  uint64_t expired = 0;
  for (const Finding& finding : result.findings) {
    if (!is_failing(finding, policy)) continue;
    ++count;
    if (finding.baseline == BaselineState::Regressed) ++regressed;
    if (finding.acceptance) ++expired;
  }
  const uint64_t fresh = count - regressed - expired;
  const auto& max_new = result.check_gate.max_new;
  const bool is_fresh_allowed = fresh == 0 || (max_new && fresh <= *max_new);
  if (is_fresh_allowed && regressed + expired == 0) return;
  std::string text =
      counted(count, "natural finding", "natural findings") + " at or above " + policy.text();
  if (result.baseline) {
    text += ": " + std::to_string(fresh) + " new, " + std::to_string(regressed) + " regressed, " +
            std::to_string(expired) + " accepted until a day that has passed";
  }
  if (max_new) text += ", at most " + std::to_string(*max_new) + " new may be";
  verdict.reasons.push_back({"findings", std::move(text)});
}

/// Messages that were checked, and of them those that could not be.
void judge_gate(const RunResult& result, Verdict& verdict) {
  const rules::CheckGate& gate = result.check_gate;
  if (gate.max_unverifiable) {
    uint64_t checked = 0;
    uint64_t unverifiable = 0;
    for (const auto& [protocol, accounting] : result.traffic.traffic) {
      checked += total(accounting.checked);
      const auto at =
          accounting.checked.find(contracts::verdict_name(contracts::Verdict::Unverifiable));
      if (at != accounting.checked.end()) unverifiable += at->second;
    }
    if (gate.max_unverifiable->is_above(unverifiable, checked)) {
      verdict.reasons.push_back({"unverifiable", std::to_string(unverifiable) + " of " +
                                                     counted(checked, "message", "messages") +
                                                     " could not be checked, at most " +
                                                     gate.max_unverifiable->text() + " may be"});
    }
  }
  if (!gate.min_coverage) return;
  const PointCoverage::Share share = coverage_share(result);
  if (gate.min_coverage->is_below(share.seen, share.declared)) {
    verdict.reasons.push_back(
        {"coverage", "the traffic showed " + std::to_string(share.seen) + " of " +
                         counted(share.declared, "declared thing", "declared things") + ", " +
                         gate.min_coverage->text() + " must be seen"});
  }
}

void judge_expectations(const RunResult& result, Verdict& verdict) {
  // Behind a closed gate no rule can fire: a plain proxy is not a failed chaos run. Who wants that
  // asks for --require-gate.
  if (!result.gate.is_open) return;
  for (const RuleStats& rule : result.rules) {
    if (rule.is_expectation_met()) continue;
    verdict.reasons.push_back({"expectation_unmet", "rule " + rule.name + " fired " +
                                                        counted(rule.applied, "time", "times") +
                                                        ", expected " + rule.expect->text});
  }
}

void judge_lines(const RunResult& result, const std::optional<LineCounts>& lines,
                 std::string_view file, Verdict& verdict) {
  if (!lines || lines->written + lines->lost == result.exchanges_analysed) return;
  verdict.reasons.push_back(
      {"accounting", std::to_string(result.exchanges_analysed) + " exchanges analysed, but " +
                         std::to_string(lines->written) + " lines written and " +
                         std::to_string(lines->lost) + " lost in " + std::string(file)});
}

void judge_accounting(const RunResult& result, Verdict& verdict) {
  uint64_t checked = 0;
  for (const auto& [protocol, accounting] : result.traffic.traffic) {
    checked += total(accounting.checked);
    if (accounting.is_balanced()) continue;
    verdict.reasons.push_back(
        {"accounting", protocol + ": " + std::to_string(accounting.seen) + " messages seen, but " +
                           std::to_string(accounting.accounted()) + " accounted for"});
  }
  for (const RuleStats& rule : result.rules) {
    if (rule.is_balanced()) continue;
    verdict.reasons.push_back({"accounting", "rule " + rule.name + ": " +
                                                 std::to_string(rule.drawn) +
                                                 " drawn is not applied + bypassed + overflow"});
  }
  judge_lines(result, result.access_log, "access.jsonl", verdict);
  judge_lines(result, result.traces, "traces.jsonl", verdict);
  if (result.is_checking && checked == 0 && !result.check_gate.allows_no_traffic) {
    verdict.reasons.push_back({"no_traffic", "no message was checked against the contracts"});
  }
}

void judge_evidence(const RunResult& result, Verdict& verdict) {
  if (result.events_dropped > 0) {
    verdict.reasons.push_back(
        {"events_dropped", counted(result.events_dropped, "event is", "events are") +
                               " missing in events.jsonl, so the run is incomplete"});
  }
  if (result.journal_lost > 0) {
    verdict.reasons.push_back(
        {"journal_lost", counted(result.journal_lost, "exchange is", "exchanges are") +
                             " missing in the journal, so the run is incomplete"});
  }
  if (result.access_log && result.access_log->lost > 0) {
    verdict.reasons.push_back(
        {"access_log_lost", counted(result.access_log->lost, "line is", "lines are") +
                                " missing in access.jsonl, so the run is incomplete"});
  }
  if (result.traces && result.traces->lost > 0) {
    verdict.reasons.push_back(
        {"traces_lost", counted(result.traces->lost, "line is", "lines are") +
                            " missing in traces.jsonl, so the run is incomplete"});
  }
}

}  // namespace

rules::FailPolicy fail_policy(const RunResult& result, const rules::ReportConfig& config) {
  return {config.fail_on, result.check_gate.fail_on_by_class};
}

bool is_failing(const Finding& finding, const rules::FailPolicy& policy) noexcept {
  if (finding.cause == Cause::Injected || finding.is_accepted()) return false;
  switch (policy.level_of(contracts::finding_class_name(finding.violation.kind))) {
    case rules::FailOn::Error:
      return finding.violation.severity == contracts::Severity::Error;
    case rules::FailOn::Warning:
      return finding.violation.severity != contracts::Severity::Note;
    case rules::FailOn::Note:
      return true;
    case rules::FailOn::None:
      return false;
  }
  return false;
}

PointCoverage::Share coverage_share(const RunResult& result) noexcept {
  PointCoverage::Share share;
  if (result.points) share = result.points->all();
  for (const OperationCoverage& operation : result.traffic.coverage) {
    if (!operation.is_declared()) continue;
    ++share.declared;
    if (operation.checked() > 0) ++share.seen;
  }
  return share;
}

Verdict compute_verdict(const RunResult& result, const rules::ReportConfig& config) {
  Verdict verdict;
  judge_redaction(result, verdict);
  const bool has_leak = !verdict.reasons.empty();
  if (result.end == RunEnd::Interrupted) {
    verdict.reasons.push_back({"interrupted", "interrupted by the user before its end"});
  }
  if (!result.stopped_by.empty()) {
    verdict.reasons.push_back({"stopped", "stopped by " + result.stopped_by});
  }
  judge_input(result, verdict);
  judge_findings(result, config, verdict);
  judge_gate(result, verdict);
  judge_expectations(result, verdict);
  judge_accounting(result, verdict);
  judge_evidence(result, verdict);
  if (has_leak) {
    verdict.exit_code = kExitLeak;
  } else if (result.end == RunEnd::Interrupted) {
    verdict.exit_code = kExitInterrupted;
  } else if (!result.stopped_by.empty()) {
    verdict.exit_code = kExitStopped;
  } else if (result.input_problems_total > 0) {
    verdict.exit_code = kExitUsage;
  } else if (!verdict.is_pass()) {
    verdict.exit_code = kExitFailed;
  }
  return verdict;
}

}  // namespace faultline::run
