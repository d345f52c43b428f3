// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/cli/run_wiring.h"

#include <fmt/core.h>

#include <utility>

namespace faultline::cli {
namespace {

std::string_view protocol_name(rules::Protocol protocol) {
  return protocol == rules::Protocol::Http ? "http" : "tcp";
}

std::optional<std::string_view> as_view(const std::optional<std::string>& text) {
  return text ? std::optional<std::string_view>(*text) : std::nullopt;
}

}  // namespace

GateDecision decide_gate(const rules::GateConfig& config,
                         const std::optional<std::string>& flag_value,
                         const std::string& environment) {
  GateDecision gate;
  const auto name =
      environment.empty() ? std::nullopt : std::optional<std::string_view>(environment);
  gate.state = rules::evaluate_gate(config, as_view(flag_value), name);
  // With any environment allowed only the flag is left to decide.
  const rules::GateConfig flag_only{config.flag, {"-"}};
  gate.info.flag = config.flag;
  gate.info.is_flag_on = rules::evaluate_gate(flag_only, as_view(flag_value), "-").open;
  gate.info.environment = environment;
  gate.info.is_open = gate.state.open;
  if (!gate.state.open) gate.info.reason = gate.state.reason;
  return gate;
}

std::string listening_line(const rules::ListenerConfig& listener, const HostPort& address) {
  return fmt::format("listening {} {}://{} -> {}://{}", listener.name,
                     protocol_name(listener.protocol), format_host_port(address),
                     listener.upstream.scheme, format_host_port(listener.upstream.address));
}

Result<std::unique_ptr<LiveRun>> LiveRun::open(const Context& context, Spec spec) {
  std::unique_ptr<LiveRun> live(new LiveRun(context, std::move(spec)));
  const auto& config = *live->spec_.loaded.config;
  FL_TRY(live->session_, RunSession::open(context, {.artifacts = config.run.artifacts,
                                                    .config = config,
                                                    .gate = live->spec_.gate.info,
                                                    .has_access_log = config.access_log,
                                                    .has_traces = config.traces}));
  if (auto status = live->bind(); !status) {
    live->session_->discard();
    return fail(std::move(status.error()));
  }
  return live;
}

Status LiveRun::bind() {
  const auto& config = *spec_.loaded.config;
  std::unique_ptr<mirror::Pipeline> pipeline;
  if (config.mirror.enabled) {
    FL_TRY(pipeline, session_->make_pipeline());
    contracts::CoverageRecord coverage;
    for (const auto& set : spec_.loaded.contracts) {
      for (const auto& contract : set->contracts()) coverage.add(contract);
    }
    pipeline->record(std::move(coverage));
  }
  FL_TRY(app_, server::App::create({.clock = context_.clock,
                                    .events = session_->events(),
                                    .state = session_->state(),
                                    .observer = spec_.observer,
                                    .loaded = spec_.loaded,
                                    .is_gate_open = spec_.gate.state.open,
                                    .seed = config.run.seed,
                                    .pipeline = std::move(pipeline),
                                    .run_for = spec_.run_for,
                                    .drain_timeout = spec_.drain_timeout,
                                    .progress_every = spec_.progress_every,
                                    .handles_signals = true,
                                    .config_path = spec_.config_path,
                                    .reload = spec_.reload}));
  if (config.control.listen) {
    FL_TRY(control_,
           control::ControlServer::open(
               {.loop = app_->control_loop(), .source = *app_, .listen = *config.control.listen}));
  }
  auto& counters = session_->state().counters;
  for (size_t i = 0; i < config.listeners.size(); ++i) {
    for (const auto& contract : spec_.loaded.contracts[i]->contracts()) {
      for (const auto& operation : contract->operations()) {
        counters.declare_operation(config.listeners[i].name, operation);
      }
    }
  }
  return {};
}

server::StopReason LiveRun::serve() { return stop_reason_ = app_->run(); }

void LiveRun::describe(run::RunResult& result) const {
  const auto& snapshot = app_->snapshot();
  const auto& config = *snapshot.config;
  if (const auto address = control_address()) result.control_address = format_host_port(*address);
  for (size_t i = 0; i < config.listeners.size(); ++i) {
    const auto& listener = config.listeners[i];
    run::ListenerInfo info{listener.name,
                           std::string(protocol_name(listener.protocol)),
                           format_host_port(app_->real_address(i)),
                           format_host_port(listener.upstream.address),
                           {}};
    for (const auto& contract : listener.contracts) info.contracts.push_back(contract.path);
    result.listeners.push_back(std::move(info));
    for (const auto& contract : snapshot.contracts[i]->contracts()) {
      result.contracts.push_back({contract->file(), contract->description(),
                                  contract->operations().size(), contract->load_warnings().size()});
    }
  }
}

run::RunEnd LiveRun::end_of_run() const {
  // A signal ends an open-ended run in order; it cuts one that had an end of its own.
  const bool has_own_end = spec_.run_for || !spec_.loaded.config->phases.empty();
  switch (stop_reason_) {
    case server::StopReason::Finished:
      return run::RunEnd::Complete;
    case server::StopReason::Terminated:
      return has_own_end ? run::RunEnd::Terminated : run::RunEnd::Complete;
    case server::StopReason::Interrupted:
      return has_own_end ? run::RunEnd::Interrupted : run::RunEnd::Complete;
    case server::StopReason::DrainCut:
      return run::RunEnd::Interrupted;
  }
  return run::RunEnd::Complete;
}

Result<LiveRun::Outcome> LiveRun::conclude() {
  const auto& config = *spec_.loaded.config;
  Outcome outcome;
  auto& result = outcome.result;
  result.length = context_.clock.now() - app_->started();
  result.end = end_of_run();
  describe(result);
  result.is_checking = !result.contracts.empty() && config.mirror.enabled;
  app_->finish_into(result);
  FL_TRY(outcome.verdict, session_->finish(result));
  return outcome;
}

}  // namespace faultline::cli
