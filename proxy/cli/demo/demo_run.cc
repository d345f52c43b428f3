// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/cli/demo/demo_run.h"

#include "proxy/base/diagnostic.h"
#include "proxy/base/units.h"
#include "proxy/cli/demo/customers.h"
#include "proxy/cli/demo/sample.h"
#include "proxy/cli/demo/shop.h"
#include "proxy/cli/files.h"
#include "proxy/cli/run_wiring.h"
#include "rules/canonical.h"
#include "rules/config_loader.h"

#include <fmt/core.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

namespace faultline::cli::demo {
namespace {

// Of a phase, the part its script takes when nothing is delayed.
constexpr int kPaceTenths = 3;
constexpr Duration kProgressEvery = std::chrono::milliseconds(250);

/// Tells a person of phases, and lets the client play the script of each.
class Director final : public server::AppObserver {
 public:
  Director(Terminal& terminal, const PersonalData& people, const std::array<size_t, 3>& rounds)
      : terminal_(terminal), people_(people), rounds_(rounds) {}

  void attach(Client& client, const std::vector<rules::PhaseConfig>& phases) {
    client_ = &client;
    phases_ = &phases;
  }

  void on_phase(std::string_view name, uint32_t index, uint32_t count) override {
    const auto& phase = (*phases_)[index];
    std::string rules;
    for (const auto& rule : phase.rules) rules += (rules.empty() ? "" : ", ") + rule;
    terminal_.say(fmt::format("  phase {}/{}  {:<9} {:>4}  {}", index + 1, count, name,
                              format_duration(phase.length), rules.empty() ? "no rules" : rules));
    auto script = shopping_script(people_, rounds_[index]);
    const auto pause = phase.length * kPaceTenths / 10 / static_cast<int64_t>(script.size());
    client_->play(std::move(script), pause);
  }
  void on_progress(const server::Progress& progress) override {
    terminal_.status(fmt::format("  {} exchanges  {} faults  {} findings", progress.exchanges,
                                 progress.faults, progress.findings));
  }
  void on_draining(std::string_view reason) override {
    if (reason == "signal") terminal_.say("  stopping; press Ctrl-C again to stop now");
  }
  void on_reloaded(uint64_t /*generation*/, std::string_view /*notes*/) override {}

 private:
  Terminal& terminal_;
  const PersonalData& people_;
  const std::array<size_t, 3> rounds_;
  Client* client_ = nullptr;
  const std::vector<rules::PhaseConfig>* phases_ = nullptr;
};

Status write_text(const std::string& path, std::string_view text) {
  std::FILE* const file = std::fopen(path.c_str(), "wb");
  bool is_written = file != nullptr;
  if (file != nullptr) {
    is_written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    is_written = std::fclose(file) == 0 && is_written;
  }
  if (is_written) return {};
  return fail(ErrorCode::IoFailed,
              fmt::format("cannot write {}: {}", path, std::generic_category().message(errno)));
}

// The sample files are ours: a complaint about them is a bug, and is told in full.
template <typename T>
Result<T> complain(const std::vector<Diagnostic>& diagnostics) {
  return fail(ErrorCode::Bug, "the demo's own files: " + render_diagnostics(diagnostics));
}

Result<server::LoadedConfig> load_sample(const std::string& path, const PersonalData& people,
                                         const Terminal& terminal) {
  FL_TRY(auto file, load_config_file(path, terminal));
  if (!file.config) return complain<server::LoadedConfig>(file.diagnostics);
  file.config->redaction.canaries = people.canaries();
  file.config->hash = rules::config_hash(*file.config);
  auto loaded = load_contracts(std::move(*file.config), file.file, file.diagnostics);
  if (!loaded) return complain<server::LoadedConfig>(file.diagnostics);
  return std::move(*loaded);
}

Status write_inputs(const std::string& folder, const SampleSettings& settings) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return fail(ErrorCode::IoFailed,
                fmt::format("cannot make the folder {}: {}", folder, error.message()));
  }
  FL_CHECK_OK(write_text(folder + "/" + std::string(kContractName), sample_contract()));
  return write_text(folder + "/" + std::string(kConfigName), sample_config(settings));
}

}  // namespace

Result<DemoOutcome> run_demo(const DemoSpec& spec, const Context& context) {
  Terminal& terminal = context.terminal;
  const PersonalData people = PersonalData::make(spec.seed);
  FL_TRY(const auto shop, Shop::start(context.clock, people));
  const std::string inputs = spec.artifacts + "/demo";
  FL_CHECK_OK(write_inputs(inputs, {.shop = shop->address(),
                                    .artifacts = spec.artifacts,
                                    .seed = spec.seed,
                                    .phases = spec.phases,
                                    .cart_delay = spec.cart_delay}));
  const std::string config_path = inputs + "/" + std::string(kConfigName);
  FL_TRY(const auto loaded, load_sample(config_path, people, terminal));
  const auto& config = *loaded.config;
  Director director(terminal, people, spec.rounds);
  FL_TRY(auto live, LiveRun::open(context, {.loaded = loaded,
                                            .gate = decide_gate(config.gate, "1", "local"),
                                            .observer = director,
                                            .progress_every = kProgressEvery}));
  DemoOutcome outcome;
  outcome.folder = live->folder();
  outcome.contract = inputs + "/" + std::string(kContractName);
  outcome.planted = config.redaction.canaries.size();
  terminal.say(fmt::format("  config     {}", config_path));
  terminal.say(fmt::format("  contract   {}", outcome.contract));
  terminal.say(fmt::format("  run        {}  seed {}", outcome.folder, config.run.seed));
  terminal.say(
      fmt::format("  gate       open: the demo sets {}=1 and the environment 'local' "
                  "for itself; `faultline run` leaves that to you",
                  config.gate.flag));
  terminal.say(listening_line(config.listeners.front(), live->addresses().front()));
  terminal.say("");

  Client client(context.clock, live->addresses().front());
  director.attach(client, config.phases);
  live->serve();
  outcome.client = client.finish();
  FL_TRY(auto concluded, live->conclude());
  outcome.result = std::move(concluded.result);
  outcome.verdict = std::move(concluded.verdict);
  return outcome;
}

namespace {

bool is_planted_bug(const run::Finding& finding) {
  const auto& violation = finding.violation;
  return finding.cause == run::Cause::Natural && violation.operation == "POST /checkout" &&
         violation.direction == Direction::Response && violation.pointer_template == "/total" &&
         violation.keyword == "type";
}

}  // namespace

std::vector<std::string> deviations(const DemoOutcome& outcome) {
  std::vector<std::string> found;
  const auto& result = outcome.result;
  size_t planted = 0;
  size_t others = 0;
  for (const auto& finding : result.findings) {
    if (is_planted_bug(finding)) {
      ++planted;
    } else if (finding.cause != run::Cause::Injected) {
      ++others;
    }
  }
  if (planted != 1) found.emplace_back("the shop's bug (total of POST /checkout) was not found");
  if (others != 0) found.push_back(fmt::format("findings nobody planted: {}", others));
  for (const auto& rule : result.rules) {
    if (rule.applied == 0) found.push_back(fmt::format("rule {} never fired", rule.name));
  }
  for (const auto& reason : outcome.verdict.reasons) {
    if (reason.code != "findings") found.push_back(reason.text);
  }
  if (!result.proof) found.emplace_back("the run folder was not scanned for personal data");
  if (const auto lost = outcome.client.by_status.find(0); lost != outcome.client.by_status.end()) {
    found.push_back(fmt::format("{} requests had no answer", lost->second));
  }
  return found;
}

}  // namespace faultline::cli::demo
