// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// Whatever the network makes of the bytes, on both sides of the proxy: the same decisions, the same
// answers.
#include "tests/sim/scripted_peers.h"
#include "tests/sim/stage.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace faultline::sim {
namespace {

using std::chrono::minutes;

constexpr int kRequests = 16;
constexpr std::string_view kRules = R"(rules:
  - name: bent
    match: { listener: http }
    fault: { schema_drift: { mutate: 'null', pointer: /price } }
    chance: 40%
  - { name: no, match: { listener: http }, fault: { abort: { status: 503 } }, chance: 20% }
  - { name: late, match: { listener: http }, fault: { latency: { fixed: 40ms } }, chance: 30% }
  - { name: slow, match: { listener: http }, fault: { throttle: { rate: 10KiB/s } }, every: 3 }
)";
constexpr std::string_view kBody = R"({"name":"bread knife","price":12.50})";

struct Outcome {
  std::string bytes;
  std::string decisions;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome run(const LinkShape& shape, uint64_t seed) {
  std::vector<std::unique_ptr<AnsweringServer>> servers;
  const Response response{fmt::format(
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
      kBody.size(), kBody)};
  Stage* world = nullptr;
  Stage stage(
      {kRules}, shape,
      [&](std::shared_ptr<SimLink> link) {
        servers.push_back(
            std::make_unique<AnsweringServer>(world->reactor(), std::move(link), response));
      },
      seed);
  world = &stage;
  Ear ear;
  const auto client = stage.connect(ear, {});
  for (int i = 0; i < kRequests; ++i) {
    client->send(fmt::format("GET /{} HTTP/1.1\r\nHost: a.test\r\n\r\n", i));
  }
  stage.run_for(minutes(1));
  Outcome outcome{ear.bytes, ""};
  for (const auto& rule : stage.worker().snapshot()->decisions->counters()) {
    outcome.decisions +=
        fmt::format("{} {} {} {}; ", rule.rule, rule.matched, rule.drawn, rule.applied);
  }
  client->close();
  stage.run_for(minutes(1));
  servers.clear();
  EXPECT_EQ(stage.finish(), "");
  return outcome;
}

TEST(SimSegmentation, NeitherBytesNorDecisionsDependOnIt) {
  const Outcome whole = run({.tiny_percent = 0}, 0);
  EXPECT_NE(whole.bytes.find("null"), std::string::npos);
  EXPECT_NE(whole.bytes.find(" 503 "), std::string::npos);
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    fakes::Draws draws(seed);
    LinkShape shape;
    shape.capacity = draws.between(1, 3000);
    shape.read_max = draws.one_in(4) ? 1 : draws.between(1, 500);
    shape.tiny_percent = draws.below(101);

    ASSERT_EQ(run(shape, seed), whole) << "seed " << seed;
  }
}

}  // namespace
}  // namespace faultline::sim
