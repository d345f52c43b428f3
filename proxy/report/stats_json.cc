// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/units.h"
#include "proxy/json/writer.h"
#include "proxy/report/model.h"
#include "proxy/report/report.h"

#include <optional>
#include <string>

namespace faultline::report {

namespace {

void write_verdict(json::Writer& writer, const run::Verdict& verdict) {
  writer.begin_object().member("pass", verdict.is_pass());
  writer.member("exit_code", verdict.exit_code).key("reasons").begin_array();
  for (const auto& reason : verdict.reasons) {
    writer.begin_object().member("code", reason.code).member("text", reason.text).end_object();
  }
  writer.end_array().end_object();
}

void write_gate(json::Writer& writer, const run::GateInfo& gate) {
  writer.begin_object().member("flag", gate.flag).member("flag_on", gate.is_flag_on);
  writer.member("environment", gate.environment).member("open", gate.is_open);
  writer.member("reason", gate.reason).end_object();
}

void write_control(json::Writer& writer, const run::RunResult& result) {
  if (result.control_address.empty()) {
    writer.null();
    return;
  }
  writer.begin_object().member("address", result.control_address).end_object();
}

void write_share(json::Writer& writer, std::string_view name,
                 const std::optional<rules::Share>& share) {
  writer.key(name);
  if (share) {
    writer.value(share->text());
  } else {
    writer.null();
  }
}

void write_check_gate(json::Writer& writer, const run::RunResult& result) {
  writer.begin_object().key("fail_on_by_class").begin_object();
  for (const auto& [name, level] : result.check_gate.fail_on_by_class) {
    writer.member(name, rules::fail_on_name(level));
  }
  writer.end_object().key("max_new");
  if (result.check_gate.max_new) {
    writer.value(*result.check_gate.max_new);
  } else {
    writer.null();
  }
  write_share(writer, "max_unverifiable", result.check_gate.max_unverifiable);
  write_share(writer, "min_coverage", result.check_gate.min_coverage);
  writer.member("allow_no_traffic", result.check_gate.allows_no_traffic).end_object();
}

void write_input_problems(json::Writer& writer, const run::RunResult& result) {
  writer.begin_object().member("count", result.input_problems_total).key("first").begin_array();
  for (const auto& problem : result.input_problems) {
    writer.begin_object().member("place", problem.place).member("what", problem.what);
    writer.end_object();
  }
  writer.end_array().end_object();
}

void write_listeners(json::Writer& writer, const std::vector<run::ListenerInfo>& listeners) {
  writer.begin_array();
  for (const auto& listener : listeners) {
    writer.begin_object().member("name", listener.name).member("protocol", listener.protocol);
    writer.member("address", listener.address).member("upstream", listener.upstream);
    writer.key("contracts").begin_array();
    for (const auto& contract : listener.contracts) {
      writer.value(contract);
    }
    writer.end_array().end_object();
  }
  writer.end_array();
}

void write_traffic(json::Writer& writer, const run::TrafficCounters::Snapshot& traffic) {
  writer.begin_object();
  for (const auto& [protocol, accounting] : traffic.traffic) {
    writer.key(protocol).begin_object().member("unit", "messages");
    writer.member("seen", accounting.seen);
    writer.member("checked", run::total(accounting.checked));
    writer.member("skipped", run::total(accounting.skipped));
    writer.member("dropped", run::total(accounting.dropped));
    writer.member("balanced", accounting.is_balanced()).key("verdicts");
    write_counts(writer, accounting.checked);
    writer.key("skipped_by_reason");
    write_counts(writer, accounting.skipped);
    writer.key("dropped_by_reason");
    write_counts(writer, accounting.dropped);
    writer.end_object();
  }
  writer.end_object();
}

void write_rule(json::Writer& writer, const run::RuleStats& rule) {
  writer.begin_object().member("name", rule.name).member("fault", rule.fault);
  writer.member("scope", rule.scope).member("matched", rule.matched);
  writer.member("drawn", rule.drawn).member("applied", rule.applied).key("bypassed");
  write_counts(writer, rule.bypassed);
  writer.member("overflow", rule.overflow).member("balanced", rule.is_balanced());
  writer.key("expect");
  if (rule.expect) {
    writer.begin_object().member("fired", rule.expect->text);
    writer.member("met", rule.is_expectation_met()).end_object();
  } else {
    writer.null();
  }
  writer.end_object();
}

void write_percentiles(json::Writer& writer, const run::Percentiles& percentiles) {
  writer.begin_object().member("count", percentiles.count);
  writer.member("p50_ns", percentiles.p50_ns).member("p90_ns", percentiles.p90_ns);
  writer.member("p95_ns", percentiles.p95_ns).member("p99_ns", percentiles.p99_ns).end_object();
}

void write_phase(json::Writer& writer, const run::PhaseStats& phase) {
  writer.begin_object().member("name", phase.name).member("requests", phase.requests);
  writer.key("statuses").begin_object();
  for (size_t status = 1; status < phase.by_class.size(); ++status) {
    writer.member(std::to_string(status) + "xx", phase.by_class[status]);
  }
  writer.member("none", phase.by_class[0]).end_object().key("latency");
  write_percentiles(writer, phase.latency);
  writer.member("injected_delay_total_ns", phase.injected_delay_total_ns).key("injected_delay");
  write_percentiles(writer, phase.injected_delay);
  writer.key("added_latency");
  write_percentiles(writer, phase.added);
  writer.end_object();
}

void write_redaction(json::Writer& writer, const run::RunResult& result) {
  writer.begin_object().key("hits");
  write_counts(writer, result.traffic.redaction_hits);
  writer.key("bodies_dropped");
  write_counts(writer, result.traffic.bodies_dropped);
  writer.member("rechecked", result.traffic.rechecked);
  writer.key("contract_changed_by_redaction");
  write_counts(writer, result.traffic.contract_changed_by_redaction);
  writer.key("proof");
  if (result.proof) {
    writer.begin_object().member("files", result.proof->files);
    writer.member("leaks", result.proof->leaks);
    writer.member("negative_control_ok", result.proof->negative_control_ok).end_object();
  } else {
    writer.null();
  }
  writer.end_object();
}

void write_findings(json::Writer& writer, const run::RunResult& result) {
  const FindingCounts counts = count_findings(result.findings);
  writer.begin_object().member("total", counts.all());
  for (const auto cause : {run::Cause::Natural, run::Cause::Injected, run::Cause::Mixed}) {
    writer.member(run::cause_name(cause), counts.of(cause));
  }
  writer.member("left_out", result.findings_left_out).end_object();
}

void write_lines(json::Writer& writer, std::string_view key,
                 const std::optional<run::LineCounts>& lines) {
  writer.key(key);
  if (!lines) {
    writer.null();
    return;
  }
  writer.begin_object().member("written", lines->written).member("lost", lines->lost).end_object();
}

void write_evidence(json::Writer& writer, const run::RunResult& result) {
  writer.key("events").begin_object().member("written", result.events_written);
  writer.member("dropped", result.events_dropped).end_object();
  writer.key("journal").begin_object().member("written", result.journal_written);
  writer.member("lost", result.journal_lost).end_object();
  write_lines(writer, "access_log", result.access_log);
  write_lines(writer, "traces", result.traces);
  writer.key("decisions").begin_object().member("count", result.decisions).key("sha256");
  if (result.decision_log_hash.empty()) {
    writer.null();
  } else {
    writer.value(result.decision_log_hash);
  }
  writer.end_object();
}

}  // namespace

redaction::RedactedText stats_json(const run::RunResult& result, const run::Verdict& verdict) {
  json::Writer writer(json::Writer::Layout::Pretty);
  writer.begin_object().member("schema_version", 1).member("run", result.run_id);
  writer.member("name", result.name).member("mode", result.mode).member("seed", result.seed);
  writer.member("config_hash", result.config_hash);
  writer.member("started", format_utc(result.started));
  writer.member("length_ns", result.length.count());
  writer.member("interrupted", result.end != run::RunEnd::Complete).key("verdict");
  write_verdict(writer, verdict);
  writer.key("gate");
  write_gate(writer, result.gate);
  writer.key("listeners");
  write_listeners(writer, result.listeners);
  writer.key("control");
  write_control(writer, result);
  writer.key("check_gate");
  write_check_gate(writer, result);
  writer.key("input_problems");
  write_input_problems(writer, result);
  writer.key("traffic");
  write_traffic(writer, result.traffic);
  writer.key("unverifiable");
  write_counts(writer, result.traffic.unverifiable);
  writer.key("findings");
  write_findings(writer, result);
  writer.key("rules").begin_array();
  for (const auto& rule : result.rules) {
    write_rule(writer, rule);
  }
  writer.end_array().key("phases").begin_array();
  for (const auto& phase : result.phases) {
    write_phase(writer, phase);
  }
  writer.end_array().key("redaction");
  write_redaction(writer, result);
  write_evidence(writer, result);
  writer.key("notes").begin_array();
  for (const auto& note : result.notes) {
    writer.value(note);
  }
  writer.end_array().end_object();
  return finished(writer.take() + "\n");
}

redaction::RedactedText errors_json(const run::RunResult& result) {
  json::Writer writer(json::Writer::Layout::Pretty);
  writer.begin_object().member("schema_version", 1).member("run", result.run_id);
  uint64_t all = 0;
  for (const auto& [side, reasons] : result.traffic.errors) {
    all += run::total(reasons);
  }
  writer.member("total", all);
  for (const auto side :
       {run::ErrorSide::Downstream, run::ErrorSide::Upstream, run::ErrorSide::Proxy}) {
    const auto reasons = result.traffic.errors.find(side);
    writer.key(run::error_side_name(side));
    write_counts(writer,
                 reasons == result.traffic.errors.end() ? run::CountsByName{} : reasons->second);
  }
  writer.key("lost").begin_object().member("events", result.events_dropped);
  writer.member("journal", result.journal_lost).end_object().end_object();
  return finished(writer.take() + "\n");
}

}  // namespace faultline::report
