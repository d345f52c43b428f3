// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/server/snapshot.h"

#include <algorithm>
#include <utility>

namespace faultline::server {
namespace {

bool applies_to(const rules::RuleConfig& rule, const rules::ListenerConfig& listener) {
  const auto& names = rule.match.listeners;
  return names.empty() || std::find(names.begin(), names.end(), listener.name) != names.end();
}

std::vector<std::vector<bool>> armed_rows(const rules::Config& config, bool is_gate_open) {
  const size_t count = config.rules.size();
  if (!is_gate_open) return {std::vector<bool>(count, false)};
  if (config.phases.empty()) return {std::vector<bool>(count, true)};
  std::vector<std::vector<bool>> rows;
  for (const auto& phase : config.phases) {
    std::vector<bool> row(count, false);
    for (size_t i = 0; i < count; ++i) {
      row[i] = std::find(phase.rules.begin(), phase.rules.end(), config.rules[i].name) !=
               phase.rules.end();
    }
    rows.push_back(std::move(row));
  }
  rows.emplace_back(count, false);
  return rows;
}

}  // namespace

std::shared_ptr<filters::RateLimiter> SharedLimiters::get(uint32_t listener,
                                                          const std::string& rule,
                                                          uint64_t bytes_per_second) {
  const std::lock_guard lock(mutex_);
  auto& limiter = limiters_[{listener, rule, bytes_per_second}];
  if (!limiter) limiter = std::make_shared<filters::RateLimiter>(bytes_per_second);
  return limiter;
}

void SharedLimiters::prune() {
  const std::lock_guard lock(mutex_);
  std::erase_if(limiters_, [](const auto& entry) { return entry.second.use_count() == 1; });
}

SnapshotPtr make_snapshot(std::shared_ptr<const rules::Config> config, SnapshotInputs inputs) {
  auto snapshot = std::make_shared<Snapshot>();
  const Snapshot* const previous = inputs.previous.get();
  snapshot->generation = previous == nullptr ? 1 : previous->generation + 1;
  snapshot->decisions = std::make_shared<rules::DecisionEngine>(
      config, rules::DecisionEngine::Options{.seed = inputs.seed},
      previous == nullptr ? nullptr : previous->decisions.get());
  snapshot->is_gate_open = inputs.is_gate_open;
  snapshot->contracts = std::move(inputs.contracts);
  snapshot->retired = std::move(inputs.retired);
  snapshot->armed = armed_rows(*config, inputs.is_gate_open);
  snapshot->limiters =
      previous == nullptr ? std::make_shared<SharedLimiters>() : previous->limiters;
  snapshot->limiters->prune();
  snapshot->responses =
      previous == nullptr ? std::make_shared<filters::ResponseMemory>() : previous->responses;
  snapshot->has_live_rules =
      std::any_of(config->rules.begin(), config->rules.end(),
                  [](const auto& rule) { return rule.apply == rules::Apply::Live; });
  for (uint32_t i = 0; i < config->listeners.size(); ++i) snapshot->rules.emplace_back(config, i);
  for (const auto& row : snapshot->armed) {
    std::vector<bool> asks(config->listeners.size(), false);
    for (size_t listener = 0; listener < asks.size(); ++listener) {
      for (size_t rule = 0; rule < row.size(); ++rule) {
        if (row[rule] && applies_to(config->rules[rule], config->listeners[listener])) {
          asks[listener] = true;
        }
      }
    }
    snapshot->asks.push_back(std::move(asks));
  }
  snapshot->config = std::move(config);
  return snapshot;
}

std::string phase_name(const rules::Config& config, size_t phase) {
  if (phase < config.phases.size()) return config.phases[phase].name;
  return config.phases.empty() ? "all" : "end";
}

}  // namespace faultline::server
