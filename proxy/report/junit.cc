// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/report/markup.h"
#include "proxy/report/model.h"
#include "proxy/report/report.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

// junit.xml: one suite per listener and contract with a case per operation and check family, one
// suite per listener for operations no contract declares, and the suite "run" for what the verdict
// says beyond findings. A case fails only for findings that count against the run; it is skipped
// when nothing was seen or nothing could be checked; injected and mild findings stand in its
// system-out.

namespace faultline::report {

namespace {

struct Case {
  std::string name;
  std::string failure;  // empty: none
  std::string failure_type;
  std::string skipped;  // reason; empty: not skipped
  std::string output;
};

struct Suite {
  std::string name;
  std::vector<Case> cases;
};

struct Family {
  Direction direction;
  std::string_view name;
  bool is_always_listed;  // also without findings, so that coverage shows
};

constexpr std::array kFamilies{
    Family{Direction::Request, "request parameters", true},
    Family{Direction::Request, "request body", true},
    Family{Direction::Request, "request message", false},
    Family{Direction::Response, "response status", true},
    Family{Direction::Response, "response headers", true},
    Family{Direction::Response, "response body", true},
    Family{Direction::Response, "response message", false},
};

std::string_view family_of(const contracts::Violation& violation) {
  const bool is_request = violation.direction == Direction::Request;
  switch (violation.location) {
    case contracts::Location::Body:
      return is_request ? "request body" : "response body";
    case contracts::Location::Query:
    case contracts::Location::Header:
    case contracts::Location::Path:
    case contracts::Location::Cookie:
      return is_request ? "request parameters" : "response headers";
    case contracts::Location::Status:
      return is_request ? "request message" : "response status";
    case contracts::Location::Message:
      break;
  }
  return is_request ? "request message" : "response message";
}

std::string finding_text(const run::RunResult& result, const run::Finding& finding) {
  const contracts::Violation& violation = finding.violation;
  std::string text = finding.id + " ";
  text.append(contracts::severity_name(violation.severity)).append(" ").append(violation.rule);
  text.append(" (").append(run::cause_name(finding.cause)).append(", ");
  text.append(messages_text(finding.messages)).append(", fingerprint ");
  text.append(finding.fingerprint).append(")\n");
  text.append("where: ").append(contracts::location_name(violation.location));
  if (!violation.pointer_template.empty()) text.append(" ").append(violation.pointer_template);
  text.append("\n");
  const std::string place = place_text(violation.contract);
  if (!place.empty()) text.append("contract: ").append(place).append("\n");
  if (!violation.expected.empty())
    text.append("expected: ").append(violation.expected).append("\n");
  if (!violation.actual.empty()) text.append("got: ").append(violation.actual).append("\n");
  if (!finding.samples.empty()) {
    text.append("sample: ").append(finding.samples.front().exchange_name).append(" ");
    text.append(finding.samples.front().pointer.view()).append(" ");
    text.append(finding.samples.front().sample.view()).append("\n");
  }
  if (!violation.hint.empty()) text.append("hint: ").append(violation.hint).append("\n");
  return text.append("check: ").append(check_command(result, finding)).append("\n");
}

std::string skip_reason(const run::OperationCoverage& operation, Direction direction) {
  if (operation.seen() == 0) return "never seen";
  const bool is_request = direction == Direction::Request;
  if ((is_request ? operation.requests : operation.responses) == 0) {
    return is_request ? "no request seen" : "no response seen";
  }
  const uint64_t checked = is_request ? operation.requests_checked : operation.responses_checked;
  return checked == 0 ? "seen, but nothing could be checked" : "";
}

void add_finding(Case& entry, const run::RunResult& result, const run::Finding& finding,
                 const rules::FailPolicy& policy) {
  const std::string text = finding_text(result, finding);
  if (!run::is_failing(finding, policy)) {
    entry.output += text;
    return;
  }
  if (entry.failure.empty()) entry.failure_type = finding.violation.rule;
  entry.failure += text;
}

std::vector<Case> operation_cases(const run::RunResult& result,
                                  const run::OperationCoverage& operation,
                                  const std::vector<const run::Finding*>& findings,
                                  const rules::FailPolicy& policy) {
  std::vector<Case> cases;
  for (const Family& family : kFamilies) {
    Case entry;
    entry.name = operation.operation + ": " + std::string(family.name);
    bool has_findings = false;
    for (const run::Finding* finding : findings) {
      if (family_of(finding->violation) != family.name) continue;
      has_findings = true;
      add_finding(entry, result, *finding, policy);
    }
    if (!has_findings && !(family.is_always_listed && operation.is_declared())) continue;
    if (!has_findings) entry.skipped = skip_reason(operation, family.direction);
    cases.push_back(std::move(entry));
  }
  return cases;
}

/// Findings by (listener, operation).
using FindingIndex =
    std::map<std::pair<std::string, std::string>, std::vector<const run::Finding*>>;

FindingIndex index_findings(const std::vector<run::Finding>& findings) {
  FindingIndex index;
  for (const auto& finding : findings) {
    for (const auto& listener : finding.listeners) {
      index[{listener, finding.violation.operation}].push_back(&finding);
    }
  }
  return index;
}

std::vector<Suite> contract_suites(const run::RunResult& result, const rules::FailPolicy& policy) {
  FindingIndex index = index_findings(result.findings);
  std::map<std::pair<std::string, std::string>, std::vector<Case>> suites;  // listener, file
  const auto add = [&](const run::OperationCoverage& operation) {
    const std::pair key(operation.listener, operation.operation);
    auto cases = operation_cases(result, operation, index[key], policy);
    auto& suite = suites[{operation.listener, operation.file}];
    std::move(cases.begin(), cases.end(), std::back_inserter(suite));
    index.erase(key);
  };
  for (const auto& operation : result.traffic.coverage) {
    add(operation);
  }
  // Findings about operations that coverage does not list (its names are bounded).
  const FindingIndex rest = index;
  for (const auto& [key, findings] : rest) {
    run::OperationCoverage operation;
    operation.listener = key.first;
    operation.operation = key.second.empty() ? "(no operation)" : key.second;
    auto cases = operation_cases(result, operation, findings, policy);
    auto& suite = suites[{operation.listener, operation.file}];
    std::move(cases.begin(), cases.end(), std::back_inserter(suite));
  }
  std::vector<Suite> out;
  for (auto& [key, cases] : suites) {
    if (cases.empty()) continue;
    const std::string file = key.second.empty() ? "not in any contract" : key.second;
    out.push_back({key.first + ": " + file, std::move(cases)});
  }
  return out;
}

/// One case per thing that can fail a run besides a finding.
Suite run_suite(const run::Verdict& verdict) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kChecks{{
      {"redaction_leak", "redaction proof"},
      {"stopped", "not stopped by a trigger"},
      {"expectation_unmet", "expectations of the rules"},
      {"accounting", "accounting holds"},
      {"no_traffic", "traffic was checked"},
      {"input_unreadable", "recordings are readable"},
      {"unverifiable", "messages could be checked"},
      {"coverage", "contracts are covered"},
      {"events_dropped", "events are complete"},
      {"journal_lost", "journal is complete"},
  }};
  Suite suite{"run", {}};
  for (const auto& [code, name] : kChecks) {
    Case entry;
    entry.name = name;
    for (const auto& reason : verdict.reasons) {
      if (reason.code != code) continue;
      entry.failure_type = code;
      entry.failure.append(reason.text).append("\n");
    }
    suite.cases.push_back(std::move(entry));
  }
  return suite;
}

void write_case(std::string& out, const Suite& suite, const Case& entry) {
  out.append("    <testcase classname=\"").append(xml_text(suite.name));
  out.append("\" name=\"").append(xml_text(entry.name)).append("\" time=\"0\"");
  if (entry.failure.empty() && entry.skipped.empty() && entry.output.empty()) {
    out += "/>\n";
    return;
  }
  out += ">\n";
  if (!entry.failure.empty()) {
    const std::string first_line = entry.failure.substr(0, entry.failure.find('\n'));
    out.append("      <failure type=\"").append(xml_text(entry.failure_type));
    out.append("\" message=\"").append(xml_text(first_line)).append("\">");
    out.append(xml_lines(entry.failure)).append("</failure>\n");
  }
  if (!entry.skipped.empty()) {
    out.append("      <skipped message=\"").append(xml_text(entry.skipped)).append("\"/>\n");
  }
  if (!entry.output.empty()) {
    out.append("      <system-out>").append(xml_lines(entry.output)).append("</system-out>\n");
  }
  out += "    </testcase>\n";
}

struct Totals {
  size_t tests = 0;
  size_t failures = 0;
  size_t skipped = 0;
};

Totals totals_of(const std::vector<Case>& cases) {
  Totals totals;
  for (const Case& entry : cases) {
    ++totals.tests;
    if (!entry.failure.empty()) ++totals.failures;
    if (!entry.skipped.empty()) ++totals.skipped;
  }
  return totals;
}

std::string totals_text(const Totals& totals) {
  return "tests=\"" + std::to_string(totals.tests) + "\" failures=\"" +
         std::to_string(totals.failures) + "\" errors=\"0\" skipped=\"" +
         std::to_string(totals.skipped) + "\" time=\"0\"";
}

}  // namespace

redaction::RedactedText junit_xml(const run::RunResult& result, const rules::ReportConfig& config) {
  std::vector<Suite> suites = contract_suites(result, run::fail_policy(result, config));
  suites.push_back(run_suite(run::compute_verdict(result, config)));
  Totals all;
  std::string body;
  for (const Suite& suite : suites) {
    const Totals totals = totals_of(suite.cases);
    all.tests += totals.tests;
    all.failures += totals.failures;
    all.skipped += totals.skipped;
    body.append("  <testsuite name=\"").append(xml_text(suite.name)).append("\" ");
    body.append(totals_text(totals)).append(">\n");
    for (const Case& entry : suite.cases) {
      write_case(body, suite, entry);
    }
    body += "  </testsuite>\n";
  }
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"faultline ";
  out.append(xml_text(result.run_id)).append("\" ").append(totals_text(all)).append(">\n");
  out.append(body).append("</testsuites>\n");
  return finished(std::move(out));
}

}  // namespace faultline::report
