// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/e2e/world.h"

#include <gtest/gtest.h>

namespace faultline::e2e {
namespace {

struct Decisions {
  std::vector<std::string> lines;  // of the faults, without id, time and run
  std::string hash;
};

Decisions decisions_of(const std::string& config, const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments{"-c", config};
  arguments.insert(arguments.end(), more.begin(), more.end());
  Faultline faultline(arguments);
  std::vector<std::string> urls;
  for (int i = 0; i < 60; ++i) {
    urls.push_back(faultline.url(i % 3 == 0 ? "/cart/1" : "/items"));
  }
  curl(urls);
  EXPECT_EQ(faultline.stop(), 0) << faultline.process().errors();
  Decisions decisions;
  for (auto& event : read_events(faultline.folder(), "fault")) {
    for (const char* name : {"id", "t_ns", "run"}) event.erase(name);
    decisions.lines.push_back(event.dump());
  }
  const auto manifest = read_json(faultline.folder() + "/manifest.json");
  decisions.hash = manifest["decisions"].value("sha256", std::string());
  return decisions;
}

constexpr const char* kRules = R"(rules:
  - { name: busy, match: { path: /cart/:id }, fault: { abort: { status: 503 } }, chance: 40% }
  - name: wandering
    match: { path: /items }
    fault: { schema_drift: { mutate: retype, any: true } }
    chance: 30%
  - { name: late, fault: { latency: { fixed: 2ms, jitter: 1ms } }, chance: 25% }
report: { fail_on: none }
)";

TEST(Seed, TheSameSeedAndTrafficGiveTheSameDecisionLines) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config =
      folder.write("faultline.yaml", config_text(nginx.address(), kRules, 42));

  const auto first = decisions_of(config);
  const auto second = decisions_of(config);

  ASSERT_GT(first.lines.size(), 15U) << "of 60 requests a good part is hit";
  EXPECT_EQ(first.lines, second.lines);
  EXPECT_EQ(first.hash.size(), 64U);
  EXPECT_EQ(first.hash, second.hash);
}

TEST(Seed, AnotherSeedGivesOtherDecisions) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config =
      folder.write("faultline.yaml", config_text(nginx.address(), kRules, 42));

  const auto first = decisions_of(config);
  const auto second = decisions_of(config, {"--seed", "43"});

  EXPECT_NE(first.lines, second.lines);
  EXPECT_NE(first.hash, second.hash);
}

TEST(Seed, AnUnrelatedRuleChangesNoDecisionOfTheOthers) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string rules = kRules;
  const std::string with_more =
      rules.substr(0, rules.find("report:")) +
      "  - { name: other, match: { path: /orders }, fault: { abort: {} }, chance: 50% }\n" +
      rules.substr(rules.find("report:"));
  const std::string config =
      folder.write("faultline.yaml", config_text(nginx.address(), rules, 42));
  const std::string config_more =
      folder.write("more.yaml", config_text(nginx.address(), with_more, 42));

  const auto first = decisions_of(config);
  const auto second = decisions_of(config_more);

  EXPECT_EQ(first.lines, second.lines);
}

}  // namespace
}  // namespace faultline::e2e
