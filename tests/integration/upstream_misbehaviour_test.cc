// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// What an upstream may do wrong on the way, beyond malformed bytes (tests/conformance/http1).
#include "tests/fakes/socket_queue.h"
#include "tests/fakes/wire_message.h"
#include "tests/integration/proxy_support.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace faultline::integration {
namespace {

using fakes::FakeUpstream;
using fakes::RawSocket;
using End = fakes::ReadResult::End;
using run::ErrorSide;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: x.test\r\n\r\n";
constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

bool is_status(std::string_view answer, int status) {
  return answer.starts_with("HTTP/1.1 " + std::to_string(status) + " ");
}

// A listening socket whose queue is full: the kernel drops further SYNs.
class BlackHole {
 public:
  BlackHole() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(listener_.address().port);
    for (int& fd : fds_) {
      fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
      static_cast<void>(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)));
    }
  }
  ~BlackHole() {
    for (const int fd : fds_) ::close(fd);
  }
  BlackHole(const BlackHole&) = delete;
  BlackHole& operator=(const BlackHole&) = delete;
  [[nodiscard]] HostPort address() const { return listener_.address(); }

 private:
  fakes::RawListener listener_{0};
  int fds_[8] = {};
};

TEST(Upstream, ABlackHoleIsGivenUpWith504) {
  const BlackHole hole;
  std::string config = http_config();
  config.replace(config.find("connect: 2s"), 11, "connect: 200ms");
  Proxy proxy(config, hole.address());
  auto client = proxy.connect();

  ASSERT_TRUE(client.send(kGet));

  EXPECT_TRUE(is_status(client.read_to_end().bytes, 504));
  client.close();
  EXPECT_EQ(errors_of(proxy.finish(), ErrorSide::Upstream, "connect_timed_out"), 1U);
}

TEST(Upstream, AResetBeforeWithinOrAfterTheHeadIsPassedOnAsFarAsItCanBe) {
  struct Case {
    std::string sent;
    std::string got;  // its beginning
    End end;
  };
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n";
  for (const auto& c :
       {Case{"", "HTTP/1.1 502 ", End::Fin}, Case{"HTTP/1.1 200 O", "HTTP/1.1 502 ", End::Fin},
        Case{head, head, End::Reset}, Case{head + "part", head + "part", End::Reset}}) {
    SCOPED_TRACE(c.sent);
    std::promise<void> may_reset;
    FakeUpstream upstream([&](RawSocket& socket) {
      static_cast<void>(socket.read_until("\r\n\r\n"));
      static_cast<void>(socket.send(c.sent));
      fakes::PeerQueue queue;
      EXPECT_TRUE(queue.wait_until_read(socket));
      may_reset.get_future().wait();
      socket.reset();
    });
    Proxy proxy(http_config(), upstream.address());
    auto client = proxy.connect();

    ASSERT_TRUE(client.send(kGet));
    // A reset may overtake bytes that nobody has read yet: not those of this test.
    const bool is_begun = c.end == End::Reset;
    const std::string first = is_begun ? client.read(c.got.size()).bytes : "";
    may_reset.set_value();
    const auto rest = client.read_to_end();

    EXPECT_EQ((first + rest.bytes).substr(0, c.got.size()), c.got);
    EXPECT_EQ(rest.end, c.end);
    client.close();
    EXPECT_EQ(errors_of(proxy.finish(), ErrorSide::Upstream, "reset"), 1U);
  }
}

TEST(Upstream, BytesBehindAnAnswerNeverReachTheNextClient) {
  const std::string poison = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison";
  FakeUpstream upstream([&](RawSocket& socket) {
    while (socket.read_until("\r\n\r\n").end == End::Enough) {
      if (!socket.send(std::string(kOk) + poison)) return;
    }
  });
  Proxy proxy(http_config(), upstream.address());

  for (int i = 0; i < 3; ++i) {
    auto client = proxy.connect();
    ASSERT_TRUE(client.send(kGet));
    client.shutdown_write();
    EXPECT_EQ(client.read_to_end().bytes, kOk);
  }

  EXPECT_EQ(upstream.connections(), 3U);
  EXPECT_EQ(errors_of(proxy.finish(), ErrorSide::Upstream, "unsolicited_bytes"), 3U);
}

TEST(Upstream, AnEarlyAnswerIsRelayedAndTheConnectionNotUsedAgain) {
  std::atomic<int> ended{0};
  FakeUpstream upstream([&](RawSocket& socket) {
    static_cast<void>(socket.read_until("\r\n\r\n"));
    static_cast<void>(socket.send(kOk));
    // Only the rest of the first body may still come, no second request.
    EXPECT_EQ(socket.read_to_end().bytes.find("HTTP/1.1"), std::string::npos);
    ++ended;
  });
  Proxy proxy(http_config(), upstream.address());
  auto client = proxy.connect();

  ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nHost: x.test\r\nContent-Length: 9\r\n\r\nhalf"));
  const auto got = client.read_to_end();
  EXPECT_EQ(got.bytes, kOk);
  EXPECT_EQ(got.end, End::Fin);
  auto next = proxy.connect();
  ASSERT_TRUE(next.send(kGet));
  EXPECT_EQ(next.read(kOk.size()).bytes, kOk);

  EXPECT_EQ(upstream.connections(), 2U);
}

