// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/clock.h"
#include "tests/e2e/world.h"
#include "tests/fakes/fake_upstream.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>

#include <signal.h>

namespace faultline::e2e {
namespace {

constexpr const char* kTeapot = R"(rules:
  - { name: teapot, match: { path: /items }, fault: { abort: { status: 418 } } }
)";

std::string status_of(const Faultline& faultline) {
  return curl({faultline.url("/items")}).substr(9, 3);
}

// Waits until the terminal has said that often.
bool has_said(Faultline& faultline, const std::string& words, size_t times) {
  return faultline.process().wait_for_errors([&](const std::string& text) {
    size_t count = 0;
    for (size_t at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) {
      ++count;
    }
    return count >= times;
  });
}

TEST(Reload, SighupTakesTheNewRule) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", config_text(nginx.address(), ""));
  Faultline faultline({"-c", config});
  EXPECT_EQ(status_of(faultline), "200");

  folder.write("faultline.yaml", config_text(nginx.address(), kTeapot));
  faultline.process().signal(SIGHUP);
  ASSERT_TRUE(has_said(faultline, "configuration reloaded", 1)) << faultline.process().errors();

  EXPECT_EQ(status_of(faultline), "418");
  EXPECT_EQ(faultline.stop(), 0) << faultline.process().errors();
  EXPECT_EQ(read_events(faultline.folder(), "fault").size(), 1U);
}

TEST(Reload, AFileThatIsRenamedIntoPlaceIsTaken) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", config_text(nginx.address(), ""));
  Faultline faultline({"-c", config});
  EXPECT_EQ(status_of(faultline), "200");

  const std::string next = folder.write("next.yaml", config_text(nginx.address(), kTeapot));
  ASSERT_EQ(std::rename(next.c_str(), config.c_str()), 0);
  ASSERT_TRUE(has_said(faultline, "configuration reloaded", 1)) << faultline.process().errors();

  EXPECT_EQ(status_of(faultline), "418");
  EXPECT_EQ(faultline.stop(), 0) << faultline.process().errors();
}

TEST(Reload, ABadFileKeepsTheOldOneAndSaysWhy) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", config_text(nginx.address(), kTeapot));
  Faultline faultline({"-c", config});
  EXPECT_EQ(status_of(faultline), "418");

  folder.write("faultline.yaml", config_text(nginx.address(), "rulez: []\n"));
  faultline.process().signal(SIGHUP);
  ASSERT_TRUE(has_said(faultline, "configuration not reloaded", 1)) << faultline.process().errors();

  EXPECT_NE(faultline.process().errors().find("unknown key 'rulez'"), std::string::npos)
      << faultline.process().errors();
  EXPECT_NE(faultline.process().errors().find(config + ":9:1"), std::string::npos)
      << faultline.process().errors();
  EXPECT_EQ(status_of(faultline), "418");
  EXPECT_EQ(faultline.stop(), 0);
}

TEST(Reload, AnotherProtocolNeedsARestartAndChangesNothing) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string text = config_text(nginx.address(), "");
  const std::string config = folder.write("faultline.yaml", text);
  Faultline faultline({"-c", config});

  std::string changed = text;
  const std::string http = "http://";
  changed.replace(changed.find(http), http.size(), "tcp://");
  const size_t contracts = changed.find("    contracts:");  // which tcp has not
  changed.erase(contracts, changed.find('\n', contracts) + 1 - contracts);
  changed.replace(changed.find("name: shop"), 10, "name: shop\n    protocol: tcp");
  folder.write("faultline.yaml", changed);
  faultline.process().signal(SIGHUP);
  ASSERT_TRUE(has_said(faultline, "that needs a restart", 1)) << faultline.process().errors();

  EXPECT_EQ(status_of(faultline), "200");
  EXPECT_EQ(faultline.stop(), 0);
}

