// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "proxy/json/writer.h"
#include "proxy/report/finding_text.h"
#include "proxy/report/model.h"
#include "proxy/report/report.h"
#include "proxy/run/environment.h"

#include <map>
#include <string>
#include <utility>

// results.sarif: SARIF 2.1.0 with one run. A result stands at the line of the contract that was
// broken, because that is the file a repository has; its operation is the logical location. The
// fingerprint carries it from run to run (partialFingerprints), so wording may change.

namespace faultline::report {

namespace {

// What a code host shows of one file; the rest is counted in a notification, never just cut.
constexpr size_t kResultsMax = 5000;

std::string_view level_name(contracts::Severity severity) {
  return contracts::severity_name(severity);  // SARIF has the same words
}

/// RFC 3986: a path as a URI reference. What is not unreserved is percent-encoded.
std::string uri_of(std::string_view path) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    const bool is_plain = is_ascii_alpha(c) || is_ascii_digit(c) || c == '/' || c == '.' ||
                          c == '-' || c == '_' || c == '~';
    if (is_plain) {
      uri += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    uri += '%';
    uri += kHex[byte >> 4U];
    uri += kHex[byte & 0xFU];
  }
  return uri;
}

/// Rule ids in order, with their position in the table.
using RuleTable = std::map<std::string, size_t>;

RuleTable rule_table(const run::RunResult& result) {
  RuleTable table;
  for (const auto& finding : result.findings) table.emplace(finding.violation.rule, 0);
  if (result.baseline) {
    for (const auto& entry : result.baseline->fixed) table.emplace(entry.rule, 0);
  }
  size_t position = 0;
  for (auto& [rule, index] : table) index = position++;
  return table;
}

void write_text(json::Writer& writer, std::string_view key, std::string_view text) {
  writer.key(key).begin_object().member("text", text).end_object();
}

void write_tool(json::Writer& writer, const RuleTable& rules) {
  writer.begin_object().key("driver").begin_object().member("name", "faultline");
  writer.member("semanticVersion", run::faultline_version()).key("rules").begin_array();
  for (const auto& [rule, index] : rules) {
    writer.begin_object().member("id", rule);
    write_text(writer, "shortDescription", rule_words(rule));
    write_text(writer, "help",
               "Traffic and contract disagree (" + rule_words(rule) +
                   "). Either the service sends what the contract does not allow, or the contract "
                   "lags behind: the result names the line to look at.");
    writer.end_object();
  }
  writer.end_array().end_object().end_object();
}

void write_location(json::Writer& writer, const run::RunResult& result,
                    const run::Finding& finding) {
  writer.begin_array().begin_object();
  if (const auto place = host_place(result, finding)) {
    writer.key("physicalLocation").begin_object().key("artifactLocation").begin_object();
    writer.member("uri", uri_of(place->file));
    if (!place->file.starts_with('/')) writer.member("uriBaseId", "%SRCROOT%");
    writer.end_object().key("region").begin_object();
    writer.member("startLine", place->line).member("startColumn", place->column);
    writer.end_object().end_object();
  }
  writer.key("logicalLocations").begin_array().begin_object();
  writer.member("fullyQualifiedName", finding.violation.operation).member("kind", "resource");
  writer.end_object().end_array().end_object().end_array();
}

void write_properties(json::Writer& writer, const run::Finding& finding) {
  const contracts::Violation& violation = finding.violation;
  writer.begin_object().member("id", finding.id);
  writer.member("class", contracts::finding_class_name(violation.kind));
  writer.member("cause", run::cause_name(finding.cause));
  writer.member("pointer", violation.contract.pointer);
  writer.member("messages", finding.messages);
  writer.member("first_exchange", finding.first_exchange);
  writer.member("last_exchange", finding.last_exchange).end_object();
}

void write_result(json::Writer& writer, const run::RunResult& result, const RuleTable& rules,
                  const run::Finding& finding) {
  const contracts::Violation& violation = finding.violation;
  writer.begin_object().member("ruleId", violation.rule);
  writer.member("ruleIndex", rules.at(violation.rule));
  writer.member("level", level_name(violation.severity));
  write_text(writer, "message", finding_sentence(finding));
  writer.key("locations");
  write_location(writer, result, finding);
  writer.key("partialFingerprints").begin_object();
  writer.member("faultline/v1", finding.fingerprint).end_object();
  writer.member("occurrenceCount", finding.occurrences);
  if (result.baseline) {
    const bool is_known = finding.baseline == run::BaselineState::Known;
    writer.member("baselineState", is_known ? "unchanged" : "new");
  }
  writer.key("suppressions").begin_array();
  if (const std::string pardon = pardon_text(finding); !pardon.empty()) {
    writer.begin_object().member("kind", "external").member("status", "accepted");
    writer.member("justification", pardon).end_object();
  }
  writer.end_array().key("properties");
  write_properties(writer, finding);
  writer.end_object();
}

/// What the baseline had and the run shows as gone.
void write_absent(json::Writer& writer, const RuleTable& rules, const rules::BaselineEntry& entry) {
  writer.begin_object().member("ruleId", entry.rule).member("ruleIndex", rules.at(entry.rule));
  writer.member("level", "none").member("kind", "pass");
  write_text(writer, "message",
             entry.operation + ": " + entry.direction + " " + entry.where + " is fixed");
  writer.key("partialFingerprints").begin_object();
  writer.member("faultline/v1", entry.fingerprint).end_object();
  writer.member("baselineState", "absent").end_object();
}

void write_invocation(json::Writer& writer, const run::RunResult& result,
                      const run::Verdict& verdict, size_t omitted) {
  writer.begin_array().begin_object();
  writer.member("executionSuccessful", result.input_problems_total == 0);
  writer.member("exitCode", verdict.exit_code);
  writer.key("toolExecutionNotifications").begin_array();
  const auto notify = [&writer](std::string_view level, std::string_view text) {
    writer.begin_object().member("level", level);
    write_text(writer, "message", text);
    writer.end_object();
  };
  const uint64_t left_out = omitted + result.findings_left_out;
  if (left_out > 0) {
    notify("warning", std::to_string(left_out) + " results omitted: too many for one file");
  }
  for (const auto& problem : result.input_problems) {
    notify("error", problem.place + ": " + problem.what);
  }
  writer.end_array().end_object().end_array();
}

}  // namespace

redaction::RedactedText results_sarif(const run::RunResult& result, const run::Verdict& verdict) {
  const RuleTable rules = rule_table(result);
  const auto findings = by_attention(result.findings);
  const size_t shown = std::min(findings.size(), kResultsMax);
  json::Writer writer(json::Writer::Layout::Pretty);
  writer.begin_object().member("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
  writer.member("version", "2.1.0").key("runs").begin_array().begin_object().key("tool");
  write_tool(writer, rules);
  writer.key("automationDetails").begin_object().member("id", "faultline/contracts/");
  writer.end_object().member("columnKind", "unicodeCodePoints").key("invocations");
  write_invocation(writer, result, verdict, findings.size() - shown);
  writer.key("results").begin_array();
  for (size_t i = 0; i < shown; ++i) write_result(writer, result, rules, *findings[i]);
  if (result.baseline) {
    for (const auto& entry : result.baseline->fixed) write_absent(writer, rules, entry);
  }
  writer.end_array().end_object().end_array().end_object();
  return finished(writer.take() + "\n");
}

}  // namespace faultline::report
