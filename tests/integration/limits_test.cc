// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/integration/proxy_support.h"

#include <gtest/gtest.h>

#include <atomic>

namespace faultline::integration {
namespace {

using fakes::FakeUpstream;
using fakes::RawSocket;
using End = fakes::ReadResult::End;

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: x.test\r\n\r\n";
constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
constexpr uint64_t kMiB = 1024 * 1024;

std::string config_with(std::string_view listener_key, std::string_view more = "") {
  std::string config = http_config(more);
  const std::string_view mark = "    protocol: http\n";
  config.insert(config.find(mark), std::string(listener_key) + "\n");
  return config;
}

TEST(Limits, AConnectionOverTheLimitIsClosedAndCounted) {
  FakeUpstream upstream(fakes::answer_each_head_with(std::string(kOk)));
  Proxy proxy(config_with("    limits: { connections: 1 }"), upstream.address());
  auto first = proxy.connect();
  ASSERT_TRUE(first.send(kGet));
  ASSERT_EQ(first.read(kOk.size()).bytes, kOk);

  auto second = proxy.connect();
  EXPECT_EQ(second.read_to_end().bytes, "");
  ASSERT_TRUE(first.send(kGet)) << "the first goes on";
  EXPECT_EQ(first.read(kOk.size()).bytes, kOk);
  EXPECT_EQ(errors_of(proxy.finish(), run::ErrorSide::Downstream, "connection_limit"), 1U);
}

TEST(Limits, AConnectionOverTheTotalOfAllListenersIsClosedAndCounted) {
  FakeUpstream upstream(fakes::answer_each_head_with(std::string(kOk)));
  std::string config = http_config("limits: { connections: 2 }\n");
  config.replace(config.find("workers: 1"), 10, "workers: 3");
  const std::string_view waits = "head: 300ms, idle: 300ms, keep_alive: 300ms";
  config.replace(config.find(waits), waits.size(), "keep_alive: 60s");
  config.insert(config.find("mirror:"),
                "  - { name: mall, listen: '127.0.0.1:0', upstream: 'http://$UPSTREAM' }\n");
  HostPort mall;
  Proxy proxy(config, upstream.address(), true, [&mall](server::App& app) {
    mall = app.addresses()[1];
    return nullptr;
  });
  const auto is_served = [](RawSocket& client) {
    return client.send(kGet) && client.read(kOk.size()).bytes == kOk;
  };
  auto first = proxy.connect();
  ASSERT_TRUE(is_served(first));
  auto second = RawSocket::connect(mall);
  ASSERT_TRUE(is_served(second));

  uint64_t refused = 0;
  for (const HostPort& listener : {proxy.address(), mall, proxy.address(), mall}) {
    EXPECT_EQ(RawSocket::connect(listener).read_to_end().bytes, "");
    ++refused;
  }
  EXPECT_TRUE(is_served(first)) << "those that are there go on";
  EXPECT_TRUE(is_served(second));

  // Whoever goes makes room, on whichever listener.
  second.close();
  auto third = proxy.connect();
  for (; !is_served(third); ++refused) third = proxy.connect();
  EXPECT_EQ(RawSocket::connect(mall).read_to_end().bytes, "");
  ++refused;

  const auto result = proxy.finish();
  EXPECT_EQ(errors_of(result, run::ErrorSide::Downstream, "connection_limit_total"), refused);
  EXPECT_EQ(errors_of(result, run::ErrorSide::Downstream, "connection_limit"), 0U);
}

TEST(Limits, ARequestThatWouldBeOneConnectTooManyGets503) {
  // A listener that nobody serves takes a connection or two, then connects to it stay under way.
  const fakes::RawListener full(0);
  Proxy proxy(config_with("    limits: { pending: 1 }"), full.address());
  std::vector<RawSocket> clients;
  std::string answer;
  while (answer.empty() && clients.size() < 8) {
    clients.push_back(proxy.connect());
    ASSERT_TRUE(clients.back().send(kGet));
    if (!clients.back().is_silent_for(std::chrono::milliseconds(30))) {
      answer = clients.back().read_to_end().bytes;
    }
  }
  EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 503");
  EXPECT_GE(clients.size(), 2U) << "one connect may be under way";
  clients.clear();
  EXPECT_EQ(errors_of(proxy.finish(), run::ErrorSide::Upstream, "pending_limit"), 1U);
}

TEST(Underscores, AreKeptStrippedOrRefused) {
  const std::string request = "GET /a HTTP/1.1\r\nHost: x.test\r\nX_A: 1\r\nX-B: 2\r\n\r\n";
  struct Case {
    std::string key;
    std::string status;
    std::string arrives;
  };
  const Case cases[] = {
      {"keep", "200", request},
      {"strip", "200", "GET /a HTTP/1.1\r\nHost: x.test\r\nX-B: 2\r\n\r\n"},
      {"reject", "400", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.key);
    std::string seen;
    FakeUpstream upstream([&seen](RawSocket& socket) {
      seen = socket.read_until("\r\n\r\n").bytes;
      static_cast<void>(socket.send(kOk));
    });
    {
      Proxy proxy(config_with("    underscores: " + c.key), upstream.address());
      auto client = proxy.connect();
      ASSERT_TRUE(client.send(request));
      EXPECT_EQ(client.read_until("\r\n\r\n").bytes.substr(9, 3), c.status);
    }
    EXPECT_EQ(seen, c.arrives);
  }
}

TEST(Overload, EndsConnectionsAtHighPressureAndAcceptsNothingAtFull) {
  FakeUpstream upstream(fakes::answer_each_head_with(std::string(kOk)));
  std::atomic<uint64_t> used{0};
  Proxy proxy(http_config("overload: { memory: 100MiB }\n"), upstream.address(), true, nullptr,
              [&used] { return used.load(); });
  auto idle = proxy.connect();
  ASSERT_TRUE(idle.send(kGet));
  ASSERT_EQ(idle.read(kOk.size()).bytes, kOk);

  used = 93 * kMiB;
  EXPECT_EQ(idle.read_to_end().end, End::Fin) << "idle connections go";
  auto client = proxy.connect();
  ASSERT_TRUE(client.send(kGet));
  const auto answer = client.read_to_end();
  EXPECT_NE(answer.bytes.find("Connection: close"), std::string::npos) << answer.bytes;
  EXPECT_TRUE(answer.bytes.ends_with("ok"));

  used = 96 * kMiB;
  bool is_refused = false;
  while (!is_refused) {
    auto late = proxy.connect();
    is_refused = !late.send(kGet) || late.read_to_end().bytes.empty();
  }

  used = 1 * kMiB;
  bool is_served = false;
  while (!is_served) {
    auto again = proxy.connect();
    is_served = again.send(kGet) && !again.read(kOk.size()).bytes.empty();
  }
  EXPECT_GE(errors_of(proxy.finish(), run::ErrorSide::Downstream, "overload"), 1U);
}

}  // namespace
}  // namespace faultline::integration
