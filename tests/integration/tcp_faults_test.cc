// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/integration/proxy_support.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <string>

#include <sys/socket.h>

// The faults of TCP connections as the peers see them: on a raw socket on either side of a proxy.
namespace faultline::integration {
namespace {

using fakes::FakeUpstream;
using fakes::RawSocket;
using fakes::ReadResult;
using End = fakes::ReadResult::End;

constexpr auto kShort = std::chrono::milliseconds(60);

std::string tcp_config(std::string_view fault) {
  return "version: 1\nrun: { name: t, seed: 1 }\nworkers: 1\nlisteners:\n"
         "  - { name: raw, listen: \"127.0.0.1:0\", protocol: tcp, upstream: "
         "\"tcp://$UPSTREAM\" }\n"
         "mirror: { mode: off }\nrules:\n  - { name: r, fault: { " +
         std::string(fault) + " } }\n";
}

/// An upstream that keeps one connection: what it read, and how that ended.
class Peer {
 public:
  using Handler = std::function<ReadResult(RawSocket&)>;
  explicit Peer(Handler handler)
      : upstream_([this, handler = std::move(handler)](RawSocket& socket) {
          if (!is_taken_.exchange(true)) result_.set_value(handler(socket));
        }) {}
  [[nodiscard]] HostPort address() const { return upstream_.address(); }
  [[nodiscard]] size_t connections() const { return upstream_.connections(); }
  [[nodiscard]] ReadResult result() {
    auto future = result_.get_future();
    if (future.wait_for(std::chrono::seconds(10)) != std::future_status::ready) return {};
    return future.get();
  }

