// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "rules/config.h"
#include "tests/fakes/draws.h"
#include "tests/sim/client_actor.h"
#include "tests/sim/sim_link.h"
#include "tests/sim/tcp_actors.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace faultline::sim {

/// What one seed is about: the weather of the network, how its peers behave, the rules and their
/// reloads, how it ends. Swarm style: each seed switches whole kinds of trouble on or off, so that
/// calm runs, in which every answer must arrive, stand beside wild ones.
struct Scenario {
  uint64_t seed = 0;
  PlanKnobs plans;
  LinkShape downstream;
  LinkShape upstream;
  uint64_t failed_connect_percent = 0;
  uint64_t rude_client_percent = 0;  // leave, stall, never read
  uint64_t slow_percent = 0;
  uint64_t tcp_percent = 0;
  size_t clients_max = 0;  // at once
  bool has_mirror = false;
  size_t reload_every = 0;      // turns; 0: never
  size_t drain_at = 0;          // turns; 0: at the end
  bool freezes_at_end = false;  // the peers fall silent instead of going on until the drain
  std::vector<std::shared_ptr<const rules::Config>> configs;  // reloads go round

  static constexpr uint16_t kHttpPort = 80;
  static constexpr uint16_t kTcpPort = 81;
};

[[nodiscard]] Scenario make_scenario(uint64_t seed);
[[nodiscard]] ClientHabits draw_client(const Scenario& scenario, fakes::Draws& draws);
[[nodiscard]] TcpClientActor::Habits draw_tcp_client(const Scenario& scenario, fakes::Draws& draws);
[[nodiscard]] ReadPace draw_server_pace(const Scenario& scenario, fakes::Draws& draws);

}  // namespace faultline::sim
