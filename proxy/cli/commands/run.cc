// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "proxy/base/units.h"
#include "proxy/cli/commands/commands.h"
#include "proxy/cli/files.h"
#include "proxy/cli/run_session.h"
#include "proxy/cli/run_wiring.h"
#include "rules/canonical.h"
#include "rules/config_loader.h"

#include <fmt/core.h>

#include <utility>

namespace faultline::cli {
namespace {

constexpr Duration kProgressInteractive = std::chrono::milliseconds(250);
constexpr Duration kProgressPlain = std::chrono::seconds(10);
// What a reader of standard error that has stopped may cost the control thread, once.
constexpr Duration kPatience = std::chrono::milliseconds(100);

/// Tells a person what goes on.
class Narrator final : public server::AppObserver {
 public:
  explicit Narrator(Terminal& terminal) : terminal_(terminal) {}
  void on_phase(std::string_view name, uint32_t index, uint32_t count) override {
    terminal_.say(fmt::format("  phase {}/{}  {}", index + 1, count, name));
  }
  void on_progress(const server::Progress& progress) override {
    const std::string line =
        fmt::format("  {:>6.1f}s {:<10} {} exchanges  {} faults  {} findings",
                    std::chrono::duration<double>(progress.elapsed).count(), progress.phase,
                    progress.exchanges, progress.faults, progress.findings);
    if (terminal_.is_interactive()) {
      terminal_.status(line);
    } else if (progress.elapsed > kProgressPlain / 2) {
      terminal_.say(line);
    }
  }
  void on_draining(std::string_view reason) override {
    const bool is_signal = reason == "signal";
    terminal_.say(fmt::format("  draining ({}){}", reason,
                              is_signal ? "; press Ctrl-C again to stop now" : ""));
  }
  void on_reloaded(uint64_t generation, std::string_view notes) override {
    if (generation == 0) {
      terminal_.say(fmt::format("  configuration not reloaded: {}", notes));
    } else {
      terminal_.say(fmt::format("  configuration reloaded (generation {}){}{}", generation,
                                notes.empty() ? "" : ": ", notes));
    }
  }

 private:
  Terminal& terminal_;
};

/// The steps of `run`, each of which may end it.
class RunCommand {
 public:
  RunCommand(const RunOptions& options, const Context& context)
      : options_(options), context_(context), terminal_(context.terminal) {}

  int execute() {
    if (const int code = load(); code != kDone) return code;
    if (const int code = evaluate_gate(); code != kDone) return code;
    return serve();
  }

 private:
  int usage_error(const std::string& message) {
    terminal_.complain("error: " + message);
    return kUsage;
  }
  int environment_error(const std::string& message) {
    terminal_.complain("error: " + message);
    return kEnvironment;
  }

  int load();
  int load_upstream(rules::Config& config);
  int load_file(rules::Config& config);
  void settle_seed(rules::Config& config);
  int evaluate_gate();
  int serve();
  std::optional<server::LoadedConfig> load_again();
  void introduce(LiveRun& live);

