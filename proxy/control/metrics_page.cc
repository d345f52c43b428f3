// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/control/metrics_page.h"

#include "proxy/metrics/exposition.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>

namespace faultline::control {
namespace {

using metrics::Exposition;
using metrics::MetricType;
using server::ListenerCounts;
using server::LiveStats;
using server::WorkerReport;

constexpr std::array<Duration, 16> kDurationEdges{
    std::chrono::microseconds(500), std::chrono::milliseconds(1),   std::chrono::microseconds(2500),
    std::chrono::milliseconds(5),   std::chrono::milliseconds(10),  std::chrono::milliseconds(25),
    std::chrono::milliseconds(50),  std::chrono::milliseconds(100), std::chrono::milliseconds(250),
    std::chrono::milliseconds(500), std::chrono::seconds(1),        std::chrono::milliseconds(2500),
    std::chrono::seconds(5),        std::chrono::seconds(10),       std::chrono::seconds(30),
    std::chrono::seconds(60)};
// What faultline itself costs is far smaller.
constexpr std::array<Duration, 12> kAddedEdges{
    std::chrono::microseconds(10),  std::chrono::microseconds(25),   std::chrono::microseconds(50),
    std::chrono::microseconds(100), std::chrono::microseconds(250),  std::chrono::microseconds(500),
    std::chrono::milliseconds(1),   std::chrono::microseconds(2500), std::chrono::milliseconds(5),
    std::chrono::milliseconds(10),  std::chrono::milliseconds(100),  std::chrono::seconds(1)};

template <typename Get>
uint64_t sum(const LiveStats& stats, Get get) {
  uint64_t total = 0;
  for (const WorkerReport& worker : stats.workers) total += std::invoke(get, worker);
  return total;
}

std::string version_of(const MetricsInputs& inputs, std::string_view name) {
  for (const auto& [known, version] : inputs.versions) {
    if (known == name) return version;
  }
  return "";
}

void write_build(Exposition& out, const MetricsInputs& inputs) {
  out.family("faultline_build_info", "The build, as labels; always 1.", MetricType::Gauge);
  out.sample({{"version", version_of(inputs, "faultline")},
              {"compiler", version_of(inputs, "compiler")},
              {"build_type", version_of(inputs, "build_type")}},
             uint64_t{1});
}

void write_state(Exposition& out, const LiveStats& stats) {
  const auto flag = [](bool is_set) { return uint64_t{is_set ? 1U : 0U}; };
  out.family("faultline_ready", "1 while the proxy takes traffic.", MetricType::Gauge);
  out.sample({}, flag(stats.readiness == server::Readiness::Ready));
  out.family("faultline_draining", "1 once the drain has begun.", MetricType::Gauge);
  out.sample({}, flag(stats.readiness == server::Readiness::Draining));
  out.family("faultline_gate_open", "1 when faults may be armed.", MetricType::Gauge);
  out.sample({}, flag(stats.snapshot->is_gate_open));
  out.family("faultline_config_generation", "The configuration in force, counted from 1.",
             MetricType::Gauge);
  out.sample({}, stats.snapshot->generation);
  out.family("faultline_config_reloads_total", "Reloads of the configuration.",
             MetricType::Counter);
  out.sample({{"result", "applied"}}, stats.reloads_applied);
  out.sample({{"result", "refused"}}, stats.reloads_refused);
  out.family("faultline_workers", "Threads that move bytes.", MetricType::Gauge);
  out.sample({}, uint64_t{stats.workers.size()});
  out.family("faultline_stale_workers",
             "Workers that did not answer in time; their last counts stand for them.",
             MetricType::Gauge);
  out.sample({}, stats.stale_workers);
}

// The counts of each listener of the configuration, over all workers.
std::vector<ListenerCounts> counts_by_listener(const LiveStats& stats) {
  std::vector<ListenerCounts> all(stats.snapshot->config->listeners.size());
  for (const WorkerReport& worker : stats.workers) {
    const auto& listeners = worker.counts.listeners;
    for (size_t i = 0; i < std::min(all.size(), listeners.size()); ++i) {
      all[i].connections_accepted += listeners[i].connections_accepted;
      all[i].connections_closed += listeners[i].connections_closed;
      all[i].connections_refused += listeners[i].connections_refused;
      all[i].exchanges_started += listeners[i].exchanges_started;
      all[i].exchanges_completed += listeners[i].exchanges_completed;
      all[i].exchanges_aborted += listeners[i].exchanges_aborted;
    }
  }
  return all;
}

void write_listeners(Exposition& out, const LiveStats& stats) {
  const auto counts = counts_by_listener(stats);
  const auto& listeners = stats.snapshot->config->listeners;
  const auto each = [&](auto get) {
    for (size_t i = 0; i < counts.size(); ++i) {
      out.sample({{"listener", listeners[i].name}}, std::invoke(get, counts[i]));
    }
  };
  out.family("faultline_connections_accepted_total", "Client connections accepted.",
             MetricType::Counter);
  each(&ListenerCounts::connections_accepted);
  out.family("faultline_connections_refused_total",
             "Client connections closed at once: over a limit, or memory is short.",
             MetricType::Counter);
  each(&ListenerCounts::connections_refused);
  out.family("faultline_connections_open", "Client connections open now.", MetricType::Gauge);
  each([](const ListenerCounts& c) { return c.connections_accepted - c.connections_closed; });
  out.family("faultline_exchanges_started_total",
             "Requests whose head was complete; for tcp: connections.", MetricType::Counter);
  each(&ListenerCounts::exchanges_started);
  out.family("faultline_exchanges_completed_total",
             "Exchanges whose answer the client got as a whole.", MetricType::Counter);
  each(&ListenerCounts::exchanges_completed);
  out.family("faultline_exchanges_aborted_total", "Exchanges that ended without a whole answer.",
             MetricType::Counter);
  each(&ListenerCounts::exchanges_aborted);
  out.family("faultline_accept_errors_total",
             "Connections lost in accept(), as for want of a "
             "descriptor.",
             MetricType::Counter);
  out.sample({}, sum(stats, &WorkerReport::accept_errors));
}

// Merged over the workers, by name: what follows the scenario may share its name with a phase.
std::vector<std::pair<std::string, run::PhaseTally>> phases_of(const LiveStats& stats) {
  std::vector<std::pair<std::string, run::PhaseTally>> phases;
  const auto tally_of = [&phases](const std::string& name) -> run::PhaseTally& {
    for (auto& [known, tally] : phases) {
      if (known == name) return tally;
    }
    return phases.emplace_back(name, run::PhaseTally()).second;
  };
  const auto& config = *stats.snapshot->config;
  for (const auto& phase : config.phases) tally_of(phase.name);
  for (const WorkerReport& worker : stats.workers) {
    for (size_t i = 0; i < worker.counts.phases.size(); ++i) {
      tally_of(server::phase_name(config, i)).merge(worker.counts.phases[i]);
    }
  }
  return phases;
}

void write_phases(Exposition& out, const LiveStats& stats) {
  constexpr std::array<std::string_view, 6> kClasses{"none", "1xx", "2xx", "3xx", "4xx", "5xx"};
  const auto phases = phases_of(stats);
  out.family("faultline_responses_total",
             "Exchanges by the status that the client got; none: no answer, or tcp.",
             MetricType::Counter);
  for (const auto& [name, tally] : phases) {
    for (size_t i = 0; i < kClasses.size(); ++i) {
      out.sample({{"phase", name}, {"class", kClasses[i]}}, tally.by_class()[i]);
    }
  }
  out.family("faultline_exchange_duration_seconds",
             "From the head of the request to the last byte of the answer.", MetricType::Histogram);
  for (const auto& [name, tally] : phases) {
    out.histogram({{"phase", name}}, tally.latency(), kDurationEdges);
  }
  out.family("faultline_added_latency_seconds",
             "What faultline itself added: without the upstream and without injected delay.",
             MetricType::Histogram);
  for (const auto& [name, tally] : phases) {
    out.histogram({{"phase", name}}, tally.added(), kAddedEdges);
  }
  out.family("faultline_injected_delay_seconds_total", "Delay that faults added on purpose.",
             MetricType::Counter);
  for (const auto& [name, tally] : phases) {
    out.sample({{"phase", name}}, static_cast<double>(tally.injected_delay_total_ns()) / 1e9);
  }
}

void write_upstream(Exposition& out, const LiveStats& stats) {
  const auto total = [&](std::string_view name, std::string_view help,
                         uint64_t server::WorkerCounts::* count) {
    out.family(name, help, MetricType::Counter);
    out.sample({}, sum(stats, [count](const WorkerReport& w) { return w.counts.*count; }));
  };
  total("faultline_upstream_connects_total", "Connections begun to upstreams.",
        &server::WorkerCounts::upstream_connects);
  total("faultline_upstream_reuses_total", "Exchanges on a kept upstream connection.",
        &server::WorkerCounts::upstream_reuses);
  total("faultline_interim_responses_total", "Informational (1xx) responses relayed.",
        &server::WorkerCounts::interim_responses);
  total("faultline_fields_stripped_total", "Fields that may not be forwarded, removed.",
        &server::WorkerCounts::fields_stripped);
  total("faultline_upgrades_total", "Connections that became a tunnel after 101.",
        &server::WorkerCounts::upgrades);
  out.family("faultline_upstream_idle_connections", "Upstream connections kept for reuse now.",
             MetricType::Gauge);
  out.sample({}, sum(stats, &WorkerReport::idle_upstreams));
}

void write_errors(Exposition& out, const LiveStats& stats) {
  std::map<std::pair<std::string, std::string>, uint64_t> errors;
  for (const WorkerReport& worker : stats.workers) {
    for (const auto& [key, count] : worker.counts.errors) errors[key] += count;
  }
  out.family("faultline_errors_total", "Real errors, by the side that caused them.",
             MetricType::Counter);
  for (const auto& [key, count] : errors) {
    out.sample({{"side", key.first}, {"reason", key.second}}, count);
  }
}

// The fault of a rule by its name; a rule that a reload removed has none any more.
std::string_view fault_of(const rules::Config& config, std::string_view rule) {
  const auto found =
      std::find_if(config.rules.begin(), config.rules.end(),
                   [rule](const rules::RuleConfig& known) { return known.name == rule; });
  return found == config.rules.end() ? "removed" : rules::fault_name(found->fault);
}

void write_rules(Exposition& out, const LiveStats& stats) {
  const auto& config = *stats.snapshot->config;
  const auto each = [&](std::string_view name, std::string_view help,
                        uint64_t rules::RuleCounters::* count) {
    out.family(name, help, MetricType::Counter);
    for (const auto& rule : stats.rules) {
      out.sample({{"rule", rule.rule}, {"fault", fault_of(config, rule.rule)}}, rule.*count);
    }
  };
  each("faultline_rule_matched_total", "Matches of a rule while it was armed.",
       &rules::RuleCounters::matched);
  each("faultline_rule_drawn_total", "Matches for which the rule was to fire.",
       &rules::RuleCounters::drawn);
  each("faultline_rule_applied_total", "Faults that had an effect.", &rules::RuleCounters::applied);
  each("faultline_rule_overflow_total", "Faults that the budget of the rule refused.",
       &rules::RuleCounters::overflow);
  out.family("faultline_rule_bypassed_total", "Faults without effect, by reason.",
             MetricType::Counter);
  for (const auto& rule : stats.rules) {
    for (size_t i = 0; i < rules::kBypassReasons; ++i) {
      const auto reason = rules::bypass_reason_name(static_cast<rules::BypassReason>(i));
      out.sample({{"rule", rule.rule}, {"fault", fault_of(config, rule.rule)}, {"reason", reason}},
                 rule.bypassed[i]);
    }
  }
}

void write_analysis(Exposition& out, const LiveStats& stats) {
  out.family("faultline_findings", "Distinct findings kept now.", MetricType::Gauge);
  for (const auto cause : {run::Cause::Natural, run::Cause::Injected, run::Cause::Mixed}) {
    for (const auto severity :
         {contracts::Severity::Error, contracts::Severity::Warning, contracts::Severity::Note}) {
      const auto found = stats.findings.find({cause, severity});
      out.sample(
          {{"cause", run::cause_name(cause)}, {"severity", contracts::severity_name(severity)}},
          found == stats.findings.end() ? uint64_t{0} : found->second);
    }
  }
  out.family("faultline_mirror_messages_seen_total", "Messages that were to be mirrored.",
             MetricType::Counter);
  out.sample({}, sum(stats, &WorkerReport::mirror_seen));
  const auto by_reason = [&](std::string_view name, std::string_view help, std::string_view label,
                             run::CountsByName run::Accounting::* counts) {
    out.family(name, help, MetricType::Counter);
    for (const auto& [protocol, accounting] : stats.traffic) {
      for (const auto& [reason, count] : accounting.*counts) {
        out.sample({{"protocol", protocol}, {label, reason}}, count);
      }
    }
  };
  by_reason("faultline_mirror_messages_checked_total", "Messages checked against a contract.",
            "verdict", &run::Accounting::checked);
  by_reason("faultline_mirror_messages_skipped_total", "Messages that were not to be checked.",
            "reason", &run::Accounting::skipped);
  run::CountsByName dropped;
  for (const WorkerReport& worker : stats.workers) {
    for (const auto& [reason, count] : worker.mirror_dropped) dropped[reason] += count;
  }
  out.family("faultline_mirror_messages_dropped_total", "Messages that the mirror lost.",
             MetricType::Counter);
  for (const auto& [reason, count] : dropped) out.sample({{"reason", reason}}, count);
  out.family("faultline_mirror_pinned_bytes", "Bodies that wait for the analysis now.",
             MetricType::Gauge);
  out.sample({}, sum(stats, &WorkerReport::mirror_pinned_bytes));
}

void write_control(Exposition& out, const ControlCounts& control) {
  out.family("faultline_control_connections_total", "Connections of the control port.",
             MetricType::Counter);
  out.sample({{"result", "accepted"}}, control.connections_accepted);
  out.sample({{"result", "refused"}}, control.connections_refused);
  out.family("faultline_control_refused_total", "Requests that the control port refused.",
             MetricType::Counter);
  for (const auto& [reason, count] : control.refused) out.sample({{"reason", reason}}, count);
}

void write_process(Exposition& out, const ProcessInfo& process) {
  out.family("process_start_time_seconds", "When the process began, since 1970.",
             MetricType::Gauge);
  out.sample({}, process.start_time_seconds);
  out.family("process_cpu_seconds_total", "Processor time, user and system.", MetricType::Counter);
  out.sample({}, process.cpu_seconds);
  out.family("process_resident_memory_bytes", "Memory in use.", MetricType::Gauge);
  out.sample({}, process.resident_bytes);
  out.family("process_virtual_memory_bytes", "Address space in use.", MetricType::Gauge);
  out.sample({}, process.virtual_bytes);
  out.family("process_open_fds", "Open descriptors.", MetricType::Gauge);
  out.sample({}, process.open_fds);
  out.family("process_max_fds", "The limit of open descriptors.", MetricType::Gauge);
  out.sample({}, process.max_fds);
  out.family("process_threads", "Threads.", MetricType::Gauge);
  out.sample({}, process.threads);
}

}  // namespace

std::string metrics_page(const MetricsInputs& inputs) {
  Exposition out;
  write_build(out, inputs);
  write_state(out, inputs.stats);
  write_listeners(out, inputs.stats);
  write_phases(out, inputs.stats);
  write_upstream(out, inputs.stats);
  write_errors(out, inputs.stats);
  write_rules(out, inputs.stats);
  write_analysis(out, inputs.stats);
  write_control(out, inputs.control);
  write_process(out, inputs.process);
  return out.take();
}

}  // namespace faultline::control
