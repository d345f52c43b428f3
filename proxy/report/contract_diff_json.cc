// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/finding.h"
#include "proxy/json/writer.h"
#include "proxy/report/model.h"
#include "proxy/report/report.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace faultline::report {

namespace {

void write_contracts(json::Writer& writer, const run::RunResult& result) {
  writer.begin_array();
  for (const auto& contract : result.contracts) {
    writer.begin_object().member("file", contract.file);
    writer.member("description", contract.description);
    writer.member("operations", contract.operations);
    writer.member("load_warnings", contract.load_warnings).end_object();
  }
  writer.end_array();
}

void write_by_class(json::Writer& writer, const std::vector<run::Finding>& findings) {
  std::map<contracts::FindingClass, FindingCounts> by_class;
  for (const auto& finding : findings) {
    ++by_class[finding.violation.kind].by_cause_and_severity[static_cast<size_t>(
        finding.cause)][static_cast<size_t>(finding.violation.severity)];
  }
  writer.begin_object();
  for (const auto& [kind, counts] : by_class) {
    writer.key(contracts::finding_class_name(kind)).begin_object();
    for (const auto cause : {run::Cause::Natural, run::Cause::Injected, run::Cause::Mixed}) {
      writer.member(run::cause_name(cause), counts.of(cause));
    }
    writer.end_object();
  }
  writer.end_object();
}

void write_by_cause(json::Writer& writer, const std::vector<run::Finding>& findings) {
  const FindingCounts counts = count_findings(findings);
  writer.begin_object();
  for (const auto cause : {run::Cause::Natural, run::Cause::Injected, run::Cause::Mixed}) {
    writer.key(run::cause_name(cause)).begin_object();
    for (const auto severity :
         {contracts::Severity::Error, contracts::Severity::Warning, contracts::Severity::Note}) {
      writer.member(contracts::severity_name(severity), counts.of(cause, severity));
    }
    writer.end_object();
  }
  writer.end_object();
}

void write_finding_line(json::Writer& writer, const run::Finding& finding) {
  const contracts::Violation& violation = finding.violation;
  writer.begin_object().member("id", finding.id).member("fingerprint", finding.fingerprint);
  writer.member("rule", violation.rule);
  writer.member("class", contracts::finding_class_name(violation.kind));
  writer.member("severity", contracts::severity_name(violation.severity));
  writer.member("cause", run::cause_name(finding.cause));
  writer.member("direction", direction_name(violation.direction));
  writer.member("location", contracts::location_name(violation.location));
  writer.member("pointer_template", violation.pointer_template).key("expected");
  write_json_text(writer, violation.expected);
  writer.key("actual");
  write_json_text(writer, violation.actual);
  writer.member("contract", place_text(violation.contract));
  writer.member("messages", finding.messages).member("occurrences", finding.occurrences);
  writer.end_object();
}

void write_operations(json::Writer& writer, const std::vector<run::Finding>& findings) {
  std::map<std::string, std::vector<const run::Finding*>> by_operation;
  for (const auto& finding : findings) {
    by_operation[finding.violation.operation].push_back(&finding);
  }
  writer.begin_array();
  for (const auto& [operation, members] : by_operation) {
    writer.begin_object().member("operation", operation).key("findings").begin_array();
    for (const run::Finding* finding : members) {
      write_finding_line(writer, *finding);
    }
    writer.end_array().end_object();
  }
  writer.end_array();
}

void write_points(json::Writer& writer, const std::optional<run::PointCoverage>& points) {
  if (!points) {
    writer.null();
    return;
  }
  const auto write_share = [&writer](const run::PointCoverage::Share& share) {
    writer.begin_object().member("declared", share.declared).member("seen", share.seen);
    writer.end_object();
  };
  writer.begin_object().key("all");
  write_share(points->all());
  writer.key("by_kind").begin_object();
  for (size_t kind = 0; kind < points->by_kind.size(); ++kind) {
    writer.key(contracts::coverage_kind_name(static_cast<contracts::CoveragePoint::Kind>(kind)));
    write_share(points->by_kind[kind]);
  }
  writer.end_object().key("never_seen").begin_array();
  for (const contracts::CoveragePoint& point : points->never_seen) {
    writer.begin_object().member("kind", contracts::coverage_kind_name(point.kind));
    writer.member("operation", point.operation).member("what", point.what);
    writer.member("file", point.file).member("line", point.line).end_object();
  }
  writer.end_array().member("never_seen_left_out", points->never_seen_left_out).end_object();
}

void write_coverage(json::Writer& writer, const run::RunResult& result) {
  const auto& coverage = result.traffic.coverage;
  uint64_t declared = 0;
  uint64_t seen = 0;
  uint64_t checked = 0;
  for (const auto& operation : coverage) {
    if (!operation.is_declared()) continue;
    ++declared;
    if (operation.seen() > 0) ++seen;
    if (operation.checked() > 0) ++checked;
  }
  writer.begin_object().member("declared", declared).member("seen", seen);
  writer.member("checked", checked).key("operations").begin_array();
  for (const auto& operation : coverage) {
    writer.begin_object().member("listener", operation.listener);
    writer.member("operation", operation.operation);
    writer.member("declared", operation.is_declared());
    writer.member("file", operation.file).member("line", operation.line);
    writer.member("requests", operation.requests).member("responses", operation.responses);
    writer.member("requests_checked", operation.requests_checked);
    writer.member("responses_checked", operation.responses_checked).key("verdicts");
    write_counts(writer, operation.verdicts);
    writer.end_object();
  }
  writer.end_array().key("points");
  write_points(writer, result.points);
  writer.end_object();
}

/// The fingerprints of findings in one state, accepted ones apart from expired ones.
void write_state(json::Writer& writer, const run::RunResult& result, run::BaselineState state,
                 bool is_expired) {
  writer.begin_array();
  for (const auto& finding : result.findings) {
    const bool has_expired = finding.acceptance && finding.acceptance->is_expired;
    if (finding.baseline == state && has_expired == is_expired) writer.value(finding.fingerprint);
  }
  writer.end_array();
}

void write_entries(json::Writer& writer, const std::vector<rules::BaselineEntry>& entries) {
  writer.begin_array();
  for (const auto& entry : entries) {
    writer.begin_object().member("fingerprint", entry.fingerprint).member("rule", entry.rule);
    writer.member("operation", entry.operation).member("direction", entry.direction);
    writer.member("where", entry.where).member("reason", entry.reason).end_object();
  }
  writer.end_array();
}

/// The difference to the baseline; null when none was given.
void write_baseline(json::Writer& writer, const run::RunResult& result) {
  if (!result.baseline) {
    writer.null();
    return;
  }
  writer.begin_object().member("file", result.baseline->file).key("new");
  write_state(writer, result, run::BaselineState::New, false);
  writer.key("known");
  write_state(writer, result, run::BaselineState::Known, false);
  writer.key("expired");
  write_state(writer, result, run::BaselineState::Known, true);
  writer.key("regressed");
  write_state(writer, result, run::BaselineState::Regressed, false);
  writer.key("fixed");
  write_entries(writer, result.baseline->fixed);
  writer.key("not_seen");
  write_entries(writer, result.baseline->not_seen);
  writer.end_object();
}

}  // namespace

redaction::RedactedText contract_diff_json(const run::RunResult& result) {
  json::Writer writer(json::Writer::Layout::Pretty);
  writer.begin_object().member("schema_version", 1);
  writer.member("fingerprint_version", contracts::kFingerprintVersion);
  writer.member("run", result.run_id).member("seed", result.seed).key("contracts");
  write_contracts(writer, result);
  writer.key("counts").begin_object().member("findings", result.findings.size());
  writer.member("left_out", result.findings_left_out).key("by_class");
  write_by_class(writer, result.findings);
  writer.key("by_cause");
  write_by_cause(writer, result.findings);
  writer.end_object().key("operations");
  write_operations(writer, result.findings);
  writer.key("coverage");
  write_coverage(writer, result);
  writer.key("unverifiable");
  write_counts(writer, result.traffic.unverifiable);
  writer.key("baseline");
  write_baseline(writer, result);
  writer.end_object();
  return finished(writer.take() + "\n");
}

}  // namespace faultline::report
