// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/sim/operation_run.h"

#include "tests/fakes/draws.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

namespace faultline::sim {
namespace {

// The seeds of the fuzzer exchange_sim_fuzz, for builds without one.
TEST(OperationRun, HoldsForTheCorpusOfTheFuzzer) {
  size_t count = 0;
  const std::filesystem::path corpus =
      std::filesystem::path(FL_SOURCE_DIR) / "tests/fuzz/corpus/exchange_sim_fuzz";
  for (const auto& entry : std::filesystem::directory_iterator(corpus)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::vector<uint8_t> input((std::istreambuf_iterator<char>(file)),
                                     std::istreambuf_iterator<char>());
    EXPECT_EQ(run_operations(input), "") << entry.path();
    ++count;
  }
  EXPECT_GE(count, 5U);
}

TEST(OperationRun, HoldsForRandomOperations) {
  constexpr uint64_t kRuns = 2000;
  for (uint64_t seed = 0; seed < kRuns; ++seed) {
    fakes::Draws draws(seed);
    std::vector<uint8_t> input(draws.below(200));
    std::generate(input.begin(), input.end(),
                  [&draws] { return static_cast<uint8_t>(draws.bits()); });
    ASSERT_EQ(run_operations(input), "") << "seed " << seed;
  }
}

}  // namespace
}  // namespace faultline::sim
