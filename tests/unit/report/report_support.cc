// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/unit/report/report_support.h"

#include "proxy/base/text.h"
#include "proxy/run/findings.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <vector>

namespace faultline::report::test {

namespace {

using contracts::FindingClass;
using contracts::Severity;
using run::InjectedFault;

void add(run::FindingLog& log, const contracts::Violation& violation, uint64_t exchange,
         const std::vector<InjectedFault>& injected = {}) {
  const run::RedactedViolation redacted{
      &violation, redaction::Redactor::vouch("\"12,50\""),
      redaction::Redactor::vouch("/0/" + violation.keyword + std::to_string(exchange))};
  const std::vector<run::RedactedViolation> one{redacted};
  log.add({.listener = "shop",
           .exchange = {.listener = 0, .connection = 17, .exchange = exchange},
           .t_ns = static_cast<int64_t>(exchange) * 1'000'000,
           .injected = injected},
          one);
}

contracts::Violation undocumented_operation() {
  contracts::Violation violation;
  violation.rule = "http.operation.undocumented";
  violation.kind = FindingClass::Undocumented;
  violation.severity = Severity::Warning;
  violation.direction = Direction::Request;
  violation.operation = "PATCH (undocumented)";
  violation.location = contracts::Location::Message;
  violation.keyword = "operation";
  return violation;
}

std::vector<run::Finding> sample_findings() {
  run::FindingLog log;
  const std::vector<InjectedFault> drift{{"drifting-price", "schema_drift", 31}};
  add(log, make_violation("total", Severity::Error), 4);
  add(log, make_violation("total", Severity::Error), 9);
  add(log, make_violation("price", Severity::Error), 5, drift);
  add(log, make_violation("name", Severity::Warning), 6, drift);
  add(log, make_violation("name", Severity::Warning), 7);
  add(log, undocumented_operation(), 8);
  contracts::Violation note = make_violation("extra", Severity::Note);
  note.kind = FindingClass::Unverifiable;
  note.actual = "not JSON at all";
  note.expected.clear();
  add(log, note, 3);
  return log.finish();
}

run::TrafficCounters::Snapshot sample_traffic() {
  run::TrafficCounters counters;
  for (const auto* operation : {"GET /items", "POST /checkout", "DELETE /cart/{id}"}) {
    counters.declare_operation("shop", {operation, "shop.openapi.yaml", 10});
  }
  const auto check = [&counters](Direction direction, contracts::Verdict verdict,
                                 const std::string& operation) {
    contracts::CheckResult result;
    result.verdict = verdict;
    result.operation = operation;
    if (verdict == contracts::Verdict::Unverifiable) result.unverifiable = {{"too large", 1}};
    counters.add_checked({"http", "shop", direction}, result);
  };
  check(Direction::Request, contracts::Verdict::Conforms, "GET /items");
  check(Direction::Response, contracts::Verdict::Violates, "GET /items");
  check(Direction::Request, contracts::Verdict::Conforms, "POST /checkout");
  check(Direction::Response, contracts::Verdict::Unverifiable, "POST /checkout");
  check(Direction::Request, contracts::Verdict::Undocumented, "PATCH (undocumented)");
  counters.add_seen("http", 8);
  counters.add_skipped("http", "tunnel", 1);
  counters.add_dropped("http", "ring full", 2);
  counters.add_seen("tcp", 2);
  counters.add_skipped("tcp", "no contract", 2);
  counters.add_redaction_hits({{"email", 3}, {"pan", 1}});
  counters.add_body_dropped("compressed");
  counters.add_error(run::ErrorSide::Upstream, "reset", 2);
  counters.add_error(run::ErrorSide::Downstream, "bad request", 1);
  return counters.snapshot();
}

std::vector<run::RuleStats> sample_rules() {
  run::RuleStats slow;
  slow.name = "slow-cart";
  slow.fault = "latency";
  slow.scope = "route";
  slow.matched = 10;
  slow.drawn = 3;
  slow.applied = 2;
  slow.overflow = 1;
  slow.expect = rules::ExpectConfig{rules::ExpectConfig::Comparison::AtLeast, 1, ">= 1"};
  run::RuleStats drift;
  drift.name = "drifting-price";
  drift.fault = "schema_drift";
  drift.scope = "message key";
  drift.matched = 4;
  drift.drawn = 4;
  drift.applied = 1;
  drift.bypassed = {{"compressed", 2}, {"streaming", 1}};
  drift.expect = rules::ExpectConfig{rules::ExpectConfig::Comparison::Exactly, 2, "2"};
  return {slow, drift};
}

run::PhaseStats sample_phase() {
  run::PhaseStats phase;
  phase.name = "fault";
  phase.requests = 9;
  phase.by_class = {1, 0, 6, 0, 0, 2};
  phase.latency = {9, 1'234'567, 20'000'000, 30'000'000, 250'000'000};
  phase.injected_delay = {2, 200'000'000, 210'000'000, 210'000'000, 210'000'000};
  phase.injected_delay_total_ns = 410'000'000;
  phase.added = {9, 31'999, 40'000, 50'000, 61'000};
  return phase;
}

}  // namespace

contracts::Violation make_violation(const std::string& member, contracts::Severity severity) {
  contracts::Violation violation;
  violation.rule = "http.response.body.type";
  violation.severity = severity;
  violation.operation = "GET /items";
  violation.contract = {.file = "shop.openapi.yaml",
                        .line = 212,
                        .column = 5,
                        .pointer = "/paths/~1items/get/responses/200",
                        .resolved = "/components/schemas/Item/properties/" + member};
  violation.pointer = "/0/" + member;
  violation.pointer_template = "/*/" + member;
  violation.keyword = "type";
  violation.expected = R"({"type":"number"})";
  violation.actual = R"({"type":"string","length":5})";
  violation.raw_value = "4012888888881881";
  violation.hint = "send a number, or allow a string";
  return violation;
}

run::RunResult empty_result() {
  run::RunResult result;
  result.run_id = "20261121T091504Z-demo-42";
  result.name = "demo";
  result.seed = 42;
  result.started = WallTime{1795252504'000'000'000};
  result.gate = {"ATSH_ENABLED", false, "", false, "flag ATSH_ENABLED is not true"};
  return result;
}

run::RunResult sample_result() {
  run::RunResult result = empty_result();
  result.folder = "runs/20261121T091504Z-demo-42";
  result.config_hash = "00000000000000c1";
  result.length = Duration(20'001'234'567);
  result.end = run::RunEnd::Terminated;
  result.gate = {"ATSH_ENABLED", true, "ci", true, ""};
  result.listeners = {
      {"shop", "http", "127.0.0.1:18080", "http://127.0.0.1:8080", {"shop.openapi.yaml"}}};
  result.contracts = {{"shop.openapi.yaml", "openapi 3.0.3", 3, 1}};
  result.is_checking = true;
  result.findings = sample_findings();
  result.findings[0].of_messages = 16;
  result.findings[2].refused_messages = 1;
  result.findings[0].clients = 3;
  result.findings[0].returns = 2;
  result.findings_left_out = 2;
  result.traffic = sample_traffic();
  result.points.emplace();
  result.points->by_kind = {{{6, 3}, {4, 2}, {20, 11}, {0, 0}, {2, 1}}};
  result.points->never_seen = {
      {contracts::CoveragePoint::Kind::Response, "GET /items", "404", "shop.openapi.yaml", 30},
      {contracts::CoveragePoint::Kind::Property, "", "/components/schemas/Item/properties/note",
       "shop.openapi.yaml", 215}};
  result.points->never_seen_left_out = 13;
  result.rules = sample_rules();
  result.phases = {sample_phase()};
  result.events_written = 12;
  result.events_dropped = 1;
  result.journal_written = 9;
  result.notes = {"segment 000002.jsonl is missing"};
  result.decision_log_hash = std::string(64, 'd');
  result.decisions = 7;
  result.proof = run::ProofInfo{.files = 11};
  return result;
}

std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void expect_golden(std::string_view name, std::string_view text) {
  const std::string path = FL_SOURCE_DIR "/tests/golden/report/" + std::string(name);
  const char* update = std::getenv("FAULTLINE_UPDATE_GOLDEN");
  if (update != nullptr && std::string_view(update) == "1") {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << text;
    return;
  }
  EXPECT_EQ(read_text(path), text) << "FAULTLINE_UPDATE_GOLDEN=1 rewrites " << name;
}

namespace {

/// `text` begins behind '&'. Length of a known reference with its semicolon, or 0.
size_t reference_length(std::string_view text) {
  for (const std::string_view known : {"amp;", "lt;", "gt;", "quot;", "#9;", "#10;", "#13;"}) {
    if (text.starts_with(known)) return known.size();
  }
  return 0;
}

std::string text_problem(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == '<' || (c < 0x20 && c != '\n')) return "forbidden character in: " + std::string(text);
    if (c == '&' && reference_length(text.substr(i + 1)) == 0) {
      return "unknown reference in: " + std::string(text);
    }
  }
  return is_utf8(text) ? "" : "not UTF-8";
}

/// The inside of a start tag behind the name: attributes in double quotes, each once.
std::string attributes_problem(std::string_view text) {
  std::vector<std::string_view> names;
  while (!trim(text).empty()) {
    if (text.front() != ' ') return "no space before an attribute";
    text.remove_prefix(1);
    const size_t equals = text.find("=\"");
    const size_t end = equals == text.npos ? text.npos : text.find('"', equals + 2);
    if (end == text.npos) return "attribute without value: " + std::string(text);
    const std::string_view name = text.substr(0, equals);
    for (const auto known : names) {
      if (known == name) return "attribute twice: " + std::string(name);
    }
    names.push_back(name);
    if (auto problem = text_problem(text.substr(equals + 2, end - equals - 2)); !problem.empty()) {
      return problem;
    }
    text.remove_prefix(end + 1);
  }
  return "";
}

}  // namespace

std::string xml_problem(std::string_view text) {
  constexpr std::string_view kDeclaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  if (!text.starts_with(kDeclaration)) return "no declaration";
  text.remove_prefix(kDeclaration.size());
  std::vector<std::string> open;
  while (!text.empty()) {
    const size_t tag = text.find('<');
    if (auto problem = text_problem(text.substr(0, tag)); !problem.empty()) return problem;
    if (tag == text.npos) break;
    const size_t end = text.find('>', tag);
    if (end == text.npos) return "tag without end";
    std::string_view inside = text.substr(tag + 1, end - tag - 1);
    text.remove_prefix(end + 1);
    if (inside.starts_with('/')) {
      if (open.empty() || open.back() != inside.substr(1)) return "bad end tag";
      open.pop_back();
      continue;
    }
    const bool is_empty = inside.ends_with('/');
    if (is_empty) inside.remove_suffix(1);
    const size_t name_end = std::min(inside.find(' '), inside.size());
    if (auto problem = attributes_problem(inside.substr(name_end)); !problem.empty()) {
      return problem;
    }
    if (!is_empty) open.emplace_back(inside.substr(0, name_end));
  }
  return open.empty() ? "" : "element not closed: " + open.back();
}

}  // namespace faultline::report::test
