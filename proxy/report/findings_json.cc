// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/finding.h"
#include "proxy/json/writer.h"
#include "proxy/report/model.h"
#include "proxy/report/report.h"

#include <string>

namespace faultline::report {

namespace {

void write_contract(json::Writer& writer, const contracts::ContractPlace& place) {
  writer.begin_object().member("file", place.file);
  writer.member("line", place.line).member("column", place.column);
  writer.member("pointer", place.pointer);
  writer.member("resolved", place.resolved.empty() ? place.pointer : place.resolved);
  writer.end_object();
}

void write_instance(json::Writer& writer, const run::Finding& finding) {
  writer.begin_object();
  writer.member("location", contracts::location_name(finding.violation.location));
  writer.member("pointer_template", finding.violation.pointer_template);
  writer.key("example_pointers").begin_array();
  for (const auto& sample : finding.samples) {
    writer.value(sample.pointer.view());
  }
  writer.end_array().end_object();
}

void write_injected_by(json::Writer& writer, const run::Finding& finding) {
  writer.begin_array();
  for (const auto& by : finding.injected_by) {
    writer.begin_object().member("rule", by.rule).member("fault", by.fault);
    writer.member("messages", by.messages).key("events").begin_array();
    for (const uint64_t event : by.events) {
      writer.value(event);
    }
    writer.end_array().end_object();
  }
  writer.end_array();
}

void write_sample(json::Writer& writer, const run::FindingSample& sample) {
  writer.begin_object().member("exchange", sample.exchange_name);
  writer.member("t_ns", sample.t_ns).member("pointer", sample.pointer.view());
  writer.member("sample", sample.sample.view()).key("actual");
  write_json_text(writer, sample.actual);
  writer.key("events").begin_array();
  for (const uint64_t event : sample.events) {
    writer.value(event);
  }
  writer.end_array().end_object();
}

/// Who suffers from the disagreement.
std::string_view impact_name(const contracts::Violation& violation) {
  if (violation.kind == contracts::FindingClass::Unverifiable) return "unknown";
  return violation.direction == Direction::Response ? "client" : "server";
}

void write_seen(json::Writer& writer, const std::string& exchange, int64_t t_ns) {
  writer.begin_object().member("exchange", exchange).member("t_ns", t_ns).end_object();
}

std::string_view status_name(const run::Finding& finding) {
  if (!finding.acceptance) return "open";
  return finding.acceptance->is_expired ? "expired" : "accepted";
}

void write_acceptance(json::Writer& writer, const run::Finding& finding) {
  if (!finding.acceptance) {
    writer.null();
    return;
  }
  writer.begin_object().member("reason", finding.acceptance->reason);
  writer.member("owner", finding.acceptance->owner).key("expires");
  if (finding.acceptance->expires.empty()) {
    writer.null();
  } else {
    writer.value(finding.acceptance->expires);
  }
  writer.end_object();
}

void write_count(json::Writer& writer, const run::Finding& finding) {
  writer.begin_object().member("messages", finding.messages);
  writer.member("occurrences", finding.occurrences);
  writer.member("natural_messages", finding.natural_messages);
  writer.member("refused_messages", finding.refused_messages).key("of_messages");
  if (finding.of_messages == 0) {
    writer.null().key("rate_per_1000").null();
  } else {
    writer.value(finding.of_messages).key("rate_per_1000");
    write_json_text(writer, per_thousand(finding.messages, finding.of_messages));
  }
  writer.key("distinct_clients");
  if (finding.clients == 0) {
    writer.null();
  } else {
    writer.value(finding.clients);
  }
  writer.end_object();
}

void write_finding(json::Writer& writer, const run::Finding& finding) {
  const contracts::Violation& violation = finding.violation;
  writer.begin_object().member("id", finding.id).member("fingerprint", finding.fingerprint);
  writer.member("rule", violation.rule);
  writer.member("class", contracts::finding_class_name(violation.kind));
  writer.member("severity", contracts::severity_name(violation.severity));
  writer.member("impact", impact_name(violation)).member("protocol", finding.protocol);
  writer.member("direction", direction_name(violation.direction));
  writer.member("operation", violation.operation).key("listeners").begin_array();
  for (const auto& listener : finding.listeners) {
    writer.value(listener);
  }
  writer.end_array().key("contract");
  write_contract(writer, violation.contract);
  writer.key("instance");
  write_instance(writer, finding);
  writer.member("keyword", violation.keyword).key("expected");
  write_json_text(writer, violation.expected);
  writer.key("actual");
  write_json_text(writer, violation.actual);
  writer.key("count");
  write_count(writer, finding);
  writer.key("first_seen");
  write_seen(writer, finding.first_exchange, finding.first_t_ns);
  writer.key("last_seen");
  write_seen(writer, finding.last_exchange, finding.last_t_ns);
  writer.member("cause", run::cause_name(finding.cause)).key("injected_by");
  write_injected_by(writer, finding);
  writer.key("samples").begin_array();
  for (const auto& sample : finding.samples) {
    write_sample(writer, sample);
  }
  writer.end_array().member("baseline", run::baseline_state_name(finding.baseline));
  writer.member("returns", finding.returns);
  writer.member("flapping", finding.returns >= run::kReturnsOfFlapping);
  writer.member("status", status_name(finding)).key("acceptance");
  write_acceptance(writer, finding);
  writer.member("hint", violation.hint).end_object();
}

}  // namespace

redaction::RedactedText findings_json(const run::RunResult& result) {
  json::Writer writer(json::Writer::Layout::Pretty);
  writer.begin_object().member("schema_version", 1);
  writer.member("fingerprint_version", contracts::kFingerprintVersion);
  writer.member("run", result.run_id).member("seed", result.seed);
  writer.member("left_out", result.findings_left_out).key("findings").begin_array();
  for (const auto& finding : result.findings) {
    write_finding(writer, finding);
  }
  writer.end_array().end_object();
  return finished(writer.take() + "\n");
}

}  // namespace faultline::report
