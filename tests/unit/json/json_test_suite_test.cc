// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/tape.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace faultline::json {
namespace {

/// JSON_TEST_SUITE names a checkout of the public JSONTestSuite: y_ files must be accepted, n_
/// files rejected, i_ files are left to the parser.
TEST(JsonTestSuite, AcceptsAndRejectsAsThePublicSuiteSays) {
  const char* root = std::getenv("JSON_TEST_SUITE");
  if (root == nullptr || *root == '\0') {
    GTEST_SKIP() << "JSON_TEST_SUITE is not set: the public parsing suite was not run";
  }
  auto folder = std::filesystem::path(root) / "test_parsing";
  if (!std::filesystem::is_directory(folder)) folder = root;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  size_t must_accept = 0;
  size_t must_reject = 0;
  for (const auto& file : files) {
    const std::string name = file.filename().string();
    std::ifstream stream(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    const bool is_accepted = Document::parse(text).has_value();
    if (name.starts_with("y_")) {
      ++must_accept;
      EXPECT_TRUE(is_accepted) << name;
    } else if (name.starts_with("n_")) {
      ++must_reject;
      EXPECT_FALSE(is_accepted) << name;
    }
  }
  EXPECT_GE(must_accept, 90U) << "too few files in " << folder;
  EXPECT_GE(must_reject, 180U) << "too few files in " << folder;
}

}  // namespace
}  // namespace faultline::json