 private:
  std::atomic<bool> is_taken_{false};
  std::promise<ReadResult> result_;
  FakeUpstream upstream_;
};

ReadResult read_all(RawSocket& socket) { return socket.read_to_end(); }

/// Greets, then reads to the end.
Peer::Handler greeter(std::string greeting) {
  return [greeting = std::move(greeting)](RawSocket& socket) {
    static_cast<void>(socket.send(greeting));
    return socket.read_to_end();
  };
}

void expect_applied(Proxy& proxy, uint64_t count = 1) {
  const auto result = proxy.finish();
  ASSERT_EQ(result.rules.size(), 1U);
  EXPECT_EQ(result.rules.front().applied, count);
  EXPECT_TRUE(result.rules.front().is_balanced());
}

TEST(TcpFaults, DropAtAcceptIsRefusalCloseOrSilence) {
  struct Case {
    std::string fault;
    End end;
  };
  for (const auto& [fault, end] :
       {Case{"drop: { how: reset }", End::Reset}, Case{"drop: { how: close }", End::Fin},
        Case{"drop: { how: black_hole, for: 60ms }", End::Fin}}) {
    SCOPED_TRACE(fault);
    Peer peer(read_all);
    Proxy proxy(tcp_config(fault), peer.address());
    const SystemClock clock;
    const MonoTime began = clock.now();
    auto client = proxy.connect();
    const auto got = client.read_to_end();

    EXPECT_EQ(got.bytes, "");
    EXPECT_EQ(got.end, end);
    if (fault.find("black_hole") != std::string::npos) {
      EXPECT_GE(clock.now() - began, kShort);
    }
    EXPECT_EQ(peer.connections(), 0U);
    expect_applied(proxy);
  }
}

TEST(TcpFaults, CutEndsBothSidesAtTheByte) {
  struct Case {
    std::string how;
    End end;
  };
  for (const auto& [how, end] :
       {Case{"close", End::Fin}, Case{"reset", End::Reset}, Case{"silence, for: 60ms", End::Fin}}) {
    SCOPED_TRACE(how);
    Peer peer(greeter("0123456789"));
    Proxy proxy(tcp_config("cut: { at: 7B, how: " + how + " }"), peer.address());
    auto client = proxy.connect();
    const auto got = client.read_to_end();

    EXPECT_EQ(got.bytes, "0123456");
    EXPECT_EQ(got.end, end);
    client.close();
    EXPECT_NE(peer.result().end, End::TimedOut);
    expect_applied(proxy);
  }
}

TEST(TcpFaults, CutOfTheRequestShowsTheUpstreamItsPart) {
  for (const auto& [how, end] : {std::pair{"close", End::Fin}, std::pair{"reset", End::Reset}}) {
    SCOPED_TRACE(how);
    Peer peer(read_all);
    Proxy proxy(tcp_config(std::string("cut: { at: 3B, side: request, how: ") + how + " }"),
                peer.address());
    auto client = proxy.connect();
    ASSERT_TRUE(client.send("abcdef"));
    const auto seen = peer.result();

    EXPECT_EQ(seen.bytes, "abc");
    EXPECT_EQ(seen.end, end);
    EXPECT_EQ(client.read_to_end().end, end);
    expect_applied(proxy);
  }
}

TEST(TcpFaults, StallHoldsTheBytesForItsTime) {
  Peer peer(greeter("0123456789"));
  Proxy proxy(tcp_config("stall: { at: 4B, for: 60ms }"), peer.address());
  const SystemClock clock;
  auto client = proxy.connect();
  EXPECT_EQ(client.read(4).bytes, "0123");
  const MonoTime stalled = clock.now();
  EXPECT_EQ(client.read(6).bytes, "456789");
  EXPECT_GE(clock.now() - stalled, kShort / 2);
  client.close();
  static_cast<void>(peer.result());
  expect_applied(proxy);
}

TEST(TcpFaults, StopReadingClosesTheWindowOfTheSender) {
  constexpr size_t kMost = 64UL * 1024 * 1024;
  std::atomic<size_t> taken{0};
  Peer peer([&taken](RawSocket& socket) {
    const std::string block(64UL * 1024, 'x');
    // Fills every buffer on the way until nothing more is taken for a while.
    int idle = 0;
    while (taken < kMost && idle < 10) {
      const auto sent =
          ::send(socket.fd(), block.data(), block.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent > 0) {
        taken += static_cast<size_t>(sent);
        idle = 0;
      } else {
        ++idle;
        static_cast<void>(socket.is_silent_for(std::chrono::milliseconds(10)));
      }
    }
    return ReadResult{};
  });
  Proxy proxy(tcp_config("stall: { at: 1KiB, for: 10s, how: stop_reading }"), peer.address());
  auto client = proxy.connect();
  EXPECT_EQ(client.read(1024).bytes.size(), 1024U);
  static_cast<void>(peer.result());
  EXPECT_LT(taken.load(), kMost) << "nobody stopped reading";
  EXPECT_TRUE(client.is_silent_for(std::chrono::milliseconds(20)));
  client.reset();
  expect_applied(proxy);
}

TEST(TcpFaults, SliceSendsPiecesApart) {
  Peer peer(greeter("abcdef"));
  Proxy proxy(tcp_config("slice: { size: 2B, gap: 30ms }"), peer.address());
  const SystemClock clock;
  auto client = proxy.connect();
  EXPECT_EQ(client.read_some(100), "ab");
  const MonoTime first = clock.now();
  EXPECT_EQ(client.read_some(100), "cd");
  EXPECT_EQ(client.read_some(100), "ef");
  EXPECT_GE(clock.now() - first, std::chrono::milliseconds(40));
  client.close();
  static_cast<void>(peer.result());
  expect_applied(proxy);
}

TEST(TcpFaults, LifetimeEndsAConnectionAlthoughBytesFlow) {
  for (const auto& [how, end] : {std::pair{"close", End::Fin}, std::pair{"reset", End::Reset}}) {
    SCOPED_TRACE(how);
    Peer peer([](RawSocket& socket) {
      while (socket.send("tick") && socket.is_silent_for(std::chrono::milliseconds(5))) {
      }
      return ReadResult{};
    });
    Proxy proxy(tcp_config(std::string("lifetime: { for: 60ms, how: ") + how + " }"),
                peer.address());
    auto client = proxy.connect();
    const auto got = client.read_to_end();
    EXPECT_EQ(got.end, end);
    EXPECT_EQ(got.bytes.substr(0, 4), "tick");
    client.close();
    static_cast<void>(peer.result());
    expect_applied(proxy);
  }
}

TEST(TcpFaults, ConnectDialsLateOrNever) {
  Peer peer(greeter("hello"));
  Proxy late(tcp_config("connect: { delay: 60ms }"), peer.address());
  const SystemClock clock;
  const MonoTime began = clock.now();
  auto client = late.connect();
  EXPECT_EQ(client.read(5).bytes, "hello");
  EXPECT_GE(clock.now() - began, kShort);
  client.close();
  static_cast<void>(peer.result());
  expect_applied(late);

  Peer unused(read_all);
  Proxy refused(tcp_config("connect: { then: refuse }"), unused.address());
  auto other = refused.connect();
  EXPECT_EQ(other.read_to_end().end, End::Reset);
  EXPECT_EQ(unused.connections(), 0U);
  expect_applied(refused);
}

TEST(TcpFaults, HalfCloseComesEarlyOrNever) {
  Peer early([](RawSocket& socket) {
    auto got = socket.read_to_end();
    static_cast<void>(socket.send("answer"));
    return got;
  });
  Proxy first(tcp_config("half_close: { how: early, at: 3B }"), early.address());
  auto client = first.connect();
  ASSERT_TRUE(client.send("abcdef"));
  const auto seen = early.result();
  EXPECT_EQ(seen.bytes, "abc");
  EXPECT_EQ(seen.end, End::Fin);
  EXPECT_EQ(client.read(6).bytes, "answer") << "the other direction stays whole";
  client.close();
  expect_applied(first);

  Peer waiting([](RawSocket& socket) {
    auto got = socket.read(3);
    got.end = socket.is_silent_for(std::chrono::milliseconds(30)) ? End::TimedOut : End::Fin;
    return got;
  });
  Proxy second(tcp_config("half_close: { how: swallow, for: 5s }"), waiting.address());
  auto other = second.connect();
  ASSERT_TRUE(other.send("abc"));
  other.shutdown_write();
  const auto quiet = waiting.result();
  EXPECT_EQ(quiet.bytes, "abc");
  EXPECT_EQ(quiet.end, End::TimedOut) << "FIN was passed on";
  other.close();
  expect_applied(second);
}

}  // namespace
}  // namespace faultline::integration
