// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/integration/proxy_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <thread>
#include <vector>

namespace faultline::integration {
namespace {

using fakes::FakeUpstream;
using fakes::RawSocket;
using End = fakes::ReadResult::End;

constexpr std::string_view kGet =
    "GET /a?b=%20c HTTP/1.1\r\nhOsT: x.test\r\nX-Odd-CASE:  v\r\n\r\n";
constexpr std::string_view kOk =
    "HTTP/1.1 200 Fine\r\nx-FIRST: 1\r\nContent-length: 5\r\nX-Last: z\r\n\r\nhello";

TEST(HttpProxy, ForwardsHeadsByteForByteWithOrderAndCase) {
  std::string seen;
  FakeUpstream upstream([&](RawSocket& socket) {
    seen = socket.read_until("\r\n\r\n").bytes;
    static_cast<void>(socket.send(kOk));
    static_cast<void>(socket.read_to_end());
  });
  Proxy proxy(http_config(), upstream.address());

  auto client = proxy.connect();
  ASSERT_TRUE(client.send(kGet));
  const auto answer = client.read(kOk.size());

  EXPECT_EQ(answer.bytes, kOk);
  EXPECT_EQ(seen, kGet);
}

TEST(HttpProxy, KeepsChunkedFramingTrailersAndInterimResponses) {
  const std::string response =
      "HTTP/1.1 103 Early Hints\r\nLink: </s.css>\r\n\r\n"
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 9\r\n\r\n";
  FakeUpstream upstream(fakes::answer_each_head_with(response));
  Proxy proxy(http_config(), upstream.address());

  auto client = proxy.connect();
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));

  EXPECT_EQ(client.read(response.size()).bytes, response);
}

// RFC 9110 6.4.1: whatever their fields say, nothing behind their heads belongs to them.
TEST(HttpProxy, AnswersToHeadAnd204And304HaveNoBodyAndTheNextFollowsAtOnce) {
  struct Case {
    std::string method;
    std::string answer;
  };
  const Case cases[] = {
      {"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"},
      {"HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"},
      {"GET", "HTTP/1.1 204 No Content\r\n\r\n"},
      {"GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.method + " " + c.answer);
    FakeUpstream upstream([&c](RawSocket& socket) {
      static_cast<void>(socket.read_until("\r\n\r\n"));
      if (!socket.send(c.answer)) return;
      static_cast<void>(socket.read_until("\r\n\r\n"));
      if (socket.send(kOk)) static_cast<void>(socket.read_to_end());
    });
    Proxy proxy(http_config(), upstream.address());
    auto client = proxy.connect();

    ASSERT_TRUE(client.send(c.method + " / HTTP/1.1\r\nHost: x\r\n\r\n" + std::string(kGet)));

    EXPECT_EQ(client.read(c.answer.size()).bytes, c.answer);
    EXPECT_EQ(client.read(kOk.size()).bytes, kOk);
    EXPECT_EQ(upstream.connections(), 1U);
  }
}

TEST(HttpProxy, AnswersAThousandPipelinedRequestsInOrderOverOneUpstreamConnection) {
  FakeUpstream upstream([](RawSocket& socket) {
    while (true) {
      const auto head = socket.read_until("\r\n\r\n");
      if (head.end != End::Enough) return;
      const std::string path = head.bytes.substr(4, head.bytes.find(' ', 4) - 4);
      if (!socket.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(path.size()) +
                       "\r\n\r\n" + path)) {
        return;
      }
    }
  });
  Proxy proxy(http_config(), upstream.address());
  std::string requests;
  std::string want;
  for (int i = 0; i < 1000; ++i) {
    const std::string path = "/" + std::to_string(i);
    requests += "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
    want += "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(path.size()) + "\r\n\r\n" + path;
  }

  auto client = proxy.connect();
  std::thread sender([&] { EXPECT_TRUE(client.send(requests)); });
  const auto got = client.read(want.size());
  sender.join();

  EXPECT_EQ(got.bytes, want);
  EXPECT_EQ(upstream.connections(), 1U);
}

TEST(HttpProxy, AnswersAfterTheClientHasHalfClosed) {
  FakeUpstream upstream(fakes::answer_each_head_with(std::string(kOk)));
  Proxy proxy(http_config(), upstream.address());

  auto client = proxy.connect();
  ASSERT_TRUE(client.send(kGet));
  client.shutdown_write();
  const auto got = client.read_to_end();

  EXPECT_EQ(got.bytes, kOk);
  EXPECT_EQ(got.end, End::Fin);
}

