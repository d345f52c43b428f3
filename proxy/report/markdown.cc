// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/units.h"
#include "proxy/report/markup.h"
#include "proxy/report/model.h"
#include "proxy/report/report.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace faultline::report {

namespace {

// A comment on GitHub holds 65536 characters; these keep the report well below.
constexpr size_t kTableRows = 50;
constexpr size_t kWorstFindings = 5;

/// `| a | b |`
void add_row(std::string& out, const std::vector<std::string>& cells) {
  for (const auto& cell : cells) {
    out.append("| ").append(cell).append(" ");
  }
  out += "|\n";
}

void add_header(std::string& out, const std::vector<std::string>& cells) {
  add_row(out, cells);
  for (size_t i = 0; i < cells.size(); ++i) {
    out += "|---";
  }
  out += "|\n";
}

void add_rest(std::string& out, size_t count, std::string_view file) {
  if (count <= kTableRows) return;
  out.append("\n").append(std::to_string(count - kTableRows)).append(" more in ").append(file);
  out += ".\n";
}

void add_verdict(std::string& out, const run::RunResult& result, const run::Verdict& verdict) {
  out += "<!-- faultline:analysis -->\n";
  out.append("### faultline: ").append(verdict.is_pass() ? "passed" : "failed");
  out.append(" (exit code ").append(std::to_string(verdict.exit_code)).append(")\n\n");
  for (const auto& reason : verdict.reasons) {
    out.append("- ").append(reason.code).append(": ").append(md_words(reason.text)).append("\n");
  }
  if (!verdict.reasons.empty()) out += "\n";
  out.append("Run ").append(md_code(result.run_id)).append(", seed ");
  out.append(std::to_string(result.seed)).append(", started ").append(format_utc(result.started));
  out.append(", length ").append(seconds(static_cast<uint64_t>(result.length.count())));
  out.append(result.end != run::RunEnd::Complete ? ", stopped before its end.\n" : ".\n");
  if (result.mode == "run") {
    out.append("Faults ").append(result.gate.is_open ? "armed" : "not armed: ");
    out.append(result.gate.is_open ? "" : md_words(result.gate.reason)).append(".\n");
  }
  for (const auto& note : result.notes) {
    out.append("- note: ").append(md_words(note)).append("\n");
  }
}

void add_counts(std::string& out, const run::RunResult& result) {
  const FindingCounts counts = count_findings(result.findings);
  out += "\n";
  add_header(out, {"findings", "errors", "warnings", "notes"});
  for (const auto cause : {run::Cause::Natural, run::Cause::Mixed, run::Cause::Injected}) {
    add_row(out, {std::string(run::cause_name(cause)),
                  std::to_string(counts.of(cause, contracts::Severity::Error)),
                  std::to_string(counts.of(cause, contracts::Severity::Warning)),
                  std::to_string(counts.of(cause, contracts::Severity::Note))});
  }
  if (result.findings_left_out == 0) return;
  out.append("\n").append(std::to_string(result.findings_left_out));
  out +=
      " further disagreements were counted but not kept: too many in one message, or too many "
      "different ones.\n";
}

void add_baseline(std::string& out, const run::RunResult& result) {
  if (!result.baseline) return;
  std::array<uint64_t, 3> states{};
  uint64_t expired = 0;
  for (const run::Finding& finding : result.findings) {
    ++states[static_cast<size_t>(finding.baseline)];
    if (finding.acceptance && finding.acceptance->is_expired) ++expired;
  }
  const uint64_t known = states[static_cast<size_t>(run::BaselineState::Known)] - expired;
  out.append("\n### Against the baseline ").append(md_code(result.baseline->file)).append("\n\n");
  add_header(out, {"new", "regressed", "expired", "known", "fixed", "not seen"});
  add_row(out, {std::to_string(states[static_cast<size_t>(run::BaselineState::New)]),
                std::to_string(states[static_cast<size_t>(run::BaselineState::Regressed)]),
                std::to_string(expired), std::to_string(known),
                std::to_string(result.baseline->fixed.size()),
                std::to_string(result.baseline->not_seen.size())});
  const auto& fixed = result.baseline->fixed;
  for (size_t i = 0; i < fixed.size() && i < kTableRows; ++i) {
    out.append("- fixed: ").append(md_code(fixed[i].rule)).append(" ");
    out.append(md_code(fixed[i].operation)).append(" ").append(md_code(fixed[i].where));
    out += "\n";
  }
  add_rest(out, fixed.size(), "contract-diff.json");
}

std::string where_text(const contracts::Violation& violation) {
  std::string text(direction_name(violation.direction));
  text.append(" ").append(contracts::location_name(violation.location));
  if (!violation.pointer_template.empty()) text.append(" ").append(violation.pointer_template);
  return text;
}

std::string state_text(const run::Finding& finding) {
  if (finding.acceptance && finding.acceptance->is_expired) return "expired";
  const bool is_back = finding.baseline == run::BaselineState::Regressed;
  if (is_back && finding.returns >= run::kReturnsOfFlapping) return "flapping";
  return std::string(run::baseline_state_name(finding.baseline));
}

void add_findings(std::string& out, const std::vector<const run::Finding*>& findings) {
  if (findings.empty()) return;
  out.append("\n### Findings (").append(std::to_string(findings.size())).append(")\n\n");
  add_header(out, {"id", "severity", "cause", "state", "operation", "where", "rule", "messages",
                   "contract"});
  for (size_t i = 0; i < findings.size() && i < kTableRows; ++i) {
    const run::Finding& finding = *findings[i];
    const contracts::Violation& violation = finding.violation;
    add_row(out,
            {finding.id, std::string(contracts::severity_name(violation.severity)),
             std::string(run::cause_name(finding.cause)), state_text(finding),
             md_code(violation.operation), md_code(where_text(violation)), md_code(violation.rule),
             std::to_string(finding.messages), md_code(place_text(violation.contract))});
  }
  add_rest(out, findings.size(), "findings.json");
}

std::string cause_text(const run::Finding& finding) {
  std::string text(run::cause_name(finding.cause));
  if (finding.cause == run::Cause::Natural) return text + ": no fault touched these messages";
  std::string_view separator = ": ";
  if (finding.cause == run::Cause::Mixed) {
    text.append(separator).append(std::to_string(finding.natural_messages));
    text.append(" of ").append(std::to_string(finding.messages)).append(" without a fault");
    separator = "; ";
  }
  for (const auto& by : finding.injected_by) {
    text.append(separator).append(by.fault).append(" by rule ").append(by.rule).append(" (");
    text.append(messages_text(by.messages)).append(", events");
    separator = "; ";
    for (const uint64_t event : by.events) {
      text.append(" ").append(std::to_string(event));
    }
    text += ")";
  }
  return text;
}

void add_line(std::string& out, std::string_view label, std::string_view text) {
  if (text.empty()) return;
  out.append("  ").append(label).append(std::string(10 - label.size(), ' '));
  out.append(md_fenced(text)).append("\n");
}

void add_finding(std::string& out, const run::RunResult& result, const run::Finding& finding) {
  const contracts::Violation& violation = finding.violation;
  std::string title = finding.id + " ";
  title.append(contracts::severity_name(violation.severity)).append("  ").append(violation.rule);
  title.append("  ").append(violation.operation).append("  (");
  title.append(messages_text(finding.messages))
      .append(", first ")
      .append(finding.first_exchange)
      .append(")");
  out.append(md_fenced(title)).append("\n");
  add_line(out, "where", where_text(violation));
  std::string contract = place_text(violation.contract);
  if (!contract.empty() && !violation.contract.pointer.empty()) {
    contract.append("  #").append(violation.contract.pointer);
  }
  add_line(out, "contract", contract);
  add_line(out, "expected", violation.expected);
  add_line(out, "got", violation.actual);
  add_line(out, "cause", cause_text(finding));
  for (const auto& sample : finding.samples) {
    add_line(out, "sample",
             sample.exchange_name + "  " + sample.pointer.view() + "  " + sample.sample.view());
  }
  if (finding.refused_messages > 0) {
    add_line(out, "refused",
             "the server answered " + std::to_string(finding.refused_messages) + " of " +
                 messages_text(finding.messages) + " with 4xx");
  }
  add_line(out, "hint", violation.hint);
  add_line(out, "check", check_command(result, finding));
}

void add_worst(std::string& out, const run::RunResult& result,
               const std::vector<const run::Finding*>& findings) {
  if (findings.empty()) return;
  out += "\n### Worst findings\n";
  for (size_t i = 0; i < findings.size() && i < kWorstFindings; ++i) {
    out += "\n```\n";
    add_finding(out, result, *findings[i]);
    out += "```\n";
  }
}

void add_rules(std::string& out, const std::vector<run::RuleStats>& rules) {
  if (rules.empty()) return;
  out += "\n### Faults by rule\n\n";
  add_header(out, {"rule", "fault", "scope", "matched", "drawn", "applied", "bypassed", "overflow",
                   "expected"});
  for (size_t i = 0; i < rules.size() && i < kTableRows; ++i) {
    const run::RuleStats& rule = rules[i];
    std::string bypassed = std::to_string(run::total(rule.bypassed));
    for (const auto& [reason, count] : rule.bypassed) {
      bypassed.append(", ").append(md_words(reason)).append(" ").append(std::to_string(count));
    }
    std::string expected = "-";
    if (rule.expect) {
      expected = md_code(rule.expect->text) + (rule.is_expectation_met() ? " met" : " not met");
    }
    add_row(out, {md_code(rule.name), md_words(rule.fault), md_words(rule.scope),
                  std::to_string(rule.matched), std::to_string(rule.drawn),
                  std::to_string(rule.applied), bypassed, std::to_string(rule.overflow), expected});
  }
  add_rest(out, rules.size(), "stats.json");
}

std::string statuses_text(const run::PhaseStats& phase) {
  std::string text;
  for (size_t status = 1; status < phase.by_class.size(); ++status) {
    if (phase.by_class[status] == 0) continue;
    if (!text.empty()) text += ", ";
    text.append(std::to_string(status)).append("xx ");
    text.append(std::to_string(phase.by_class[status]));
  }
  if (phase.by_class[0] > 0) {
    if (!text.empty()) text += ", ";
    text.append("none ").append(std::to_string(phase.by_class[0]));
  }
  return text.empty() ? "-" : text;
}

void add_phases(std::string& out, const std::vector<run::PhaseStats>& phases) {
  if (phases.empty()) return;
  out += "\n### Phases\n\n";
  add_header(out, {"phase", "requests", "statuses", "p50", "p90", "p95", "p99", "injected delay",
                   "added p50", "added p99"});
  for (size_t i = 0; i < phases.size() && i < kTableRows; ++i) {
    const run::PhaseStats& phase = phases[i];
    add_row(out, {md_code(phase.name), std::to_string(phase.requests), statuses_text(phase),
                  milliseconds(phase.latency.p50_ns), milliseconds(phase.latency.p90_ns),
                  milliseconds(phase.latency.p95_ns), milliseconds(phase.latency.p99_ns),
                  milliseconds(phase.injected_delay_total_ns), milliseconds(phase.added.p50_ns),
                  milliseconds(phase.added.p99_ns)});
  }
  add_rest(out, phases.size(), "stats.json");
}

void add_points(std::string& out, const std::optional<run::PointCoverage>& points) {
  if (!points) return;
  constexpr std::array<std::string_view, contracts::kCoverageKinds> kNames{
      "statuses", "media types", "properties", "enum members", "branches"};
  out += "\n";
  add_header(out, {"declared", "number", "seen"});
  for (size_t kind = 0; kind < points->by_kind.size(); ++kind) {
    const run::PointCoverage::Share& share = points->by_kind[kind];
    if (share.declared == 0) continue;
    add_row(out, {std::string(kNames[kind]), std::to_string(share.declared),
                  std::to_string(share.seen)});
  }
}

void add_coverage(std::string& out, const run::RunResult& result) {
  const auto& coverage = result.traffic.coverage;
  std::vector<const run::OperationCoverage*> never;
  size_t declared = 0;
  size_t checked = 0;
  for (const auto& operation : coverage) {
    if (!operation.is_declared()) continue;
    ++declared;
    if (operation.checked() > 0) ++checked;
    if (operation.seen() == 0) never.push_back(&operation);
  }
  if (declared == 0) return;
  out.append("\n### Coverage\n\n").append(std::to_string(declared));
  out.append(" operations declared, ").append(std::to_string(declared - never.size()));
  out.append(" seen, ").append(std::to_string(checked)).append(" checked.\n");
  for (size_t i = 0; i < never.size() && i < kTableRows; ++i) {
    out.append("- never seen: ").append(md_code(never[i]->operation)).append(" (");
    out.append(md_code(never[i]->listener)).append(")\n");
  }
  add_rest(out, never.size(), "contract-diff.json");
  add_points(out, result.points);
}

void add_reasons(std::string& out, std::string_view lead, const run::CountsByName& counts) {
  size_t rows = 0;
  for (const auto& [reason, count] : counts) {
    if (rows++ == kTableRows) break;
    out.append(lead).append(md_code(reason)).append(": ");
    out.append(std::to_string(count)).append("\n");
  }
}

void add_accounting(std::string& out, const run::RunResult& result) {
  out += "\n### Mirror accounting (messages)\n\n";
  if (result.traffic.traffic.empty()) out += "No traffic was seen.\n";
  for (const auto& [protocol, accounting] : result.traffic.traffic) {
    out.append("- ").append(identity_text(protocol, accounting)).append("\n");
    add_reasons(out, "  - skipped ", accounting.skipped);
    add_reasons(out, "  - dropped ", accounting.dropped);
  }
  add_reasons(out, "- unverifiable ", result.traffic.unverifiable);
  out.append("- events: ").append(std::to_string(result.events_written)).append(" written, ");
  out.append(std::to_string(result.events_dropped)).append(" dropped\n");
  out.append("- journal: ").append(std::to_string(result.journal_written));
  out.append(" exchanges written, ").append(std::to_string(result.journal_lost)).append(" lost\n");
}

void add_redaction(std::string& out, const run::RunResult& result) {
  out.append("\n### Redaction\n\n");
  out.append(std::to_string(run::total(result.traffic.redaction_hits)));
  out += " values replaced.\n";
  add_reasons(out, "- replaced ", result.traffic.redaction_hits);
  add_reasons(out, "- body dropped ", result.traffic.bodies_dropped);
  add_reasons(out, "- findings changed by redaction ",
              result.traffic.contract_changed_by_redaction);
  if (result.proof) {
    out.append("- second scan: ").append(std::to_string(result.proof->files)).append(" files, ");
    out.append(std::to_string(result.proof->leaks)).append(" leaks\n");
  }
}

}  // namespace

redaction::RedactedText analysis_markdown(const run::RunResult& result,
                                          const run::Verdict& verdict) {
  const auto findings = by_attention(result.findings);
  std::string out;
  add_verdict(out, result, verdict);
  add_counts(out, result);
  add_baseline(out, result);
  add_findings(out, findings);
  add_worst(out, result, findings);
  add_rules(out, result.rules);
  add_phases(out, result.phases);
  add_coverage(out, result);
  add_accounting(out, result);
  add_redaction(out, result);
  return finished(std::move(out));
}

}  // namespace faultline::report
