// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/cli/demo/demo.h"

#include "proxy/cli/demo/demo_run.h"

#include <fmt/core.h>

#include <string_view>
#include <utility>

namespace faultline::cli {
namespace {

using demo::DemoOutcome;

std::string counted(uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

/// The closing lines: what was injected, found, scrubbed, counted, and the verdict.
class Summary {
 public:
  Summary(const DemoOutcome& outcome, Terminal& terminal)
      : outcome_(outcome), result_(outcome.result), terminal_(terminal) {}

  void print() {
    print_client();
    print_faults();
    print_findings();
    print_redaction();
    print_accounting();
  }

 private:
  void say(const std::string& line) { terminal_.say(line); }

  void print_client() {
    std::string statuses;
    for (const auto& [status, count] : outcome_.client.by_status) {
      statuses +=
          (statuses.empty() ? "" : ", ") + (status == 0 ? fmt::format("{} without answer", count)
                                                        : fmt::format("{} x {}", count, status));
    }
    say(fmt::format("\n  client     {} requests: {}", outcome_.client.requests, statuses));
  }

  void print_faults() {
    say("\n  faults");
    for (const auto& rule : result_.rules) {
      say(fmt::format("    {:<16} {:<14} applied {} of {}", rule.name, rule.fault, rule.applied,
                      counted(rule.matched, "match", "matches")));
    }
  }

  void print_findings() {
    say("\n  findings");
    for (const auto& finding : result_.findings) print_finding(finding);
    if (result_.findings.empty()) say("    none");
  }

  void print_finding(const run::Finding& finding) {
    const auto& violation = finding.violation;
    say(fmt::format("    {} {}  {}  {}", finding.id, contracts::severity_name(violation.severity),
                    violation.rule, counted(finding.messages, "message", "messages")));
    say(fmt::format("      where     {} {}  {} {}", violation.operation,
                    direction_name(violation.direction),
                    contracts::location_name(violation.location), violation.pointer_template));
    say(fmt::format("      contract  {}:{}:{}", violation.contract.file, violation.contract.line,
                    violation.contract.column));
    say(fmt::format("      expected  {}", violation.expected));
    say(fmt::format("      actual    {}", violation.actual));
    std::string cause(run::cause_name(finding.cause));
    for (const auto& fault : finding.injected_by) {
      cause += fmt::format(" by rule {} ({})", fault.rule, fault.fault);
    }
    if (finding.cause == run::Cause::Natural) cause += ": no fault touched these messages";
    say(fmt::format("      cause     {}", cause));
  }

  void print_redaction() {
    uint64_t values = 0;
    std::string classes;
    for (const auto& [name, count] : result_.traffic.redaction_hits) {
      values += count;
      classes += (classes.empty() ? "" : ", ") + fmt::format("{} {}", name, count);
    }
    say(fmt::format("\n  redaction  {} scrubbed: {}", counted(values, "value", "values"), classes));
    if (!result_.proof) return;
    say(
        fmt::format("             {} of the run folder searched for {} planted values and every "
                    "known form: {}",
                    counted(result_.proof->files, "file", "files"), outcome_.planted,
                    counted(result_.proof->leaks, "leak", "leaks")));
  }

  void print_accounting() {
    for (const auto& [protocol, accounting] : result_.traffic.traffic) {
      say(fmt::format("  accounting {}: seen {} {} checked {} + skipped {} + dropped {}", protocol,
                      accounting.seen,
                      accounting.is_balanced() ? "=" : "!=", run::total(accounting.checked),
                      run::total(accounting.skipped), run::total(accounting.dropped)));
    }
  }

  const DemoOutcome& outcome_;
  const run::RunResult& result_;
  Terminal& terminal_;
};

void print_verdict(const DemoOutcome& outcome, Terminal& terminal) {
  terminal.say(fmt::format("  verdict    {} (`faultline run` would exit with {})",
                           outcome.verdict.is_pass() ? "pass" : "FAIL", outcome.verdict.exit_code));
  for (const auto& reason : outcome.verdict.reasons) {
    terminal.say("             " + reason.text);
  }
  terminal.say(fmt::format("  report     {}/analysis.md", outcome.folder));
  terminal.say(
      fmt::format("  evidence   {}/findings.json, events.jsonl, journal/", outcome.folder));
}

void print_next(const DemoOutcome& outcome, Terminal& terminal) {
  terminal.say("\n  next");
  terminal.say("    the same check on the recorded traffic, without a socket, as CI does it");
  terminal.say(
      fmt::format("      faultline check --contract {} {}", outcome.contract, outcome.folder));
  terminal.say("    your own service, without any configuration");
  terminal.say("      faultline run --upstream http://127.0.0.1:8080");
  terminal.say("    a configuration to edit, with every key explained");
  terminal.say("      faultline config init faultline.yaml");
}

}  // namespace

int demo_command(const DemoOptions& options, const Context& context) {
  Terminal& terminal = context.terminal;
  demo::DemoSpec spec;
  if (!options.output.empty()) spec.artifacts = options.output;
  if (options.is_fast) {
    spec.phases.fill(std::chrono::seconds(1));
    spec.cart_delay = std::chrono::milliseconds(20);
    spec.rounds = {2, 12, 2};
  }
  terminal.say("faultline demo: a small shop, faultline before it, and a client that shops");
  terminal.say("");
  const auto outcome = demo::run_demo(spec, context);
  if (!outcome) {
    terminal.complain("error: " + outcome.error().message);
    return outcome.error().code == ErrorCode::Bug ? kInternal : kEnvironment;
  }
  Summary(*outcome, terminal).print();
  print_verdict(*outcome, terminal);
  if (outcome->result.end == run::RunEnd::Interrupted) return kInterrupted;
  const auto deviations = demo::deviations(*outcome);
  if (deviations.empty()) {
    terminal.say(
        "             as designed: the shop's own bug fails the run, injected faults do not");
  }
  for (const auto& deviation : deviations) terminal.complain("  not as designed: " + deviation);
  print_next(*outcome, terminal);
  return deviations.empty() ? kDone : kFindings;
}

}  // namespace faultline::cli