TEST(HttpProxy, RefusesMalformedRequestsAndForwardsNothing) {
  FakeUpstream upstream(fakes::answer_each_head_with(std::string(kOk)));
  Proxy proxy(http_config(), upstream.address());
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
       "5\r\nhello\r\n0\r\n\r\n",
       "HTTP/1.1 400"},
      {"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400"},
      {"GET / HTTP/1.1\nHost: a\n\n", "HTTP/1.1 400"},
      {"FOO / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 501"},
      {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", "HTTP/1.1 505"},
      {"GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(65536, 'x') + "\r\n\r\n", "HTTP/1.1 431"},
  };

  for (const auto& [bytes, status] : cases) {
    SCOPED_TRACE(bytes.substr(0, 40));
    auto client = proxy.connect();
    static_cast<void>(client.send(bytes));
    const auto got = client.read_to_end();
    EXPECT_EQ(got.bytes.substr(0, status.size()), status);
    EXPECT_EQ(got.end, End::Fin);
  }
  EXPECT_EQ(upstream.connections(), 0U);
}

TEST(HttpProxy, Answers502WhenTheUpstreamRefusesOrTalksNonsense) {
  const HostPort nobody = [] {
    const fakes::RawListener closed;
    return closed.address();
  }();
  Proxy refused(http_config(), nobody);
  auto client = refused.connect();
  ASSERT_TRUE(client.send(kGet));
  EXPECT_EQ(client.read_to_end().bytes.substr(0, 12), "HTTP/1.1 502");
  EXPECT_EQ(errors_of(refused.finish(), run::ErrorSide::Upstream, "connect_refused"), 1U);

  FakeUpstream upstream(fakes::answer_each_head_with(
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"));
  Proxy nonsense(http_config(), upstream.address());
  auto second = nonsense.connect();
  ASSERT_TRUE(second.send(kGet));
  EXPECT_EQ(second.read_to_end().bytes.substr(0, 12), "HTTP/1.1 502");
}

TEST(HttpProxy, NeverRetriesWhenTheUpstreamClosesAKeptConnection) {
  std::atomic<int> requests{0};
  FakeUpstream upstream([&](RawSocket& socket) {
    while (socket.read_until("\r\n\r\n").end == End::Enough) {
      if (++requests == 2) return;
      if (!socket.send(kOk)) return;
    }
  });
  Proxy proxy(http_config(), upstream.address());

  auto client = proxy.connect();
  ASSERT_TRUE(client.send(kGet));
  ASSERT_EQ(client.read(kOk.size()).bytes, kOk);
  ASSERT_TRUE(client.send(kGet));
  const auto got = client.read_to_end();

  EXPECT_EQ(got.bytes.substr(0, 12), "HTTP/1.1 502");
  EXPECT_EQ(requests.load(), 2);
  EXPECT_EQ(errors_of(proxy.finish(), run::ErrorSide::Upstream, "keep_alive_race"), 1U);
}

TEST(HttpProxy, CutsTheAnswerWhenTheUpstreamCutsIt) {
  FakeUpstream upstream([](RawSocket& socket) {
    static_cast<void>(socket.read_until("\r\n\r\n"));
    static_cast<void>(socket.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this"));
  });
  Proxy proxy(http_config(), upstream.address());

  auto client = proxy.connect();
  ASSERT_TRUE(client.send(kGet));
  const auto got = client.read_to_end();

  EXPECT_NE(got.bytes.find("only this"), std::string::npos);
  EXPECT_EQ(errors_of(proxy.finish(), run::ErrorSide::Upstream, "closed_mid_response"), 1U);
}

TEST(HttpProxy, TimesOutASlowHeadWith408AndASilentUpstreamWith504) {
  FakeUpstream upstream([](RawSocket& socket) { static_cast<void>(socket.read_to_end()); });
  Proxy proxy(http_config(), upstream.address());

  auto slow = proxy.connect();
  ASSERT_TRUE(slow.send("GET / HTTP/1.1\r\nHo"));
  auto unanswered = proxy.connect();
  ASSERT_TRUE(unanswered.send(kGet));

  EXPECT_EQ(slow.read_to_end().bytes.substr(0, 12), "HTTP/1.1 408");
  EXPECT_EQ(unanswered.read_to_end().bytes.substr(0, 12), "HTTP/1.1 504");
}

TEST(HttpProxy, TunnelsAfter101AndStaysHttpWhenTheUpgradeIsRefused) {
  const std::string ask =
      "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  const std::string yes =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  FakeUpstream echo([&](RawSocket& socket) {
    static_cast<void>(socket.read_until("\r\n\r\n"));
    static_cast<void>(socket.send(yes + "early"));
    const auto got = socket.read(4);
    static_cast<void>(socket.send(got.bytes));
    static_cast<void>(socket.read_to_end());
  });
  Proxy proxy(http_config(), echo.address());
  auto client = proxy.connect();
  ASSERT_TRUE(client.send(ask));
  EXPECT_EQ(client.read(yes.size() + 5).bytes, yes + "early");
  ASSERT_TRUE(client.send(std::string("\x00\xFFzz", 4)));
  EXPECT_EQ(client.read(4).bytes, std::string("\x00\xFFzz", 4));

  FakeUpstream refuses(fakes::answer_each_head_with(std::string(kOk)));
  Proxy second(http_config(), refuses.address());
  auto plain = second.connect();
  ASSERT_TRUE(plain.send(ask + std::string(kGet)));
  EXPECT_EQ(plain.read(2 * kOk.size()).bytes, std::string(kOk) + std::string(kOk));
}

TEST(HttpProxy, ATunnelGoesOnBehindMoreThanWaitsForItsBeginning) {
  const std::string ask =
      "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  const std::string yes =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  const std::string early(4 * limits::kConnectionBufferBytes, 'e');
  std::promise<void> sent;
  FakeUpstream upstream([&](RawSocket& socket) {
    static_cast<void>(socket.read_until("\r\n\r\n"));
    sent.get_future().wait();
    static_cast<void>(socket.send(yes));
    const std::string all = socket.read(early.size() + 4).bytes;
    static_cast<void>(socket.send(all.substr(std::min(all.size(), early.size()))));
    static_cast<void>(socket.read_to_end());
  });
  Proxy proxy(http_config(), upstream.address());
  auto client = proxy.connect();
  ASSERT_TRUE(client.send(ask + early.substr(0, early.size() / 2)));
  sent.set_value();
  ASSERT_TRUE(client.send(early.substr(early.size() / 2) + "ping"));

  EXPECT_EQ(client.read(yes.size() + 4).bytes, yes + "ping");
}

TEST(HttpProxy, ADrainUnderLoadCutsNoExchangeUnderWay) {
  constexpr size_t kClients = 200;
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  std::atomic<size_t> waiting{0};
  FakeUpstream upstream([&](RawSocket& socket) {
    static_cast<void>(socket.read_until("\r\n\r\n"));
    ++waiting;
    released.wait();
    static_cast<void>(socket.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"));
  });
  std::string config = http_config();
  config.replace(config.find("head: 300ms, idle: 300ms"), 24, "head: 60s, idle: 60s");
  Proxy proxy(config, upstream.address());
  std::vector<RawSocket> clients;
  for (size_t i = 0; i < kClients; ++i) {
    clients.push_back(proxy.connect());
    ASSERT_TRUE(clients.back().send("GET / HTTP/1.1\r\nHost: x.test\r\n\r\n"));
  }
  while (waiting.load() < kClients) std::this_thread::yield();

  proxy.begin_stop();
  while (proxy.connect().is_open()) std::this_thread::yield();  // the listener is closed
  release.set_value();

  for (auto& client : clients) {
    const auto answer = client.read_to_end();
    EXPECT_TRUE(answer.bytes.ends_with("\r\nConnection: close\r\n\r\nhello")) << answer.bytes;
    EXPECT_EQ(answer.end, End::Fin);
  }
  const auto result = proxy.finish();
  EXPECT_TRUE(result.traffic.errors.empty());
}

TEST(HttpProxy, FinishesTheExchangeUnderWayWhenItDrains) {
  std::atomic<bool> has_request{false};
  std::atomic<bool> may_answer{false};
  FakeUpstream upstream([&](RawSocket& socket) {
    static_cast<void>(socket.read_until("\r\n\r\n"));
    has_request.store(true);
    has_request.notify_one();
    may_answer.wait(false);
    static_cast<void>(socket.send(kOk));
    static_cast<void>(socket.read_to_end());
  });
  auto proxy = std::make_unique<Proxy>(http_config(), upstream.address());
  auto client = proxy->connect();
  auto idle = proxy->connect();
  ASSERT_TRUE(client.send(kGet));
  has_request.wait(false);

  proxy->begin_stop();
  EXPECT_EQ(idle.read_to_end().end, End::Fin);
  may_answer.store(true);
  may_answer.notify_one();
  const auto got = client.read_to_end();

  EXPECT_NE(got.bytes.find("Connection: close\r\n"), std::string::npos);
  EXPECT_TRUE(got.bytes.ends_with("\r\n\r\nhello"));
  EXPECT_EQ(got.end, End::Fin);
}

TEST(HttpProxy, ADrainServesTheRequestThatIsOnItsWay) {
  FakeUpstream upstream(fakes::answer_each_head_with(std::string(kOk)));
  Proxy proxy(http_config(), upstream.address());
  auto client = proxy.connect();
  ASSERT_TRUE(client.send(kGet));
  ASSERT_EQ(client.read(kOk.size()).bytes, kOk);

  proxy.begin_stop();
  while (proxy.connect().is_open()) std::this_thread::yield();  // the drain has begun
  ASSERT_TRUE(client.send(kGet));
  const auto got = client.read_to_end();

  EXPECT_TRUE(got.bytes.ends_with("Connection: close\r\n\r\nhello")) << got.bytes;
  EXPECT_EQ(got.end, End::Fin);
  EXPECT_EQ(proxy.finish().traffic.errors.size(), 0U);
}

}  // namespace
}  // namespace faultline::integration