  const RunOptions& options_;
  const Context& context_;
  Terminal& terminal_;
  SourceFilePtr file_;
  server::LoadedConfig loaded_;
  GateDecision gate_;
};

int RunCommand::load_file(rules::Config& config) {
  auto file = load_config_file(options_.config_path, terminal_);
  if (!file) return usage_error(file.error().message);
  if (!file->diagnostics.empty()) {
    terminal_.print_problems(render_diagnostics(file->diagnostics, terminal_.has_color()));
  }
  if (!file->config) return kUsage;
  file_ = file->file;
  config = std::move(*file->config);
  return kDone;
}

int RunCommand::load_upstream(rules::Config& config) {
  auto upstream = parse_upstream(options_.upstream);
  if (!upstream) return usage_error("--upstream: " + upstream.error().message);
  std::vector<rules::ContractRef> contracts;
  for (const auto& path : options_.contracts) contracts.push_back({path, path, {}});
  config = rules::config_for_upstream(*upstream, std::move(contracts));
  if (!options_.listen.empty()) {
    auto listen = parse_host_port(options_.listen);
    if (!listen) return usage_error("--listen: " + listen.error().message);
    config.listeners.front().listen = *listen;
  }
  return kDone;
}

void RunCommand::settle_seed(rules::Config& config) {
  const bool had_seed = config.run.has_seed;
  const uint64_t loaded_seed = config.run.seed;
  if (options_.seed) {
    config.run.seed = *options_.seed;
  } else if (!config.run.has_seed) {
    const std::string bytes = context_.crypto.random_bytes(4);
    for (const char c : bytes) {
      config.run.seed = (config.run.seed << 8U) | static_cast<unsigned char>(c);
    }
  }
  config.run.has_seed = true;
  if (!options_.output.empty()) config.run.artifacts = options_.output;
  // Of what is settled here the hash knows the seed, and loading has made it already.
  const bool is_same = had_seed && config.run.seed == loaded_seed;
  if (!is_same) config.hash = rules::config_hash(config);
}

int RunCommand::load() {
  rules::Config config;
  const int code = options_.upstream.empty() ? load_file(config) : load_upstream(config);
  if (code != kDone) return code;
  settle_seed(config);
  std::vector<Diagnostic> diagnostics;
  auto loaded = load_contracts(std::move(config), file_, diagnostics);
  if (!diagnostics.empty()) {
    terminal_.print_problems(render_diagnostics(diagnostics, terminal_.has_color()));
  }
  if (!loaded) return kUsage;
  loaded_ = std::move(*loaded);
  return kDone;
}

int RunCommand::evaluate_gate() {
  const auto& gate = loaded_.config->gate;
  std::string environment = options_.environment;
  if (environment.empty()) environment = terminal_.environment("FAULTLINE_ENV").value_or("");
  gate_ = decide_gate(gate, terminal_.environment(gate.flag), environment);
  if (options_.require_gate && !gate_.state.open) {
    return environment_error("the gate is closed: " + gate_.state.reason);
  }
  return kDone;
}

std::optional<server::LoadedConfig> RunCommand::load_again() {
  auto file = load_config_file(options_.config_path, terminal_);
  if (!file) {
    terminal_.say("configuration not reloaded: " + file.error().message);
    return std::nullopt;
  }
  if (file->config) {
    const bool has_other_seed = file->config->run.has_seed && !options_.seed &&
                                file->config->run.seed != loaded_.config->run.seed;
    settle_seed(*file->config);
    const auto& now = loaded_.config->run;
    auto& next = file->config->run;
    if (has_other_seed || next.name != now.name || next.artifacts != now.artifacts) {
      terminal_.say(
          "  this run keeps its name, seed and folder; those of the file are for the next");
    }
    next = now;
    auto loaded = load_contracts(std::move(*file->config), file->file, file->diagnostics);
    if (loaded && !has_error(file->diagnostics)) return loaded;
  }
  terminal_.print_problems(render_diagnostics(file->diagnostics, terminal_.has_color()));
  terminal_.say("configuration not reloaded; the running one stays");
  return std::nullopt;
}

void RunCommand::introduce(LiveRun& live) {
  const auto& config = *loaded_.config;
  terminal_.say(fmt::format("  run {}  seed {}", live.folder(), config.run.seed));
  if (config.rules.empty()) {
    terminal_.say("  no rules: plain mirror");
  } else if (gate_.state.open) {
    terminal_.say(fmt::format("  gate open: {} rules", config.rules.size()));
  } else {
    terminal_.say("  gate closed, plain proxy: " + gate_.state.reason);
  }
  // Before the listeners: programs take the last of their lines for the sign that all is there.
  if (const auto address = live.control_address()) {
    terminal_.say(fmt::format("control http://{}", format_host_port(*address)));
  }
  for (size_t i = 0; i < config.listeners.size(); ++i) {
    terminal_.say(listening_line(config.listeners[i], live.addresses()[i]));
  }
}

int RunCommand::serve() {
  Narrator narrator(terminal_);
  auto live = LiveRun::open(
      context_,
      {.loaded = loaded_,
       .gate = gate_,
       .observer = narrator,
       .run_for = options_.run_for,
       .drain_timeout = options_.drain_timeout.value_or(limits::kDrainTimeout),
       .progress_every = terminal_.is_interactive() ? kProgressInteractive : kProgressPlain,
       .config_path = options_.config_path == "-" ? "" : options_.config_path,
       .reload = [this] { return load_again(); }});
  if (!live) return environment_error(live.error().message);
  introduce(**live);
  terminal_.set_patience(kPatience);
  (*live)->serve();
  const auto outcome = (*live)->conclude();
  if (!outcome) return environment_error(outcome.error().message);
  const std::string& folder = (*live)->folder();
  terminal_.print(closing_text(outcome->result, outcome->verdict, folder));
  if (options_.json) terminal_.out(closing_json(outcome->result, outcome->verdict, folder));
  return outcome->verdict.exit_code;
}

}  // namespace

int run_command(const RunOptions& options, const Context& context) {
  return RunCommand(options, context).execute();
}

}  // namespace faultline::cli
