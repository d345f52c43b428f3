// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/integration/proxy_support.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <chrono>
#include <iterator>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

// Rules that a reload arms, changes and disarms while connections are open.
namespace faultline::integration {
namespace {

using fakes::FakeUpstream;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::string tcp_config(std::string_view rules) {
  return fmt::format(
      "version: 1\nrun: {{ name: t, seed: 1 }}\nworkers: 1\nlisteners:\n"
      "  - {{ name: raw, listen: \"127.0.0.1:0\", protocol: tcp, upstream: "
      "\"tcp://$UPSTREAM\" }}\nmirror: {{ mode: off }}\nrules: [{}]\n",
      rules);
}

std::string rule(std::string_view apply, std::string_view fault) {
  return fmt::format("{{ name: r, apply: {}, fault: {{ {} }} }}", apply, fault);
}

void reload(Proxy& proxy, std::string config) {
  const uint64_t before = proxy.reloads();
  proxy.reload(std::move(config));
  while (proxy.reloads() == before) std::this_thread::yield();
}

// Until there are events of `count` faults.
bool has_faults(const Proxy& proxy, size_t count) {
  const SystemClock clock;
  for (const MonoTime end = clock.now() + seconds(20); clock.now() < end;) {
    if (proxy.events().fault_fields("rule").size() >= count) return true;
    std::this_thread::yield();
  }
  return false;
}

TEST(LiveReload, ArmsOpenConnectionsWhenTheRuleIsLive) {
  FakeUpstream upstream(echo);
  Proxy proxy(tcp_config(""), upstream.address());
  auto client = proxy.connect();
  static_cast<void>(round_trip(client));

  reload(proxy, tcp_config(rule("live", "latency: { fixed: 400ms }")));

  ASSERT_TRUE(has_faults(proxy, 1)) << "armed without a byte on the connection";
  EXPECT_GE(round_trip(client), milliseconds(400));
  client.close();
  const auto result = proxy.finish();
  EXPECT_EQ(result.rules.front().applied, 1U);
  EXPECT_TRUE(result.rules.front().is_balanced());
}

TEST(LiveReload, LeavesOpenConnectionsAloneWhenTheRuleIsForNewOnes) {
  FakeUpstream upstream(echo);
  Proxy proxy(tcp_config(""), upstream.address());
  auto old = proxy.connect();
  EXPECT_LT(round_trip(old), seconds(1));

  reload(proxy, tcp_config(rule("new", "latency: { fixed: 1s }")));

  bool is_delayed = false;
  for (int i = 0; i < 200 && !is_delayed; ++i) {
    auto fresh = proxy.connect();
    is_delayed = round_trip(fresh) >= seconds(1);
  }
  EXPECT_TRUE(is_delayed) << "the worker has taken the configuration";
  EXPECT_LT(round_trip(old), seconds(1));
}

TEST(LiveReload, KeepsTheTimeOfWhatADisarmedRuleHolds) {
  FakeUpstream upstream(echo);
  Proxy proxy(tcp_config(rule("live", "latency: { fixed: 1500ms }")), upstream.address());
  const SystemClock clock;
  auto client = proxy.connect();
  const MonoTime sent = clock.now();
  ASSERT_TRUE(client.send("held"));
  EXPECT_TRUE(client.is_silent_for(milliseconds(300)));

  reload(proxy, tcp_config(""));
  ASSERT_TRUE(client.send("later"));

  EXPECT_EQ(client.read(9).bytes, "heldlater");
  EXPECT_GE(clock.now() - sent, milliseconds(1500)) << "never early";
  EXPECT_LT(round_trip(client), milliseconds(1500)) << "what comes later is not delayed";
}

TEST(LiveReload, LetsGoAtOnceOfWhatARuleHoldsThatSaysFlush) {
  FakeUpstream upstream(echo);
  Proxy proxy(tcp_config("{ name: r, apply: live, on_disarm: flush, fault: { latency: { fixed: "
                         "10m } } }"),
              upstream.address());
  auto client = proxy.connect();
  ASSERT_TRUE(client.send("held"));
  EXPECT_TRUE(client.is_silent_for(milliseconds(300)));

  reload(proxy, tcp_config(""));

  EXPECT_EQ(client.read(4).bytes, "held");
}

TEST(LiveReload, DoesNotTouchARuleThatStaysAsItIs) {
  FakeUpstream upstream(echo);
  const std::string slow = rule("live", "latency: { fixed: 800ms }");
  Proxy proxy(tcp_config(slow), upstream.address());
  const SystemClock clock;
  auto client = proxy.connect();
  const MonoTime sent = clock.now();
  ASSERT_TRUE(client.send("held"));

  for (int i = 0; i < 5; ++i) {
    reload(proxy, tcp_config(fmt::format("{{ name: other{}, match: {{ listener: raw }}, chance: 0%,"
                                         " fault: {{ drop: {{}} }} }}, {}",
                                         i, slow)));
  }

  EXPECT_EQ(client.read(4).bytes, "held");
  EXPECT_GE(clock.now() - sent, milliseconds(800));
  EXPECT_EQ(proxy.events().fault_fields("rule").size(), 1U) << "armed once, not at every reload";
}

TEST(LiveReload, DisarmsAndArmsARuleWhoseFaultHasChanged) {
  FakeUpstream upstream(echo);
  Proxy proxy(tcp_config(rule("live", "latency: { fixed: 1s }")), upstream.address());
  auto client = proxy.connect();
  EXPECT_GE(round_trip(client), seconds(1));

  reload(proxy, tcp_config(rule("live", "latency: { fixed: 300ms }")));

  ASSERT_TRUE(has_faults(proxy, 2));
  const Duration took = round_trip(client);
  EXPECT_GE(took, milliseconds(300));
  EXPECT_LT(took, seconds(1)) << "the old delay is gone";
}

// Every byte once and in order, whatever is armed and disarmed around it.
TEST(LiveReload, LosesAndDoublesNothingUnderAStormOfReloads) {
  FakeUpstream upstream(echo);
  Proxy proxy(tcp_config(""), upstream.address());
  constexpr std::string_view kFaults[] = {"latency: { fixed: 20ms }", "throttle: { rate: 4MiB/s }",
                                          "slice: { size: 1000B, gap: 100us }",
                                          "latency: { fixed: 5ms, side: request }"};
  std::string sent;
  for (uint32_t i = 0; sent.size() < 512UL * 1024; ++i) sent += fmt::format("{};", i);
  auto client = proxy.connect();

  std::string received;
  size_t step = 0;
  for (size_t at = 0; at < sent.size(); at += 8192, ++step) {
    const auto part = std::string_view(sent).substr(at, 8192);
    const auto armed = rule("live", kFaults[step / 2 % std::size(kFaults)]);
    reload(proxy, tcp_config(step % 2 == 0 ? armed : ""));
    ASSERT_TRUE(client.send(part));
    reload(proxy, tcp_config(step % 3 == 0 ? "" : armed));
    received += client.read(part.size()).bytes;
  }

  EXPECT_TRUE(received == sent) << "got " << received.size() << " of " << sent.size();
  EXPECT_FALSE(proxy.events().fault_fields("rule").empty());
}

}  // namespace
}  // namespace faultline::integration
