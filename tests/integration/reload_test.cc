// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/integration/proxy_support.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>

namespace faultline::integration {
namespace {

using fakes::FakeUpstream;
using fakes::RawSocket;

std::string config_that_answers(int status) {
  std::string config = http_config(fmt::format(
      "rules: [{{ name: r, match: {{ path: /a }}, fault: {{ abort: {{ status: {} }} }} }}]\n",
      status));
  config.replace(config.find("workers: 1"), 10, "workers: 2");
  return config;
}

std::string status_of(RawSocket& client) {
  if (!client.send("GET /a HTTP/1.1\r\nHost: x.test\r\n\r\n")) return "not sent";
  const auto head = client.read_until("\r\n\r\n").bytes;
  return head.size() < 12 ? "no answer" : head.substr(9, 3);
}

// Snapshots are made on the control thread, held by exchanges on the workers, and let go by
// whoever is last: what the thread sanitizer is to see (./dev tsan).
TEST(Reload, SnapshotsChangeHandsWhileRequestsRun) {
  FakeUpstream upstream(fakes::answer_each_head_with("HTTP/1.1 204 No Content\r\n\r\n"));
  Proxy proxy(config_that_answers(418), upstream.address());
  std::atomic<bool> is_over{false};
  std::atomic<uint64_t> answers{0};
  std::array<std::thread, 4> clients;
  for (auto& client : clients) {
    client = std::thread([&] {
      auto socket = proxy.connect();
      for (uint64_t i = 1; !is_over; ++i) {
        if (i % 50 == 0) socket = proxy.connect();
        const std::string status = status_of(socket);
        EXPECT_TRUE(status == "418" || status == "503") << status;
        ++answers;
      }
    });
  }

  for (uint64_t i = 1; i <= 200; ++i) {
    proxy.reload(config_that_answers(i % 2 == 0 ? 418 : 503));
    while (proxy.reloads() < i) std::this_thread::yield();
  }
  const uint64_t before = answers;
  while (answers < before + 100) std::this_thread::yield();
  is_over = true;
  for (auto& client : clients) client.join();

  auto client = proxy.connect();
  EXPECT_EQ(status_of(client), "418") << "the last one";
  client.close();
  const auto result = proxy.finish();
  ASSERT_EQ(result.rules.size(), 1U);
  EXPECT_EQ(result.rules[0].applied, answers + 1);
}

// The usual configuration with a second listener, which is at `listen`.
std::string with_second(std::string config, std::string_view listen) {
  const std::string second = fmt::format(
      "  - {{ name: mall, listen: '{}', upstream: 'http://$UPSTREAM', "
      "timeouts: {{ head: 60s, idle: 60s, keep_alive: 60s }} }}\n",
      listen);
  config.insert(config.find("mirror:"), second);
  return config;
}

std::string patient_config() {
  std::string config = http_config();
  config.replace(config.find("workers: 1"), 10, "workers: 2");
  const std::string_view waits = "head: 300ms, idle: 300ms, keep_alive: 300ms";
  config.replace(config.find(waits), waits.size(), "head: 60s, idle: 60s, keep_alive: 60s");
  return config;
}

void reload_and_wait(Proxy& proxy, std::string config) {
  const uint64_t before = proxy.reloads();
  proxy.reload(std::move(config));
  while (proxy.reloads() == before) std::this_thread::yield();
}

// Where the listener that the last reload opened is.
HostPort opened_address(const Proxy& proxy) {
  const auto addresses = proxy.events().fields("listener", "address");
  const std::string& last = addresses.back();
  return *parse_host_port(std::string_view(last).substr(1, last.size() - 2));
}

TEST(Reload, AListenerThatIsAddedServes) {
  FakeUpstream upstream(fakes::answer_each_head_with("HTTP/1.1 204 No Content\r\n\r\n"));
  Proxy proxy(patient_config(), upstream.address());
  auto kept = proxy.connect();
  ASSERT_EQ(status_of(kept), "204");

  reload_and_wait(proxy, with_second(patient_config(), "127.0.0.1:0"));

  for (int i = 0; i < 20; ++i) {
    auto client = RawSocket::connect(opened_address(proxy));
    EXPECT_EQ(status_of(client), "204");
  }
  EXPECT_EQ(status_of(kept), "204") << "the connection of the other listener goes on";
  EXPECT_EQ(proxy.events().fields("listener", "action"), std::vector<std::string>{"\"opened\""});
  EXPECT_EQ(proxy.events().fields("listener", "name"), std::vector<std::string>{"\"mall\""});
}

TEST(Reload, AListenerThatIsTakenOutDrainsAndCanComeBack) {
  std::atomic<int> waiting{0};
  std::atomic<bool> may_answer{false};
  FakeUpstream upstream([&](RawSocket& socket) {
    while (true) {
      const auto head = socket.read_until("\r\n\r\n");
      if (head.end != fakes::ReadResult::End::Enough) return;
      if (head.bytes.starts_with("GET /slow ")) {
        ++waiting;
        waiting.notify_one();
        may_answer.wait(false);
      }
      if (!socket.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) return;
    }
  });
  const std::string both = with_second(patient_config(), "127.0.0.1:0");
  Proxy proxy(patient_config(), upstream.address());
  reload_and_wait(proxy, both);
  const HostPort second = opened_address(proxy);
  auto kept = proxy.connect();
  ASSERT_EQ(status_of(kept), "200");
  auto idle = RawSocket::connect(second);
  auto busy = RawSocket::connect(second);
  ASSERT_TRUE(busy.send("GET /slow HTTP/1.1\r\nHost: x.test\r\n\r\n"));
  waiting.wait(0);

  reload_and_wait(proxy, patient_config());

  EXPECT_EQ(idle.read_to_end().end, fakes::ReadResult::End::Fin) << "an idle one ends";
  EXPECT_FALSE(RawSocket::connect(second).is_open());
  may_answer = true;
  may_answer.notify_all();
  const auto answer = busy.read_to_end();
  EXPECT_TRUE(answer.bytes.ends_with("\r\nConnection: close\r\n\r\n")) << answer.bytes;
  EXPECT_EQ(answer.end, fakes::ReadResult::End::Fin);
  EXPECT_EQ(status_of(kept), "200") << "the other listener has nothing to do with it";

  reload_and_wait(proxy, both);
  auto back = RawSocket::connect(opened_address(proxy));
  EXPECT_EQ(status_of(back), "200");
  EXPECT_EQ(status_of(back), "200") << "it is kept again";
  back.close();
  kept.close();
  EXPECT_TRUE(proxy.finish().traffic.errors.empty());
  EXPECT_EQ(proxy.events().fields("listener", "action"),
            (std::vector<std::string>{"\"opened\"", "\"closed\"", "\"opened\""}));
}

TEST(Reload, AnAddressThatIsTakenChangesNothing) {
  FakeUpstream upstream(fakes::answer_each_head_with("HTTP/1.1 204 No Content\r\n\r\n"));
  Proxy proxy(patient_config(), upstream.address());

  reload_and_wait(proxy,
                  with_second(config_that_answers(418), format_host_port(upstream.address())));

  auto client = proxy.connect();
  EXPECT_EQ(status_of(client), "204") << "the rule of that file did not come either";
  EXPECT_EQ(proxy.events().fields("config", "action"), std::vector<std::string>{"\"refused\""});
  const auto reasons = proxy.events().fields("config", "reason");
  ASSERT_EQ(reasons.size(), 1U);
  EXPECT_NE(reasons[0].find(format_host_port(upstream.address())), std::string::npos);
  EXPECT_TRUE(proxy.events().fields("listener", "action").empty());
}

TEST(Reload, OneListenerMayTakeTheAddressThatAnotherLeavesAndNoOther) {
  FakeUpstream upstream(fakes::answer_each_head_with("HTTP/1.1 204 No Content\r\n\r\n"));
  const HostPort free = fakes::RawListener().address();
  const std::string mall = with_second(patient_config(), format_host_port(free));
  std::string arcade = mall;
  arcade.replace(arcade.find("name: mall"), 10, "name: arcade");
  Proxy proxy(mall, upstream.address());

  reload_and_wait(proxy, arcade);
  auto client = RawSocket::connect(free);
  EXPECT_EQ(status_of(client), "204");
  EXPECT_EQ(proxy.events().fields("listener", "name"),
            (std::vector<std::string>{"\"mall\"", "\"arcade\""}));

  // A reload is told when all workers have taken it: nobody meets a socket that is about to close.
  for (int i = 0; i < 50; ++i) {
    reload_and_wait(proxy, i % 2 == 0 ? mall : arcade);
    auto next = RawSocket::connect(free);
    ASSERT_EQ(status_of(next), "204") << "after reload " << i;
  }

  // The first listener chose its port by itself, so no check of the file can see the clash.
  reload_and_wait(proxy, with_second(patient_config(), format_host_port(proxy.address())));
  EXPECT_EQ(proxy.events().fields("config", "action").back(), "\"refused\"");
  auto later = RawSocket::connect(free);
  EXPECT_EQ(status_of(later), "204");
}

TEST(Reload, WhatNeedsARestartIsNamedAndNothingIsTaken) {
  FakeUpstream upstream(fakes::answer_each_head_with("HTTP/1.1 204 No Content\r\n\r\n"));
  const HostPort free = fakes::RawListener().address();
  Proxy proxy(with_second(config_that_answers(418), "127.0.0.1:0"), upstream.address());
  std::string other = config_that_answers(503);
  other.replace(other.find("mirror: { mode: off }"), 21, "mirror: { capture: 1KiB }");
  other.replace(other.find("workers: 2"), 10, "workers: 1");

  reload_and_wait(proxy, with_second(config_that_answers(503), format_host_port(free)));
  reload_and_wait(proxy, other);

  EXPECT_EQ(
      proxy.events().fields("config", "reason"),
      (std::vector<std::string>{"\"listener 'mall' changed its address: that needs a restart\"",
                                "\"workers, mirror changed: that needs a restart\""}));
  auto client = proxy.connect();
  EXPECT_EQ(status_of(client), "418");
}

TEST(Reload, AnUpstreamConnectionIsNeverUsedForAnotherAddress) {
  FakeUpstream first(fakes::answer_each_head_with("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  FakeUpstream second(fakes::answer_each_head_with("HTTP/1.1 204 No Content\r\n\r\n"));
  const std::string config = http_config();
  std::string moved = config;
  const std::string_view mark = "$UPSTREAM";
  moved.replace(moved.find(mark), mark.size(), format_host_port(second.address()));
  Proxy proxy(config, first.address());
  auto client = proxy.connect();
  ASSERT_EQ(status_of(client), "200");

  // Both have an idle connection from the second round on.
  for (int i = 0; i < 3; ++i) {
    reload_and_wait(proxy, moved);
    EXPECT_EQ(status_of(client), "204");
    reload_and_wait(proxy, config);
    EXPECT_EQ(status_of(client), "200");
  }

  EXPECT_EQ(first.connections(), 1U);
  EXPECT_EQ(second.connections(), 1U);
}

// The row of the life cycle: 1,000 reloads under load, listeners and rules come and go.
TEST(Reload, AThousandThatAddAndRemoveListenersAndRulesFailNoRequest) {
  FakeUpstream upstream(fakes::answer_each_head_with("HTTP/1.1 204 No Content\r\n\r\n"));
  const std::string plain = patient_config();
  std::string ruled = with_second(plain, "127.0.0.1:0");
  ruled += "rules: [{ name: r, match: { path: /b }, fault: { abort: { status: 418 } } }]\n";
  Proxy proxy(plain, upstream.address());
  std::atomic<bool> is_over{false};
  std::atomic<uint64_t> failed{0};
  std::array<std::thread, 2> clients;
  for (auto& client : clients) {
    client = std::thread([&] {
      auto socket = proxy.connect();
      for (uint64_t i = 1; !is_over; ++i) {
        if (i % 100 == 0) socket = proxy.connect();
        failed += status_of(socket) == "204" ? 0 : 1;
      }
    });
  }

  uint64_t served = 0;
  for (int i = 0; i < 500; ++i) {
    reload_and_wait(proxy, ruled);
    auto client = RawSocket::connect(opened_address(proxy));
    served += status_of(client) == "204" ? 1 : 0;
    reload_and_wait(proxy, plain);
  }
  is_over = true;
  for (auto& client : clients) client.join();

  EXPECT_EQ(failed, 0U);
  EXPECT_EQ(served, 500U);
  EXPECT_EQ(proxy.reloads(), 1000U);
  EXPECT_TRUE(proxy.finish().traffic.errors.empty());
}

}  // namespace
}  // namespace faultline::integration
