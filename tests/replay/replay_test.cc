// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/cli/demo/demo_run.h"
#include "proxy/tls/digest.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace faultline::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string read_text(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  EXPECT_TRUE(stream.is_open()) << path;
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

// The bytes of the fault lines behind the members that name the run and the time. Every line
// begins with {"id":..,"t_ns":..,"run":"..",
std::vector<std::string> decision_lines(const std::string& folder) {
  std::vector<std::string> decisions;
  std::istringstream lines(read_text(folder + "/events.jsonl"));
  for (std::string line; std::getline(lines, line);) {
    const size_t begin = line.find("\"kind\":");
    if (line.compare(begin, 14, "\"kind\":\"fault\"") == 0) decisions.push_back(line.substr(begin));
  }
  return decisions;
}

// Without what differs between two runs by design: the run's id, times, and the redactor's
// replacements, whose key is made for each run.
void strip(json& value) {
  if (value.is_array()) {
    for (auto& element : value) strip(element);
  }
  if (!value.is_object()) return;
  for (const char* name : {"run", "t_ns", "sample"}) value.erase(name);
  for (auto& member : value.items()) strip(member.value());
}

std::string findings_without_run(const std::string& folder) {
  auto findings = json::parse(read_text(folder + "/findings.json"), nullptr, false);
  EXPECT_FALSE(findings.is_discarded());
  EXPECT_TRUE(findings.is_object() && findings.contains("run") && findings.contains("findings"));
  strip(findings);
  return findings.dump(2);
}

/// Runs the demo's system in this process: real sockets, a scripted client, short phases.
class Replay : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = fs::temp_directory_path().string() + "/faultline-replay-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    runs_ = name;
    sink_ = std::tmpfile();
    ASSERT_NE(sink_, nullptr);
  }
  void TearDown() override {
    if (sink_ != nullptr) std::fclose(sink_);
    std::error_code ignored;
    fs::remove_all(runs_, ignored);
  }

  [[nodiscard]] std::optional<demo::DemoOutcome> run(uint64_t seed) {
    Terminal terminal(sink_, sink_, [](const std::string&) { return std::nullopt; });
    demo::DemoSpec spec;
    spec.artifacts = runs_;
    spec.seed = seed;
    spec.phases = {std::chrono::milliseconds(300), std::chrono::seconds(2),
                   std::chrono::milliseconds(300)};
    spec.cart_delay = std::chrono::milliseconds(4);
    auto outcome = demo::run_demo(spec, {clock_, *crypto_, terminal});
    if (outcome) return std::move(*outcome);
    ADD_FAILURE() << outcome.error().message;
    return std::nullopt;
  }

  std::string runs_;

 private:
  std::FILE* sink_ = nullptr;
  SystemClock clock_;
  std::unique_ptr<Crypto> crypto_ = tls::make_crypto();
};

TEST_F(Replay, TwoRunsWithOneSeedAreEqual) {
  const auto first = run(42);
  const auto second = run(42);
  ASSERT_TRUE(first.has_value());
  ASSERT_TRUE(second.has_value());

  ASSERT_NE(first->folder, second->folder);
  EXPECT_EQ(demo::deviations(*first), std::vector<std::string>{});
  const auto lines = decision_lines(first->folder);
  EXPECT_GE(lines.size(), 6U) << "two aborts, two drifts and some delays";
  EXPECT_EQ(lines, decision_lines(second->folder));
  EXPECT_EQ(first->result.decision_log_hash.size(), 64U);
  EXPECT_EQ(first->result.decision_log_hash, second->result.decision_log_hash);
  EXPECT_EQ(findings_without_run(first->folder), findings_without_run(second->folder));
  EXPECT_EQ(first->result.config_hash.size(), 16U);
  EXPECT_EQ(first->client.by_status, second->client.by_status);
}

TEST_F(Replay, AnotherSeedDecidesOtherwise) {
  const auto first = run(42);
  const auto second = run(43);
  ASSERT_TRUE(first.has_value());
  ASSERT_TRUE(second.has_value());

  EXPECT_NE(decision_lines(first->folder), decision_lines(second->folder));
  EXPECT_NE(first->result.decision_log_hash, second->result.decision_log_hash);
}

}  // namespace
}  // namespace faultline::cli
