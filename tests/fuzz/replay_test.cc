// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// Every fuzz target over its committed corpus, in builds without libFuzzer.
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#define FL_FUZZ_TARGET(name) extern "C" int name##_one_input(const uint8_t* data, size_t size);
#include "fuzz_targets.inc"
#undef FL_FUZZ_TARGET

namespace faultline::fuzz {
namespace {

namespace fs = std::filesystem;

struct Target {
  std::string name;
  int (*run)(const uint8_t* data, size_t size);
};

std::vector<Target> targets() {
  return {
#define FL_FUZZ_TARGET(name) {#name, &name##_one_input},
#include "fuzz_targets.inc"
#undef FL_FUZZ_TARGET
  };
}

TEST(FuzzCorpus, HoldsTheInvariantOfEachTarget) {
  for (const Target& target : targets()) {
    SCOPED_TRACE(target.name);
    const fs::path folder = fs::path(FL_SOURCE_DIR) / "tests/fuzz/corpus" / target.name;
    ASSERT_TRUE(fs::is_directory(folder)) << "the target has no seeds";
    size_t inputs = 0;
    for (const auto& entry : fs::directory_iterator(folder)) {
      // A target aborts when its invariant fails: this is what the log then ends with.
      RecordProperty("input", entry.path().filename().string());
      std::ifstream stream(entry.path(), std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(stream),
                              std::istreambuf_iterator<char>()};
      SCOPED_TRACE(entry.path().filename().string());
      EXPECT_EQ(target.run(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()), 0);
      ++inputs;
    }
    EXPECT_GT(inputs, 0U);
  }
}

}  // namespace
}  // namespace faultline::fuzz
