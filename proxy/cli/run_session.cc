// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/cli/run_session.h"

#include "proxy/base/text.h"
#include "proxy/cli/redaction_policy.h"
#include "proxy/report/report.h"
#include "proxy/run/environment.h"
#include "redaction/verify.h"
#include "rules/canonical.h"

#include <fmt/core.h>

#include <filesystem>
#include <utility>

namespace faultline::cli {
namespace {

constexpr size_t kKeyBytes = 32;
constexpr std::string_view kAccessLogFile = "access.jsonl";
constexpr std::string_view kTraceFile = "traces.jsonl";
constexpr std::string_view kAuditFile = "audit.jsonl";

}  // namespace

Result<std::unique_ptr<RunSession>> RunSession::open(const Context& context, Spec spec) {
  std::unique_ptr<RunSession> session(new RunSession(context, std::move(spec)));
  session->key_ = context.crypto.random_bytes(kKeyBytes);
  session->echo_ = std::make_unique<redaction::EchoBook>(context.crypto.random_bytes(kKeyBytes));
  run::RunSpec folder_spec;
  folder_spec.artifacts = session->spec_.artifacts;
  folder_spec.name = session->spec_.config.run.name;
  folder_spec.seed = session->spec_.config.run.seed;
  folder_spec.started = context.clock.wall_now();
  folder_spec.config_hash = session->spec_.config.hash;
  if (session->spec_.has_access_log) folder_spec.planned.emplace_back(kAccessLogFile);
  if (session->spec_.has_traces) folder_spec.planned.emplace_back(kTraceFile);
  FL_TRY(session->folder_, run::RunFolder::create(std::move(folder_spec), context.crypto));
  if (auto status = session->open_files(); !status) {
    session->discard();
    return fail(std::move(status.error()));
  }
  session->events_->start();
  return session;
}

Status RunSession::open_files() {
  FL_TRY(auto redactor, make_redactor());
  FL_TRY(events_,
         run::EventLog::open(*folder_, {.started = context_.clock.now()}, std::move(redactor)));
  if (spec_.has_journal) {
    FL_TRY(journal_, record::JournalWriter::open(folder_->journal_path()));
  }
  if (spec_.has_access_log) {
    FL_TRY(auto file, folder_->open_append(kAccessLogFile));
    access_log_ = std::make_unique<record::AccessLogWriter>(std::move(file));
  }
  if (spec_.has_traces) FL_CHECK_OK(open_traces());
  return write_fixed_files();
}

Status RunSession::open_traces() {
  FL_TRY(auto file, folder_->open_append(kTraceFile));
  const MonoTime now = context_.clock.now();
  traces_ = std::make_unique<record::TraceWriter>(
      std::move(file),
      record::TraceWriter::Run{.id = folder_->id(),
                               .seed = spec_.config.run.seed,
                               .version = std::string(run::faultline_version()),
                               .wall_minus_mono = context_.clock.wall_now().ns - now.ns});
  return {};
}

RunSession::~RunSession() = default;

Result<std::unique_ptr<redaction::Redactor>> RunSession::make_redactor() const {
  return redaction::Redactor::create(to_policy(spec_.config.redaction), context_.crypto, key_,
                                     echo_.get());
}

Result<std::unique_ptr<mirror::Pipeline>> RunSession::make_pipeline() {
  FL_TRY(auto redactor, make_redactor());
  return std::make_unique<mirror::Pipeline>(
      std::move(redactor), state_,
      mirror::Pipeline::Files{
          .journal = journal_.get(), .access_log = access_log_.get(), .traces = traces_.get()});
}

Status RunSession::write_fixed_files() {
  // The configuration may hold an upstream's password or a canary: it is scrubbed like traffic.
  FL_TRY(auto redactor, make_redactor());
  rules::Config shown = spec_.config;
  auto& hidden = shown.redaction;
  for (auto* texts : {&hidden.canaries, &hidden.known, &hidden.dictionary}) {
    for (auto& text : *texts) text = "(not written)";
  }
  FL_CHECK_OK(folder_->write_file("config.resolved.yaml",
                                  redactor->redact_text(rules::canonical_yaml(shown))));
  run::EnvironmentInputs inputs;
  inputs.machine = run::read_machine();
  inputs.versions = run::build_versions();
  inputs.seed = spec_.config.run.seed;
  inputs.config_hash = spec_.config.hash;
  inputs.gate = spec_.gate;
  inputs.workers = spec_.config.workers;
  return folder_->write_file("env.signature.json", run::environment_json(inputs));
}

void RunSession::discard() {
  const std::string path = folder_->path();
  if (events_) static_cast<void>(events_->close());
  journal_.reset();
  access_log_.reset();
  traces_.reset();
  events_.reset();
  // One folder after the other: want of descriptors may be why, and each level takes one.
  std::error_code ignored;
  std::filesystem::remove_all(folder_->journal_path(), ignored);
  std::filesystem::remove_all(path, ignored);
}

Status RunSession::prove(run::RunResult& result) {
  redaction::VerifyOptions options;
  // A known value that was written is a leak like a canary.
  options.canaries = spec_.config.redaction.canaries;
  const auto& known = spec_.config.redaction.known;
  options.canaries.insert(options.canaries.end(), known.begin(), known.end());
  options.open_classes = state_.audit.total().open_classes();
  options.echo = echo_.get();
  FL_TRY(auto proof, redaction::verify_folder(folder_->path(), options));
  // A redactor of its own, so that what is planted is neither counted nor looked for above.
  FL_TRY(auto redactor,
         redaction::Redactor::create(to_policy(spec_.config.redaction), context_.crypto, key_));
  proof.planted = redaction::plant_canaries(*redactor, spec_.config.run.seed);
  result.proof = run::ProofInfo{proof.files, proof.leak_count + proof.planted.survived.size(),
                                proof.negative_control_ok};
  return folder_->write_file("redaction-proof.json",
                             redaction::Redactor::vouch(redaction::proof_json(proof)));
}

void RunSession::close_files(run::RunResult& result) {
  if (journal_) {
    const auto closed = journal_->close();
    if (!closed) result.notes.push_back("journal: " + closed.error().message);
    result.journal_written = journal_->written();
    result.journal_lost = journal_->lost();
  }
  if (access_log_) {
    const auto closed = access_log_->close();
    if (!closed) result.notes.push_back("access log: " + closed.error().message);
    result.access_log = run::LineCounts{access_log_->written(), access_log_->lost()};
  }
  if (traces_) {
    const auto closed = traces_->close();
    if (!closed) result.notes.push_back("traces: " + closed.error().message);
    result.traces = run::LineCounts{traces_->written(), traces_->lost()};
  }
}

Result<run::Verdict> RunSession::finish(run::RunResult& result) {
  result.run_id = folder_->id();
  result.folder = folder_->path();
  result.name = spec_.config.run.name;
  result.mode = spec_.mode;
  result.seed = spec_.config.run.seed;
  result.config_hash = spec_.config.hash;
  result.started = folder_->spec().started;
  result.gate = spec_.gate;
  const auto events_closed = events_->close();
  if (!events_closed) result.notes.push_back("events: " + events_closed.error().message);
  result.events_written = events_->written();
  result.events_dropped = events_->dropped();
  result.decision_log_hash = events_->decisions().hash_hex();
  result.decisions = events_->decisions().size();
  close_files(result);
  FL_CHECK_OK(folder_->write_file(
      kAuditFile, redaction::Redactor::vouch(state_.audit.total().to_json_lines())));
  const auto& config = spec_.config.report;
  // The reports are scanned as well; then those that tell of the scan are written once more.
  FL_CHECK_OK(report::write_reports(*folder_, result, config));
  FL_CHECK_OK(prove(result));
  FL_CHECK_OK(report::write_reports(*folder_, result, config));
  const auto verdict = run::compute_verdict(result, config);
  const auto status =
      result.end == run::RunEnd::Complete ? run::RunStatus::Complete : run::RunStatus::Interrupted;
  FL_CHECK_OK(folder_->seal({.status = status,
                             .exit_code = verdict.exit_code,
                             .decision_log_hash = result.decision_log_hash,
                             .decisions = result.decisions}));
  return verdict;
}

namespace {

struct Counts {
  uint64_t natural = 0;
  uint64_t injected = 0;
};

Counts count(const run::RunResult& result) {
  Counts counts;
  for (const auto& finding : result.findings) {
    ++(finding.cause == run::Cause::Injected ? counts.injected : counts.natural);
  }
  return counts;
}

}  // namespace

std::string closing_text(const run::RunResult& result, const run::Verdict& verdict,
                         const std::string& folder) {
  std::string text;
  for (const auto& [protocol, accounting] : result.traffic.traffic) {
    text += fmt::format("  {:<9} seen {} = checked {} + skipped {} + dropped {}\n", protocol,
                        accounting.seen, run::total(accounting.checked),
                        run::total(accounting.skipped), run::total(accounting.dropped));
  }
  for (const auto& rule : result.rules) {
    text +=
        fmt::format("  {:<20} {:<13} matched {}  drawn {}  applied {}  bypassed {}  overflow {}\n",
                    rule.name, rule.fault, rule.matched, rule.drawn, rule.applied,
                    run::total(rule.bypassed), rule.overflow);
  }
  const Counts counts = count(result);
  text += fmt::format("  findings  {} natural, {} injected", counts.natural, counts.injected);
  if (result.findings_left_out > 0) {
    text += fmt::format(", {} more disagreements not kept", result.findings_left_out);
  }
  text += "\n";
  if (result.proof) {
    text += fmt::format("  redaction {} files scanned, {} leaks\n", result.proof->files,
                        result.proof->leaks);
  }
  for (const auto& note : result.notes) text += "  note: " + note + "\n";
  text += verdict.is_pass() ? "  verdict   pass\n" : "  verdict   FAIL\n";
  for (const auto& reason : verdict.reasons) text += "            " + reason.text + "\n";
  text += fmt::format("  report    {}/analysis.md\n", folder);
  return text;
}

std::string closing_json(const run::RunResult& result, const run::Verdict& verdict,
                         const std::string& folder) {
  const Counts counts = count(result);
  std::string reasons;
  for (const auto& reason : verdict.reasons) {
    if (!reasons.empty()) reasons += ',';
    reasons += fmt::format("{{\"code\":{},\"text\":{}}}", json_quote(reason.code),
                           json_quote(reason.text));
  }
  return fmt::format(
      "{{\"schema_version\":1,\"run\":{},\"folder\":{},\"seed\":{},\"exit_code\":{},"
      "\"verdict\":\"{}\",\"reasons\":[{}],\"findings\":{{\"natural\":{},\"injected\":{}}},"
      "\"decision_log_hash\":{}}}\n",
      json_quote(result.run_id), json_quote(folder), result.seed, verdict.exit_code,
      verdict.is_pass() ? "pass" : "fail", reasons, counts.natural, counts.injected,
      json_quote(result.decision_log_hash));
}

}  // namespace faultline::cli