TEST(Upstream, AStormOfInterimAnswersEndsAtTheLimit) {
  const std::string interim = "HTTP/1.1 103 Early Hints\r\n\r\n";
  for (const size_t count : {limits::kInterimResponses, limits::kInterimResponses + 1}) {
    SCOPED_TRACE(count);
    std::string answer;
    for (size_t i = 0; i < count; ++i) answer += interim;
    FakeUpstream upstream(fakes::answer_each_head_with(answer + std::string(kOk)));
    Proxy proxy(http_config(), upstream.address());
    auto client = proxy.connect();

    ASSERT_TRUE(client.send(kGet));
    client.shutdown_write();
    const std::string got = client.read_to_end().bytes;

    const bool is_storm = count > limits::kInterimResponses;
    const size_t relayed = limits::kInterimResponses * interim.size();
    ASSERT_GT(got.size(), relayed);
    EXPECT_EQ(got.substr(0, relayed), answer.substr(0, relayed));
    EXPECT_TRUE(is_status(got.substr(relayed), is_storm ? 502 : 200)) << got.substr(relayed);
    client.close();
    EXPECT_EQ(errors_of(proxy.finish(), ErrorSide::Upstream, "too_many_interim_responses"),
              is_storm ? 1U : 0U);
  }
}

TEST(Upstream, InterimAnswersAreNotForClientsOfHttp10) {
  FakeUpstream upstream(
      fakes::answer_each_head_with("HTTP/1.1 103 Early Hints\r\n\r\n" + std::string(kOk)));
  Proxy proxy(http_config(), upstream.address());
  auto client = proxy.connect();

  ASSERT_TRUE(client.send("GET / HTTP/1.0\r\n\r\n"));

  EXPECT_EQ(client.read_to_end().bytes, kOk);
}

// One byte each time the proxy has read the last, for as long as it listens.
void dribble(RawSocket& socket, std::string_view bytes) {
  fakes::PeerQueue queue;
  for (size_t i = 0; socket.send(bytes.substr(i % bytes.size(), 1)); ++i) {
    if (!queue.wait_until_read(socket) || !socket.is_silent_for(std::chrono::milliseconds(5))) {
      return;
    }
  }
}

// The client of an upstream that serves `handler` gets `status`, and `reason` is counted.
void expect_given_up(FakeUpstream::Handler handler, int status, std::string_view reason,
                     size_t good_requests = 0) {
  FakeUpstream upstream(std::move(handler));
  Proxy proxy(http_config(), upstream.address());
  auto client = proxy.connect();
  for (size_t i = 0; i < good_requests; ++i) {
    ASSERT_TRUE(client.send(kGet));
    ASSERT_EQ(client.read(kOk.size()).bytes, kOk);
  }

  ASSERT_TRUE(client.send(kGet));

  EXPECT_TRUE(is_status(client.read_to_end().bytes, status));
  client.close();
  EXPECT_EQ(errors_of(proxy.finish(), ErrorSide::Upstream, reason), 1U);
  EXPECT_EQ(upstream.connections(), 1U);
}

TEST(Upstream, AHeadThatDribblesForEverIsGivenUpWith504) {
  const auto handler = [](RawSocket& socket) {
    static_cast<void>(socket.read_until("\r\n\r\n"));
    static_cast<void>(socket.send("HTTP/1.1 200 OK\r\n"));
    dribble(socket, "X: y\r\n");
  };
  expect_given_up(handler, 504, "idle_timeout");
}

TEST(Upstream, AHeadThatNeverEndsIs502AtTheLimit) {
  const auto handler = [](RawSocket& socket) {
    static_cast<void>(socket.read_until("\r\n\r\n"));
    static_cast<void>(socket.send("HTTP/1.1 200 OK\r\nX: "));
    const std::string more(4096, 'x');
    while (socket.send(more)) {
    }
  };
  expect_given_up(handler, 502, "head_too_large");
}

TEST(Upstream, AKeptConnectionThatResetsTheNextRequestIsAKeepAliveRace) {
  const auto handler = [](RawSocket& socket) {
    static_cast<void>(socket.read_until("\r\n\r\n"));
    static_cast<void>(socket.send(kOk));
    static_cast<void>(socket.read_until("\r\n\r\n"));
    socket.reset();
  };
  expect_given_up(handler, 502, "keep_alive_race", 1);
}

TEST(Upstream, ACutWithinTheHeadOfAKeptConnectionIsNoRace) {
  const auto handler = [](RawSocket& socket) {
    static_cast<void>(socket.read_until("\r\n\r\n"));
    static_cast<void>(socket.send(kOk));
    static_cast<void>(socket.read_until("\r\n\r\n"));
    static_cast<void>(socket.send(kOk.substr(0, 9)));
  };
  expect_given_up(handler, 502, "closed_before_head", 1);
}

}  // namespace
}  // namespace faultline::integration
