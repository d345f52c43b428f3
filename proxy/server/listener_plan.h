// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/result.h"
#include "proxy/server/snapshot.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace faultline::server {

/// A configuration with its contracts, ready to be compiled.
struct LoadedConfig {
  std::shared_ptr<const rules::Config> config;  // shared: snapshots keep it
  std::vector<std::shared_ptr<const contracts::ContractSet>> contracts;  // per listener
};

/// What a reload does to the listeners. A listener is known by its name and has one index for the
/// whole run: connections, counters, decisions and limiters refer to it. So one that is taken out
/// stays in the configuration, retired, until it comes back; new ones get the next index.
struct ListenerPlan {
  LoadedConfig loaded;          // by index of the run
  std::vector<bool> retired;    // by index
  std::vector<uint32_t> open;   // those that need a socket: new, or back again
  std::vector<uint32_t> close;  // those whose socket goes: taken out
};

/// How to go from `now` to `next`. Fails when that needs a restart, and says why.
[[nodiscard]] Result<ListenerPlan> plan_listeners(const Snapshot& now, LoadedConfig next);

}  // namespace faultline::server
