// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/cli/baseline_file.h"
#include "proxy/cli/check_pool.h"
#include "proxy/cli/commands/commands.h"
#include "proxy/cli/files.h"
#include "proxy/cli/run_session.h"
#include "proxy/record/traffic_reader.h"
#include "proxy/report/report.h"
#include "proxy/run/run_folder.h"
#include "rules/canonical.h"
#include "rules/fail_policy.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <thread>
#include <tuple>
#include <utility>

namespace faultline::cli {
namespace {

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
  [[nodiscard]] bool load_all_contracts();
  [[nodiscard]] bool find_inputs();
  [[nodiscard]] rules::Config make_config() const;
  [[nodiscard]] Status open_session(const rules::Config& config);
  [[nodiscard]] Result<std::unique_ptr<CheckWorker>> make_worker();
  /// Everything the inputs hold, through the workers.
  [[nodiscard]] Status check_traffic();
  void read_input(uint32_t input, CheckPool& pool);
  void collect(const CheckPool& pool);
  void compare();
  void tell_github(const run::Verdict& verdict);
  [[nodiscard]] int conclude();

  const CheckOptions& options_;
  const Context& context_;
  Terminal& terminal_;
  contracts::ContractSet contracts_;
  std::vector<std::string> inputs_;  // what is read: of a run folder its journal
  std::unique_ptr<RunSession> session_;
  std::optional<rules::Baseline> baseline_;
  rules::FailOn fail_on_ = rules::FailOn::Error;
  ReadingProblems problems_;
  uint64_t exchanges_ = 0;
  run::RunResult result_;
};

bool CheckCommand::read_gate() {
  rules::CheckGate& gate = result_.check_gate;
  gate.allows_no_traffic = options_.allow_no_traffic;
  gate.max_new = options_.max_new;
  auto policy = rules::FailPolicy::parse(options_.fail_on);
  if (!policy) {
    terminal_.complain("error: --fail-on: " + policy.error().message);
    return false;
  }
  fail_on_ = policy->level;
  gate.fail_on_by_class = std::move(policy->by_class);
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

bool CheckCommand::load_all_contracts() {
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
  return contracts_.contracts().size() == options_.contracts.size();
}

bool CheckCommand::find_inputs() {
  namespace fs = std::filesystem;
  if (std::count(options_.traffic.begin(), options_.traffic.end(), "-") > 1) {
    terminal_.complain("error: '-' may stand for one recording only: standard input is read once");
    return false;
  }
  for (const auto& path : options_.traffic) {
    std::error_code error;
    if (path != "-" && !fs::exists(path, error)) {
      terminal_.complain(fmt::format("error: cannot read {}: no such file or folder", path));
      return false;
    }
    const bool is_run = fs::is_directory(path + "/journal", error);
    inputs_.push_back(is_run ? path + "/journal" : path);
    if (!fs::exists(path + "/manifest.json", error)) continue;
    auto inspection = run::inspect_run(path, context_.crypto);
    if (!inspection) {
      terminal_.complain("error: " + inspection.error().message);
      return false;
    }
    for (auto& note : inspection->notes()) result_.notes.push_back(std::move(note));
  }
  return true;
}

rules::Config CheckCommand::make_config() const {
  rules::Config config = rules::Config();
  config.run.name = "check";
  config.run.has_seed = true;
  config.run.artifacts = options_.output;
  config.report.fail_on = fail_on_;
  for (const auto& format : options_.reports) {
    auto& formats = config.report.formats;
    if (std::find(formats.begin(), formats.end(), format) == formats.end()) {
      formats.push_back(format);
    }
  }
  config.hash = rules::config_hash(config);
  return config;
}

Status CheckCommand::open_session(const rules::Config& config) {
  run::GateInfo gate;
  gate.reason = "check injects nothing";
  FL_TRY(session_, RunSession::open(context_, {.artifacts = options_.output,
                                               .config = config,
                                               .gate = gate,
                                               .mode = "check",
                                               .has_journal = false}));
  return {};
}

Result<std::unique_ptr<CheckWorker>> CheckCommand::make_worker() {
  FL_TRY(auto redactor, session_->make_redactor());
  FL_TRY(auto names_redactor, session_->make_redactor());
  auto worker = std::make_unique<CheckWorker>(
      CheckWorker::Spec{contracts_, inputs_, session_->state().findings, session_->state().audit,
                        std::move(redactor), std::move(names_redactor)});
  for (const auto& contract : contracts_.contracts()) {
    for (const auto& operation : contract->operations()) worker->declare(operation);
  }
  return worker;
}

Status CheckCommand::check_traffic() {
  const unsigned cores = std::max(std::thread::hardware_concurrency(), 1U);
  const unsigned threads = options_.threads == 0 ? cores : options_.threads;
  std::vector<std::unique_ptr<CheckWorker>> workers;
  for (unsigned i = 0; i < threads; ++i) {
    FL_TRY(auto worker, make_worker());
    workers.push_back(std::move(worker));
  }
  CheckPool pool(std::move(workers));
  for (uint32_t input = 0; input < inputs_.size(); ++input) read_input(input, pool);
  pool.finish();
  collect(pool);
  return {};
}

void CheckCommand::read_input(uint32_t input, CheckPool& pool) {
  auto reader = record::TrafficReader::open(inputs_[input], input);
  if (!reader) {
    problems_.add(input, {0, inputs_[input], reader.error().message});
    return;
  }
  for (;;) {
    auto batch = pool.take();
    if (!(*reader)->next(*batch)) break;
    pool.push(std::move(batch));
  }
  for (auto& note : (*reader)->notes()) result_.notes.push_back(std::move(note));
}

void CheckCommand::collect(const CheckPool& pool) {
  for (const auto& worker : pool.workers()) {
    session_->state().counters.merge(worker->counters());
    problems_.merge(worker->problems());
    exchanges_ += worker->exchanges();
  }
  contracts::CoverageRecord coverage = contracts_.make_record();
  for (const auto& worker : pool.workers()) coverage.merge(worker->coverage());
  result_.points = run::count_points(coverage);
  result_.input_problems_total = problems_.total();
  for (auto& problem : problems_.first()) {
    result_.input_problems.push_back({std::move(problem.place), std::move(problem.what)});
  }
}

void CheckCommand::compare() {
  if (!baseline_) return;
  result_.baseline = run::compare_with_baseline(
      *baseline_, {result_.traffic.coverage, result_.findings_left_out > 0},
      rules::Date::of(context_.clock.wall_now()), result_.findings);
  result_.baseline->file = options_.baseline;
}

// Annotations go to the log, where the runner reads its commands from both streams; with --json the
// output is one object. The summary of the step is a file that every command may add to.
void CheckCommand::tell_github(const run::Verdict& verdict) {
  const std::string annotations = report::github_annotations(result_).view();
  if (options_.json) {
    terminal_.print_problems(annotations);
  } else {
    terminal_.out(annotations);
  }
  const auto path = terminal_.environment("GITHUB_STEP_SUMMARY");
  if (!path || path->empty()) return;
  const std::string summary = report::analysis_markdown(result_, verdict).view();
  if (auto status = append_to_file(*path, summary); !status) {
    terminal_.complain("warning: " + status.error().message);  // the report itself is written
  }
}

int CheckCommand::conclude() {
  const auto verdict = session_->finish(result_);
  if (!verdict) return fail_with(kEnvironment, verdict.error().message);
  const std::string& folder = session_->folder().path();
  terminal_.print(closing_text(result_, *verdict, folder));
  const auto& reports = options_.reports;
  if (std::find(reports.begin(), reports.end(), "github") != reports.end()) tell_github(*verdict);
  if (options_.json) terminal_.out(closing_json(result_, *verdict, folder));
  return verdict->exit_code;
}

int CheckCommand::execute() {
  if (!read_gate() || !load_all_contracts() || !find_inputs()) return kUsage;
  const rules::Config config = make_config();
  const auto began = context_.clock.now();
  if (auto status = open_session(config); !status) {
    return fail_with(kEnvironment, status.error().message);
  }
  if (auto status = check_traffic(); !status) {
    session_->discard();
    return fail_with(kEnvironment, status.error().message);
  }
  for (const auto& problem : result_.input_problems) {
    terminal_.complain("error: " + problem.place + ": " + problem.what);
  }
  const uint64_t untold = problems_.total() - result_.input_problems.size();
  if (untold > 0) {
    terminal_.complain(
        fmt::format("error: {} more such {}", untold, untold == 1 ? "place" : "places"));
  }
  if (exchanges_ == 0 && problems_.total() > 0) {
    session_->discard();  // nothing was read, so there is nothing to report
    return kUsage;
  }
  result_.is_checking = true;
  result_.recordings = options_.traffic;
  result_.length = context_.clock.now() - began;
  session_->state().finish_into(result_);
  compare();
  return conclude();
}

}  // namespace

int check_command(const CheckOptions& options, const Context& context) {
  return CheckCommand(options, context).execute();
}

}  // namespace faultline::cli
