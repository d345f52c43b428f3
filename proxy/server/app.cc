// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/server/app.h"

#include "proxy/base/text.h"

#include <fmt/core.h>

#include <algorithm>
#include <csignal>
#include <thread>
#include <utility>

namespace faultline::server {
namespace {

uint32_t worker_count(const rules::Config& config) {
  if (config.workers != 0) return config.workers;
  const unsigned cores = std::thread::hardware_concurrency();
  return cores > 2 ? cores - 1 : 1;
}

mirror::TeeMode tee_mode(const rules::Config& config) {
  return config.mirror.mode == rules::MirrorMode::Lossless ? mirror::TeeMode::Lossless
                                                           : mirror::TeeMode::Lossy;
}

}  // namespace

App::App(Options options)
    : options_(std::move(options)),
      control_(options_.clock.now()),
      loop_(options_.clock),
      phases_(*options_.loaded.config),
      collector_(loop_, workers_) {
  snapshot_ = make_snapshot(options_.loaded.config, {.contracts = options_.loaded.contracts,
                                                     .is_gate_open = options_.is_gate_open,
                                                     .seed = options_.seed,
                                                     .previous = nullptr});
}

App::~App() {
  workers_.clear();
  analysis_.reset();
}

Result<std::unique_ptr<App>> App::create(Options options) {
  FL_CHECK_OK(io::Loop::probe_descriptors(worker_count(*options.loaded.config) + 1));
  std::unique_ptr<App> app(new App(std::move(options)));
  FL_CHECK_OK(app->bind());
  // Before anyone is told that it listens: a signal from then on must drain, not kill.
  app->watch();
  return app;
}

Status App::bind() {
  const auto& config = *snapshot_->config;
  const bool mirrors = options_.pipeline != nullptr;
  for (size_t i = 0; i < config.listeners.size(); ++i) {
    shared_.push_back(std::make_unique<ListenerShared>(proxy_shared_));
  }
  std::vector<mirror::Tee*> tees;
  for (uint32_t i = 0; i < worker_count(config); ++i) {
    Worker::Options options{.index = i,
                            .clock = options_.clock,
                            .control = control_,
                            .events = options_.events,
                            .tee = nullptr,
                            .capture_bytes = config.mirror.capture_bytes,
                            .snapshot = snapshot_,
                            .shared = {}};
    for (const auto& shared : shared_) options.shared.push_back(shared.get());
    if (mirrors) {
      tees_.push_back(std::make_unique<mirror::Tee>(tee_mode(config), doorbell_));
      options.tee = tees_.back().get();
      tees.push_back(options.tee);
    }
    workers_.push_back(std::make_unique<Worker>(options));
  }
  for (uint32_t i = 0; i < config.listeners.size(); ++i) {
    HostPort address = config.listeners[i].listen;
    // SO_REUSEPORT would let a second process of this user share the port without a word.
    if (address.port != 0) {
      auto probed = loop_.probe_listen(address);
      if (!probed) return fail(std::move(probed.error()));
    }
    for (auto& worker : workers_) {
      auto real = worker->listen(i, address);
      if (!real) return fail(std::move(real.error()));
      address = *real;
    }
    addresses_.push_back(address);
  }
  real_addresses_ = addresses_;
  if (mirrors) {
    analysis_ = std::make_unique<mirror::Analysis>(std::move(options_.pipeline), doorbell_,
                                                   std::move(tees));
  }
  return {};
}

StopReason App::run() {
  emit("run", {{"action", "\"started\""}, {"seed", std::to_string(options_.seed)}});
  if (analysis_) analysis_->start();
  for (auto& worker : workers_) worker->start();
  is_serving_ = true;
  schedule_phases();
  report_progress();
  if (const auto limit = snapshot_->config->overload.memory) {
    overload_.emplace(*limit);
    look_at_memory();
  }
  loop_.run();
  for (auto& worker : workers_) worker->stop();
  if (analysis_) analysis_->stop();
  // What came home after its worker had ended still holds blocks of that worker.
  for (auto& tee : tees_) tee->collect();
  watcher_.reset();
  signals_.clear();
  emit("run", {{"action", "\"stopped\""}});
  return stop_reason_;
}

void App::schedule_phases() {
  const auto at = [this](Duration when, std::function<void()> call) {
    const Duration elapsed = options_.clock.now() - control_.start();
    timers_.push_back(
        loop_.call_after(std::max(Duration(0), when - elapsed), std::move(call), true));
  };
  for (uint32_t i = 0; i < phases_.phase_count(); ++i) {
    at(phases_.start_of(i), [this, i] { enter_phase(i); });
  }
  if (phases_.has_phases()) {
    at(phases_.total(), [this] { enter_phase(phases_.phase_count()); });
  }
  if (options_.run_for) {
    at(*options_.run_for, [this] { begin_drain("time is up", StopReason::Finished); });
  } else if (phases_.has_phases()) {
    at(phases_.total(), [this] { begin_drain("scenario complete", StopReason::Finished); });
  }
}

void App::enter_phase(uint32_t phase) {
  control_.set_phase(phase);
  for (auto& worker : workers_) worker->follow_phase();
  const auto& phases = snapshot_->config->phases;
  const std::string name = phase < phases.size() ? phases[phase].name : "end";
  emit("phase", {{"name", json_quote(name)}, {"index", std::to_string(phase)}});
  if (phase < phases.size()) {
    options_.observer.on_phase(name, phase, phases_.phase_count());
  }
}

void App::watch() {
  if (options_.handles_signals) {
    for (const int signal : {SIGINT, SIGTERM}) {
      signals_.push_back(loop_.watch_signal(signal, [this, signal] { on_stop_signal(signal); }));
    }
    signals_.push_back(loop_.watch_signal(SIGHUP, [this] { reload_soon(); }));
  }
  if (!options_.config_path.empty() && options_.reload) {
    watcher_ = loop_.watch_file(options_.config_path, [this] { reload_soon(); });
  }
}

void App::on_stop_signal(int signal) {
  if (is_draining_) {
    // A person who asks twice means now. A second SIGTERM adds nothing: the drain is bounded.
    if (signal == SIGTERM) return;
    stop_reason_ = StopReason::DrainCut;
    loop_.stop();
    return;
  }
  begin_drain("signal", signal == SIGINT ? StopReason::Interrupted : StopReason::Terminated);
}

// One reload for all that asked since the loop last looked: a storm of SIGHUP must not keep the
// control thread from SIGTERM and the probes.
void App::reload_soon() {
  if (std::exchange(is_reload_due_, true)) return;
  loop_.call_soon([this] {
    is_reload_due_ = false;
    reload();
  });
}

void App::request_stop() {
  loop_.post([this] { begin_drain("stop requested", StopReason::Finished); });
}

void App::request_reload() {
  loop_.post([this] { reload_soon(); });
}

void App::begin_drain(std::string_view reason, StopReason why) {
  if (std::exchange(is_draining_, true)) return;
  stop_reason_ = why;
  timers_.clear();
  progress_timer_.cancel();
  options_.observer.on_draining(reason);
  emit("run", {{"action", "\"draining\""}, {"reason", json_quote(reason)}});
  // Readiness fails from here on. Who asks for a grace keeps its listeners open for so long, until
  // whoever sends the traffic has seen that.
  const auto& control = snapshot_->config->control;
  if (control.listen && control.drain_grace > Duration(0)) {
    grace_timer_ = loop_.call_after(control.drain_grace, [this] { drain_workers(); });
  } else {
    drain_workers();
  }
}

void App::drain_workers() {
  draining_workers_ = workers_.size();
  for (auto& worker : workers_) {
    worker->drain(options_.drain_timeout, [this] {
      loop_.post([this] {
        if (--draining_workers_ == 0) loop_.stop();
      });
    });
  }
}

Readiness App::readiness() const noexcept {
  if (is_draining_) return Readiness::Draining;
  return is_serving_ ? Readiness::Ready : Readiness::Starting;
}

void App::collect(std::function<void(const LiveStats&)> on_done) {
  auto stats = std::make_shared<LiveStats>();  // shared: a callback must be copyable
  stats->rules = snapshot_->decisions->counters();
  stats->traffic = options_.state.counters.traffic();
  stats->findings = options_.state.findings.tally();
  collector_.collect([this, stats, on_done = std::move(on_done)](
                         const std::vector<WorkerReport>& reports, size_t stale) {
    stats->snapshot = snapshot_;
    stats->readiness = readiness();
    stats->reloads_applied = reloads_applied_;
    stats->reloads_refused = reloads_refused_;
    stats->workers = reports;
    stats->stale_workers = stale;
    on_done(*stats);
  });
}

void App::look_at_memory() {
  const uint64_t used = options_.used_memory();
  const Pressure before = control_.pressure();
  const Pressure pressure = overload_->look(used);
  if (pressure != before) {
    control_.set_pressure(pressure);
    emit("overload",
         {{"pressure", json_quote(pressure_name(pressure))}, {"used_bytes", std::to_string(used)}});
    if (before == Pressure::None) {
      for (auto& worker : workers_) worker->close_idle();
    }
  }
  memory_timer_ = loop_.call_after(limits::kMemoryLook, [this] { look_at_memory(); });
}

void App::report_progress() {
  Progress progress;
  progress.elapsed = options_.clock.now() - control_.start();
  const auto& phases = snapshot_->config->phases;
  const uint32_t phase = control_.phase();
  if (phase < phases.size()) progress.phase = phases[phase].name;
  for (const auto& rule : snapshot_->decisions->counters()) progress.faults += rule.applied;
  progress.findings = options_.state.findings.size();
  for (const auto& worker : workers_) progress.exchanges += worker->exchanges_seen();
  options_.observer.on_progress(progress);
  progress_timer_ = loop_.call_after(options_.progress_every, [this] { report_progress(); });
}

void App::emit(std::string_view kind,
               std::vector<std::pair<std::string_view, std::string>> fields) {
  Event event;
  event.kind = kind;
  event.time = options_.clock.now();
  event.fields = std::move(fields);
  options_.events.emit(std::move(event));
}

void App::account_traffic() const {
  auto& counters = options_.state.counters;
  for (const auto& tee : tees_) {
    counters.add_seen("http", tee->seen());
    for (const auto& [reason, count] : tee->dropped()) {
      counters.add_dropped("http", reason, count);
    }
  }
  for (const auto& worker : workers_) {
    const WorkerStats& stats = worker->stats();
    if (stats.tcp_connections != 0) {
      counters.add_seen("tcp", stats.tcp_connections);
      counters.add_skipped("tcp", "no contract for tcp", stats.tcp_connections);
    }
    const uint64_t exchanges = stats.exchanges_ended.load(std::memory_order_relaxed);
    if (tees_.empty() && exchanges != 0) {
      counters.add_seen("http", exchanges);
      counters.add_skipped("http", "mirror off", exchanges);
    }
    for (const auto& [key, count] : stats.errors) {
      const auto side = key.first == "downstream" ? run::ErrorSide::Downstream
                        : key.first == "upstream" ? run::ErrorSide::Upstream
                                                  : run::ErrorSide::Proxy;
      counters.add_error(side, key.second, count);
    }
    if (worker->accept_errors() != 0) {
      counters.add_error(run::ErrorSide::Proxy, "accept", worker->accept_errors());
    }
  }
}

void App::finish_into(run::RunResult& result) const {
  account_traffic();
  if (analysis_) {
    analysis_->pipeline().finish();
    result.exchanges_analysed = analysis_->pipeline().exchanges();
    const auto& coverage = analysis_->pipeline().coverage();
    if (!coverage.entries().empty()) result.points = run::count_points(coverage);
  }
  options_.state.finish_into(result);
  const auto& config = *snapshot_->config;
  std::vector<run::PhaseTally> tallies;
  for (const auto& worker : workers_) {
    const auto& phases = worker->stats().phases;
    if (tallies.size() < phases.size()) tallies.resize(phases.size());
    for (size_t i = 0; i < phases.size(); ++i) tallies[i].merge(phases[i]);
  }
  for (size_t i = 0; i < std::max(tallies.size(), config.phases.size()); ++i) {
    const std::string name = phase_name(config, i);
    result.phases.push_back(i < tallies.size() ? tallies[i].stats(name)
                                               : run::PhaseTally().stats(name));
  }
  const auto counters = snapshot_->decisions->counters();
  for (size_t i = 0; i < counters.size(); ++i) {
    const auto& rule = counters[i];
    run::RuleStats stats;
    stats.name = rule.rule;
    stats.scope = rules::scope_kind_name(rule.kind);
    stats.matched = rule.matched;
    stats.drawn = rule.drawn;
    stats.applied = rule.applied;
    stats.overflow = rule.overflow;
    for (size_t r = 0; r < rules::kBypassReasons; ++r) {
      if (rule.bypassed[r] == 0) continue;
      stats.bypassed.emplace(rules::bypass_reason_name(static_cast<rules::BypassReason>(r)),
                             rule.bypassed[r]);
    }
    if (i < config.rules.size()) {
      stats.fault = rules::fault_name(config.rules[i].fault);
      stats.expect = config.rules[i].expect;
    }
    result.rules.push_back(std::move(stats));
  }
}

}  // namespace faultline::server
