// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/cli/baseline_file.h"
#include "proxy/cli/commands/commands.h"
#include "proxy/cli/files.h"
#include "proxy/cli/run_session.h"
#include "proxy/record/har.h"
#include "proxy/record/journal.h"
#include "proxy/run/run_folder.h"
#include "rules/canonical.h"

#include <fmt/core.h>

#include <filesystem>
#include <optional>
#include <tuple>
#include <utility>

namespace faultline::cli {
namespace {

constexpr size_t kHarBytes = 512UL * 1024 * 1024;

/// Recorded traffic against contracts: the same pipeline as live traffic, without a socket.
class CheckCommand {
 public:
  CheckCommand(const CheckOptions& options, const Context& context)
      : options_(options), context_(context), terminal_(context.terminal) {}

  int execute();

 private:
  int fail_with(int code, const std::string& message) {
    terminal_.complain("error: " + message);
    return code;
  }
  [[nodiscard]] bool read_gate();
  [[nodiscard]] rules::Config make_config() const;
  [[nodiscard]] Status check_path(const std::string& path);
  [[nodiscard]] Status check_journal(const std::string& folder);
  [[nodiscard]] Status check_har(const std::string& path);
  void check_exchange(const record::RecordedExchange& exchange);

  const CheckOptions& options_;
  const Context& context_;
  Terminal& terminal_;
  contracts::ContractSet contracts_;
  std::unique_ptr<RunSession> session_;
  std::unique_ptr<mirror::Pipeline> pipeline_;
  std::optional<rules::Baseline> baseline_;
  run::RunResult result_;
};

rules::Config CheckCommand::make_config() const {
  rules::Config config = rules::Config();
  config.run.name = "check";
  config.run.has_seed = true;
  config.run.artifacts = options_.output;
  config.report.fail_on = options_.fail_on == "none"      ? rules::FailOn::None
                          : options_.fail_on == "note"    ? rules::FailOn::Note
                          : options_.fail_on == "warning" ? rules::FailOn::Warning
                                                          : rules::FailOn::Error;
  config.hash = rules::config_hash(config);
  return config;
}

bool CheckCommand::read_gate() {
  rules::CheckGate& gate = result_.check_gate;
  gate.allows_no_traffic = options_.allow_no_traffic;
  for (const auto& [text, target, option] :
       {std::tuple(&options_.max_unverifiable, &gate.max_unverifiable, "--max-unverifiable"),
        std::tuple(&options_.min_coverage, &gate.min_coverage, "--min-coverage")}) {
    if (text->empty()) continue;
    auto share = rules::Share::parse(*text);
    if (!share) {
      terminal_.complain(fmt::format("error: {}: {}", option, share.error().message));
      return false;
    }
    *target = std::move(*share);
  }
  if (options_.baseline.empty()) return true;
  baseline_ = load_baseline_file(options_.baseline, terminal_);
  return baseline_.has_value();
}

int CheckCommand::execute() {
  if (!read_gate()) return kUsage;
  std::vector<Diagnostic> diagnostics;
  for (const auto& path : options_.contracts) {
    auto contract = load_contract(path, diagnostics);
    if (!contract) continue;
    result_.contracts.push_back({contract->file(), contract->description(),
                                 contract->operations().size(), contract->load_warnings().size()});
    contracts_.add(std::move(contract));
  }
  if (!diagnostics.empty()) {
    terminal_.print_problems(render_diagnostics(diagnostics, terminal_.has_color()));
  }
  if (contracts_.contracts().size() != options_.contracts.size()) return kUsage;
  for (const auto& path : options_.traffic) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) {
      return fail_with(kUsage, fmt::format("cannot read {}: no such file or folder", path));
    }
  }
  const rules::Config config = make_config();
  const auto began = context_.clock.now();
  run::GateInfo gate;
  gate.reason = "check injects nothing";
  auto session = RunSession::open(context_, {.artifacts = options_.output,
                                             .config = config,
                                             .gate = gate,
                                             .mode = "check",
                                             .has_journal = false});
  if (!session) return fail_with(kEnvironment, session.error().message);
  session_ = std::move(*session);
  auto pipeline = session_->make_pipeline();
  if (!pipeline) return fail_with(kEnvironment, pipeline.error().message);
  pipeline_ = std::move(*pipeline);
  for (const auto& contract : contracts_.contracts()) {
    for (const auto& operation : contract->operations()) {
      session_->state().counters.declare_operation("traffic", operation);
    }
  }
  for (const auto& path : options_.traffic) {
    if (auto status = check_path(path); !status) {
      session_->discard();
      return fail_with(kUsage, status.error().message);
    }
  }
  pipeline_->finish();
  result_.is_checking = true;
  result_.length = context_.clock.now() - began;
  session_->state().finish_into(result_);
  if (baseline_) {
    result_.baseline = run::compare_with_baseline(
        *baseline_, {result_.traffic.coverage, result_.findings_left_out > 0},
        rules::Date::of(context_.clock.wall_now()), result_.findings);
    result_.baseline->file = options_.baseline;
  }
  const auto verdict = session_->finish(result_);
  if (!verdict) return fail_with(kEnvironment, verdict.error().message);
  const std::string& folder = session_->folder().path();
  terminal_.print(closing_text(result_, *verdict, folder));
  if (options_.json) terminal_.out(closing_json(result_, *verdict, folder));
  return verdict->exit_code;
}

Status CheckCommand::check_path(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::is_directory(path, error)) return check_har(path);
  if (fs::exists(path + "/manifest.json", error)) {
    FL_TRY(auto inspection, run::inspect_run(path, context_.crypto));
    for (auto& note : inspection.notes()) result_.notes.push_back(std::move(note));
  }
  return check_journal(fs::is_directory(path + "/journal", error) ? path + "/journal" : path);
}

Status CheckCommand::check_journal(const std::string& folder) {
  FL_TRY(auto reader, record::JournalReader::open(folder));
  while (true) {
    FL_TRY(auto exchange, reader->next());
    if (!exchange) break;
    check_exchange(*exchange);
  }
  for (const auto& note : reader->notes()) result_.notes.push_back(note);
  return {};
}

Status CheckCommand::check_har(const std::string& path) {
  FL_TRY(auto text, read_file(path, kHarBytes));
  auto exchanges = record::import_har(text);
  if (!exchanges) {
    return fail(exchanges.error().code, path + ": " + exchanges.error().message);
  }
  for (const auto& exchange : *exchanges) check_exchange(exchange);
  return {};
}

void CheckCommand::check_exchange(const record::RecordedExchange& exchange) {
  mirror::ExchangeView view;
  view.id = exchange.id;
  view.listener = "traffic";
  view.t_ns = exchange.t_ns;
  view.outcome = exchange.outcome;
  view.request = exchange.request.view();
  if (exchange.response) view.response = exchange.response->view();
  view.contracts = &contracts_;
  std::vector<AppliedFault> faults;
  for (const auto& fault : exchange.faults) {
    faults.push_back(
        {fault.event, fault.rule, fault.fault, fault.side, fault.pointer, fault.action});
  }
  view.faults = faults;
  session_->state().counters.add_seen(view.protocol, view.response ? 2 : 1);
  pipeline_->process(view);
}

}  // namespace

int check_command(const CheckOptions& options, const Context& context) {
  return CheckCommand(options, context).execute();
}

}  // namespace faultline::cli
