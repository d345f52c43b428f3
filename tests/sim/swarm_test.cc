// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// The swarm: many seeds, each a scenario of its own, with every invariant checked after every turn.
// FAULTLINE_SIM_SEED=N replays one seed with a readable trace.
#include "proxy/base/text.h"
#include "tests/sim/sim_world.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>

namespace faultline::sim {
namespace {

constexpr size_t kSteps = 2000;
constexpr uint64_t kSeeds = 256;
constexpr uint64_t kBlocks = 8;  // test cases, so that they run side by side

std::optional<uint64_t> replayed_seed() {
  const char* const text = std::getenv("FAULTLINE_SIM_SEED");
  if (text == nullptr) return std::nullopt;
  return parse_u64(text);
}

Verdict run_seed(uint64_t seed, bool is_printed = false) {
  SimWorld world(make_scenario(seed), is_printed);
  return world.run(kSteps);
}

std::string how_to_replay(uint64_t seed) {
  return fmt::format("replay with FAULTLINE_SIM_SEED={} sim_test", seed);
}

class Swarm : public testing::TestWithParam<uint64_t> {};

TEST_P(Swarm, EveryInvariantHoldsAfterEveryTurnAndASeedRepeatsItself) {
  if (replayed_seed()) GTEST_SKIP() << "one seed is replayed";
  uint64_t passed_through = 0;
  uint64_t faults = 0;
  for (uint64_t seed = GetParam(); seed < kSeeds; seed += kBlocks) {
    const Verdict verdict = run_seed(seed);
    passed_through += verdict.passed_through;
    faults += verdict.faults;
    EXPECT_EQ(verdict.problem, "") << how_to_replay(seed);
    EXPECT_EQ(run_seed(seed).trace_hash, verdict.trace_hash) << how_to_replay(seed);
  }
  EXPECT_GT(passed_through, 300U) << "the scenarios are too wild to say anything";
  EXPECT_GT(faults, 30U) << "the scenarios are too calm to say anything";
}

INSTANTIATE_TEST_SUITE_P(Seeds, Swarm, testing::Range<uint64_t>(0, kBlocks));

TEST(SwarmReplay, OfTheSeedInTheEnvironment) {
  const auto seed = replayed_seed();
  if (!seed) GTEST_SKIP() << "FAULTLINE_SIM_SEED names no seed";
  const Verdict verdict = run_seed(*seed, true);
  fmt::print(stderr, "seed {}: {} turns, {} exchanges, {} answers as planned, {} faults\n", *seed,
             verdict.turns, verdict.exchanges, verdict.passed_through, verdict.faults);
  EXPECT_EQ(verdict.problem, "");
}

}  // namespace
}  // namespace faultline::sim
