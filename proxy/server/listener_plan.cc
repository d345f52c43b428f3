// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/server/listener_plan.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace faultline::server {
namespace {

// Retired ones are kept, so a run that adds ever new names must end somewhere.
constexpr size_t kListenersOfARun = 1024;

constexpr uint32_t kNew = UINT32_MAX;

uint32_t index_of(const rules::Config& config, const std::string& name) {
  for (uint32_t i = 0; i < config.listeners.size(); ++i) {
    if (config.listeners[i].name == name) return i;
  }
  return kNew;
}

// Puts the listeners of `next` where the run has them, behind what it keeps of the retired.
void put_in_place(const Snapshot& now, LoadedConfig& next, const std::vector<uint32_t>& places) {
  auto merged = std::make_shared<rules::Config>(*next.config);
  merged->listeners = now.config->listeners;
  auto contracts = now.contracts;
  for (size_t i = 0; i < places.size(); ++i) {
    const auto& listener = next.config->listeners[i];
    if (places[i] == merged->listeners.size()) {
      merged->listeners.push_back(listener);
      contracts.push_back(next.contracts[i]);
    } else {
      merged->listeners[places[i]] = listener;
      contracts[places[i]] = next.contracts[i];
    }
  }
  next.config = std::move(merged);
  next.contracts = std::move(contracts);
}

tl::unexpected<Error> needs_restart(const rules::ListenerConfig& listener, std::string_view what) {
  return fail(ErrorCode::InvalidArgument,
              fmt::format("listener '{}' changed its {}", listener.name, what), ErrorSource::Input);
}

}  // namespace

Result<ListenerPlan> plan_listeners(const Snapshot& now, LoadedConfig next) {
  const auto& known = now.config->listeners;
  ListenerPlan plan;
  plan.retired.assign(known.size(), true);
  std::vector<uint32_t> places;
  bool is_in_place = true;
  for (uint32_t i = 0; i < next.config->listeners.size(); ++i) {
    const auto& listener = next.config->listeners[i];
    uint32_t place = index_of(*now.config, listener.name);
    if (place == kNew) {
      place = static_cast<uint32_t>(plan.retired.size());
      plan.retired.push_back(false);
      plan.open.push_back(place);
    } else {
      const auto& before = known[place];
      const bool was_open = !now.is_retired(place);
      if (before.protocol != listener.protocol) return needs_restart(listener, "protocol");
      const bool has_moved = was_open && !(before.listen == listener.listen);
      if (has_moved) return needs_restart(listener, "address");
      if (!was_open) plan.open.push_back(place);
      plan.retired[place] = false;
    }
    is_in_place = is_in_place && place == i;
    places.push_back(place);
  }
  for (uint32_t i = 0; i < known.size(); ++i) {
    if (plan.retired[i] && !now.is_retired(i)) plan.close.push_back(i);
  }
  if (plan.retired.size() > kListenersOfARun) {
    return fail(ErrorCode::LimitExceeded,
                fmt::format("more than {} listeners since the start", kListenersOfARun),
                ErrorSource::Input);
  }
  if (!is_in_place || places.size() != plan.retired.size()) put_in_place(now, next, places);
  plan.loaded = std::move(next);
  return plan;
}

}  // namespace faultline::server
