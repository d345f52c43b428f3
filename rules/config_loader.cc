// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/config_loader.h"

#include "proxy/base/limits.h"
#include "proxy/yaml/document.h"
#include "rules/canonical.h"
#include "rules/load_parts.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>

namespace faultline::rules {
namespace {

constexpr Range<Duration> kPhaseRange{std::chrono::milliseconds(1), std::chrono::hours(24 * 30)};
constexpr Range<uint64_t> kCaptureRange{1024, 64ULL * 1024 * 1024};
constexpr uint64_t kWorkersMax = 1024;

void load_version(ObjectReader& root) {
  const auto version = root.integer("version", {0, UINT64_MAX});
  if (!version || *version == 1) return;
  root.context().error("FL0101", root.value_span("version"),
                       fmt::format("version {} is not known", *version), "this program knows 1");
}

void load_run(ObjectReader& root, RunConfig& run) {
  auto reader = root.object("run");
  if (!reader) return;
  if (auto name = reader->name("name")) run.name = std::move(*name);
  if (const auto seed = reader->integer("seed", {0, UINT64_MAX})) {
    run.seed = *seed;
    run.has_seed = true;
  }
  if (auto folder = reader->text("artifacts")) {
    if (folder->text.empty()) {
      reader->context().error("FL0118", *folder, "'artifacts' is empty", "no folder");
    }
    run.artifacts = std::move(folder->text);
  }
}

void load_total_limits(ObjectReader& root, Config& config) {
  auto& total = config.limits;
  // A listener that was given more has it, unless the total is written.
  for (const ListenerConfig& listener : config.listeners) {
    total.connections = std::max(total.connections, listener.limits.connections);
  }
  if (auto reader = root.object("limits")) {
    total.connections = reader->integer("connections", kLimitRange).value_or(total.connections);
  }
}

constexpr Range<uint64_t> kMemoryRange{16ULL * 1024 * 1024, 1ULL << 50U};

void load_overload(ObjectReader& root, OverloadConfig& overload) {
  if (auto reader = root.object("overload")) {
    overload.memory = reader->byte_size("memory", kMemoryRange);
  }
}

void load_gate(ObjectReader& root, GateConfig& gate) {
  auto reader = root.object("gate");
  if (!reader) return;
  if (auto flag = reader->text("flag")) {
    const bool is_name =
        !flag->text.empty() && flag->text.find_first_of("= \t\r\n") == std::string::npos;
    if (!is_name) {
      reader->context().error("FL0118", *flag,
                              fmt::format("{} is not the name of a variable", flag->shown()),
                              "not a variable");
    }
    gate.flag = std::move(flag->text);
  }
  if (!reader->has("environments")) return;
  gate.environments.clear();
  for (auto& name : reader->texts("environments")) {
    if (name.text.empty()) {
      reader->context().error("FL0118", name, "the name of an environment is empty", "no name");
    }
    gate.environments.push_back(std::move(name.text));
  }
}

void load_phase(ObjectReader& reader, const std::vector<std::string_view>& rules,
                PhaseConfig& phase) {
  phase.length = reader.duration("for", kPhaseRange).value_or(kPhaseRange.low);
  for (auto& rule : reader.texts("rules")) {
    if (!check_reference(reader.context(), rule, "rule", rules)) continue;
    if (std::find(phase.rules.begin(), phase.rules.end(), rule.text) == phase.rules.end()) {
      phase.rules.push_back(std::move(rule.text));
    }
  }
}

void warn_never_armed(LoadContext& context, const Config& config) {
  for (const auto& rule : config.rules) {
    const bool is_armed =
        std::any_of(config.phases.begin(), config.phases.end(), [&rule](const PhaseConfig& phase) {
          return std::find(phase.rules.begin(), phase.rules.end(), rule.name) != phase.rules.end();
        });
    if (is_armed || rule.name.empty()) continue;
    context.warning("FL0120", rule.span, fmt::format("no phase arms rule '{}'", rule.name),
                    "never armed");
  }
}

void load_scenario(ObjectReader& root, Config& config) {
  auto scenario = root.object("scenario");
  if (!scenario) return;
  auto& context = root.context();
  const auto values = scenario->objects("phases");
  if (values.empty() && scenario->has("phases") && scenario->value("phases")->size() == 0) {
    context.error("FL0119", scenario->value_span("phases"), "there is no phase",
                  "at least one is needed");
  }
  const auto rules = names_of(config.rules);
  NameRegister names("phase");
  for (const auto value : values) {
    ObjectReader reader(context, value, "phase");
    PhaseConfig phase;
    if (auto name = reader.name("name")) {
      phase.name = std::move(*name);
      names.add(context, phase.name, reader.value_span("name"));
    }
    load_phase(reader, rules, phase);
    config.phases.push_back(std::move(phase));
  }
  // With errors about, a name may be missing only because it is misspelt.
  if (!config.phases.empty() && !context.has_errors()) warn_never_armed(context, config);
}

void load_mirror(ObjectReader& root, MirrorConfig& mirror) {
  mirror.capture_bytes = limits::kCaptureBytes;
  auto reader = root.object("mirror");
  if (!reader) return;
  const auto mode = reader->choice("mode");
  mirror.enabled = mode != 2U;
  mirror.mode = mode == 1U ? MirrorMode::Lossy : MirrorMode::Lossless;
  mirror.capture_bytes = reader->byte_size("capture", kCaptureRange).value_or(mirror.capture_bytes);
}

void load_report(ObjectReader& root, ReportConfig& report) {
  auto reader = root.object("report");
  if (!reader) return;
  if (reader->has("formats")) {
    const auto words = words_of(*find_field("report", "formats"));
    report.formats.clear();
    for (const size_t index : reader->choices("formats")) report.formats.emplace_back(words[index]);
  }
  if (const auto level = reader->choice("fail_on")) report.fail_on = static_cast<FailOn>(*level);
}

Config load_all(LoadContext& context, json::Value value) {
  Config config;
  config.source_name = context.file()->name();
  ObjectReader root(context, value, "");
  load_version(root);
  load_run(root, config.run);
  load_gate(root, config.gate);
  if (const auto workers = root.integer("workers", {0, kWorkersMax})) {
    config.workers = static_cast<uint32_t>(*workers);
  }
  load_listeners(root, config);
  load_rules(root, config);
  load_scenario(root, config);
  load_mirror(root, config.mirror);
  load_redaction(root, config.redaction);
  load_report(root, config.report);
  load_control(root, config);
  load_overload(root, config.overload);
  load_total_limits(root, config);
  load_logs(root, config);
  return config;
}

}  // namespace

void NameRegister::add(LoadContext& context, const std::string& name, SourceSpan span) {
  const auto [earlier, is_new] = names_.emplace(name, span);
  if (is_new) return;
  auto& d = context.error("FL0108", span, fmt::format("two {}s are named '{}'", noun_, name),
                          "again here");
  d.secondary.push_back({earlier->second, "first here"});
}

bool check_reference(LoadContext& context, const Scalar& name, std::string_view noun,
                     const std::vector<std::string_view>& known) {
  if (std::find(known.begin(), known.end(), name.text) != known.end()) return true;
  auto& d = context.error("FL0109", name, fmt::format("unknown {} {}", noun, name.shown()),
                          fmt::format("not a {}", noun));
  d.notes.push_back(known.empty() ? fmt::format("there are no {}s", noun)
                                  : fmt::format("{}s are {}", noun, joined(known)));
  suggest(d, name.text, known);
  return false;
}

LoadOutcome load_config(const SourceFilePtr& file, const EnvironmentLookup& environment) {
  LoadOutcome outcome;
  const auto document = yaml::load(file);
  if (!document) {
    outcome.diagnostics = document.error();
    return outcome;
  }
  LoadContext context(file, environment);
  auto config = load_all(context, document->root());
  config.secrets = context.secrets();
  const bool is_good = !context.has_errors();
  outcome.diagnostics = context.take_diagnostics();
  if (!is_good) return outcome;
  config.hash = config_hash(config);
  outcome.config = std::move(config);
  return outcome;
}

Config config_for_upstream(const UpstreamUri& upstream, std::vector<ContractRef> contracts) {
  Config config;
  ListenerConfig listener;
  listener.name = "upstream";
  listener.listen = {"127.0.0.1", 0};
  listener.protocol = upstream.scheme == "http" ? Protocol::Http : Protocol::Tcp;
  listener.upstream = upstream;
  listener.contracts = std::move(contracts);
  listener.timeouts = {limits::kConnectTimeout, limits::kHeadTimeout, limits::kStreamIdleTimeout,
                       limits::kKeepAliveTimeout};
  config.listeners.push_back(std::move(listener));
  config.mirror.capture_bytes = limits::kCaptureBytes;
  config.hash = config_hash(config);
  return config;
}

std::string resolve_path(std::string_view from, std::string_view path) {
  if (!path.empty() && path.front() == '/') return std::string(path);
  while (path.substr(0, 2) == "./") path.remove_prefix(2);
  const size_t slash = from.rfind('/');
  if (slash == std::string_view::npos) return std::string(path);
  return fmt::format("{}/{}", from.substr(0, slash), path);
}

}  // namespace faultline::rules
