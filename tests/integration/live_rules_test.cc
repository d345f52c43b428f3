// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/integration/proxy_support.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

// Rules that are armed and disarmed while connections are open: phases do it here as a reload does.
namespace faultline::integration {
namespace {

using fakes::FakeUpstream;
using End = fakes::ReadResult::End;
using std::chrono::milliseconds;

/// A TCP listener whose rule is armed from 500 ms on, for as long as `armed` says.
std::string phased(std::string_view rule, std::string_view armed = "60s") {
  return "version: 1\nrun: { name: t, seed: 1 }\nworkers: 1\nlisteners:\n"
         "  - { name: raw, listen: \"127.0.0.1:0\", protocol: tcp, upstream: "
         "\"tcp://$UPSTREAM\" }\n"
         "mirror: { mode: off }\nrules:\n  - { name: r, " +
         std::string(rule) +
         " }\nscenario:\n  phases:\n    - { name: calm, for: 500ms }\n"
         "    - { name: storm, for: " +
         std::string(armed) + ", rules: [r] }\n    - { name: after, for: 60s }\n";
}

TEST(LiveRules, ArmOnAnOpenConnectionAndNewOnesOnlyOnNewConnections) {
  struct Case {
    std::string apply;
    bool acts;
  };
  for (const auto& [apply, acts] : {Case{"live", true}, Case{"new", false}}) {
    SCOPED_TRACE(apply);
    FakeUpstream upstream(echo);
    Proxy proxy(phased("apply: " + apply + ", fault: { latency: { fixed: 300ms } }"),
                upstream.address());
    auto client = proxy.connect();
    EXPECT_LT(round_trip(client), milliseconds(300)) << "not armed yet";
    EXPECT_TRUE(client.is_silent_for(milliseconds(700)));
    EXPECT_EQ(round_trip(client) >= milliseconds(300), acts);
    auto fresh = proxy.connect();
    EXPECT_GE(round_trip(fresh), milliseconds(300));
    client.close();
    fresh.close();
    const auto result = proxy.finish();
    EXPECT_EQ(result.rules.front().applied, acts ? 2U : 1U);
    EXPECT_TRUE(result.rules.front().is_balanced());
  }
}

TEST(LiveRules, DisarmedKeepsTheTimeOfWhatIsHeldAndLetsTheRestPassBehindIt) {
  FakeUpstream upstream(echo);
  Proxy proxy(phased("apply: live, fault: { latency: { fixed: 1s } }", "400ms"),
              upstream.address());
  const SystemClock clock;
  auto client = proxy.connect();
  EXPECT_TRUE(client.is_silent_for(milliseconds(600)));
  const MonoTime sent = clock.now();
  ASSERT_TRUE(client.send("held"));
  // The rule is disarmed about 300 ms on.
  EXPECT_TRUE(client.is_silent_for(milliseconds(600)));
  ASSERT_TRUE(client.send("later"));
  EXPECT_EQ(client.read(9).bytes, "heldlater");
  const Duration took = clock.now() - sent;
  EXPECT_GE(took, milliseconds(1000)) << "never early";
  EXPECT_LT(took, milliseconds(1500)) << "the second part was not delayed on its own";
  EXPECT_LT(round_trip(client), milliseconds(900));
}

TEST(LiveRules, DisarmedFlushesWhenTheRuleSaysSo) {
  FakeUpstream upstream(echo);
  Proxy proxy(phased("apply: live, on_disarm: flush, fault: { latency: { fixed: 30s } }", "400ms"),
              upstream.address());
  auto client = proxy.connect();
  EXPECT_TRUE(client.is_silent_for(milliseconds(600)));
  ASSERT_TRUE(client.send("held"));
  const SystemClock clock;
  const MonoTime sent = clock.now();
  EXPECT_EQ(client.read(4).bytes, "held");
  EXPECT_LT(clock.now() - sent, std::chrono::seconds(5));
}

TEST(LiveRules, DropEndsEveryOpenConnectionAtOnce) {
  FakeUpstream upstream(echo);
  Proxy proxy(phased("apply: live, fault: { drop: { how: reset } }"), upstream.address());
  auto first = proxy.connect();
  auto second = proxy.connect();
  static_cast<void>(round_trip(first));
  static_cast<void>(round_trip(second));
  EXPECT_EQ(first.read_to_end().end, End::Reset);
  EXPECT_EQ(second.read_to_end().end, End::Reset);
  EXPECT_EQ(proxy.finish().rules.front().applied, 2U);
}

TEST(LiveRules, LetGoOfAnHttpAnswerUnderWay) {
  const std::string body(200UL * 1024, 'x');
  FakeUpstream upstream(fakes::answer_each_head_with(
      "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body));
  Proxy proxy(
      http_config("rules:\n  - { name: r, apply: live, on_disarm: flush, fault: { throttle: "
                  "{ rate: 1KiB/s } } }\nscenario:\n  phases:\n"
                  "    - { name: storm, for: 200ms, rules: [r] }\n"
                  "    - { name: after, for: 60s }\n"),
      upstream.address());
  auto client = proxy.connect();
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: x.test\r\n\r\n"));
  ASSERT_EQ(client.read_until("\r\n\r\n").end, End::Enough);
  // At 1 KiB/s it would take minutes.
  EXPECT_EQ(client.read(body.size()).bytes.size(), body.size());
}

}  // namespace
}  // namespace faultline::integration