TEST(Reload, AListenerThatIsRenamedIsAnotherOne) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", config_text(nginx.address(), ""));
  Faultline faultline({"-c", config});
  EXPECT_EQ(status_of(faultline), "200");

  std::string renamed = config_text(nginx.address(), kTeapot);
  renamed.replace(renamed.find("name: shop"), 10, "name: mall");
  folder.write("faultline.yaml", renamed);
  faultline.process().signal(SIGHUP);
  ASSERT_TRUE(has_said(faultline, "closed shop on 127.0.0.1:", 1)) << faultline.process().errors();

  EXPECT_TRUE(has_said(faultline, "opened mall on 127.0.0.1:", 1)) << faultline.process().errors();
  EXPECT_EQ(faultline.stop(), 0);
}

TEST(Reload, CountersAndDecisionsOfARuleGoOn) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string every = R"(rules:
  - { name: third, match: { path: /items }, fault: { abort: { status: 418 } }, every: 3 }
)";
  const std::string config = folder.write("faultline.yaml", config_text(nginx.address(), every));
  Faultline faultline({"-c", config});
  EXPECT_EQ(status_of(faultline), "200");
  EXPECT_EQ(status_of(faultline), "200");

  folder.write("faultline.yaml",
               config_text(nginx.address(), every + "mirror: { mode: lossless }\n") + "\n");
  faultline.process().signal(SIGHUP);
  ASSERT_TRUE(has_said(faultline, "configuration reloaded", 1)) << faultline.process().errors();

  EXPECT_EQ(status_of(faultline), "418") << "the third match, also after the reload";
  EXPECT_EQ(faultline.stop(), 0);
}

// One connection that is open all the time: SIGHUP slows it down and lets it go again, and what the
// rule holds in between comes late, once and in order.
TEST(Reload, ALiveRuleIsArmedAndDisarmedOnAnOpenConnection) {
  fakes::FakeUpstream echo([](fakes::RawSocket& socket) {
    for (auto bytes = socket.read_some(4096); !bytes.empty(); bytes = socket.read_some(4096)) {
      if (!socket.send(bytes)) return;
    }
  });
  const auto config_with = [&echo](std::string_view rules) {
    return fmt::format(
        "version: 1\nrun: {{ name: e2e, seed: 1 }}\n"
        "gate: {{ flag: ATSH_ENABLED, environments: [ci] }}\nmirror: {{ mode: off }}\n"
        "listeners:\n  - {{ name: raw, listen: \"127.0.0.1:0\", protocol: tcp, upstream: "
        "\"{}\" }}\nrules: [{}]\n",
        format_host_port(echo.address()), rules);
  };
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", config_with(""));
  Faultline faultline({"-c", config});
  auto client = fakes::RawSocket::connect(faultline.address());
  ASSERT_TRUE(client.send("calm"));
  EXPECT_EQ(client.read(4).bytes, "calm");

  folder.write("faultline.yaml",
               config_with("{ name: slow, apply: live, fault: { latency: { fixed: 1500ms } } }"));
  faultline.process().signal(SIGHUP);
  ASSERT_TRUE(has_said(faultline, "configuration reloaded", 1)) << faultline.process().errors();
  // The worker takes it within a turn of its loop: what is sent after that is held.
  EXPECT_TRUE(client.is_silent_for(std::chrono::milliseconds(200)));
  const SystemClock clock;
  const MonoTime sent = clock.now();
  ASSERT_TRUE(client.send("held"));
  EXPECT_TRUE(client.is_silent_for(std::chrono::milliseconds(300)));
  folder.write("faultline.yaml", config_with("") + "\n");
  faultline.process().signal(SIGHUP);
  ASSERT_TRUE(has_said(faultline, "configuration reloaded", 2)) << faultline.process().errors();
  ASSERT_TRUE(client.send("later"));

  EXPECT_EQ(client.read(9).bytes, "heldlater");
  EXPECT_GE(clock.now() - sent, std::chrono::milliseconds(1500));
  EXPECT_EQ(faultline.stop(), 0);
  EXPECT_EQ(read_events(faultline.folder(), "fault").size(), 1U);
}

}  // namespace
}  // namespace faultline::e2e
