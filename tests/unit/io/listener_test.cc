// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/fakes/raw_socket.h"
#include "tests/unit/io/io_support.h"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <vector>

namespace faultline::io {
namespace {

using fakes::RawSocket;
using fakes::ReadResult;

void drop(std::unique_ptr<Stream> /*stream*/) {}

TEST(Listener, TellsTheRealPort) {
  const SystemClock clock;
  Loop loop(clock);
  for (const std::string host : {"127.0.0.1", "localhost", "0.0.0.0"}) {
    SCOPED_TRACE(host);

    const auto listener = loop.listen({host, 0}, drop);

    ASSERT_TRUE(listener.has_value());
    EXPECT_EQ((*listener)->address().host, host == "localhost" ? "127.0.0.1" : host);
    EXPECT_GT((*listener)->address().port, 0);
    EXPECT_TRUE(RawSocket::connect({"127.0.0.1", (*listener)->address().port}).is_open());
  }
}

TEST(Listener, ListensOnIpv6WhereThereIsOne) {
  LoopThread thread;
  std::unique_ptr<Listener> listener;
  std::string peer;
  std::string why;
  thread.on_loop([&] {
    auto result = thread.loop().listen(
        {"::1", 0}, [&](std::unique_ptr<Stream> stream) { peer = stream->peer().host; });
    if (result) {
      listener = std::move(*result);
    } else {
      why = result.error().message;
    }
  });
  if (listener == nullptr) GTEST_SKIP() << why;

  const RawSocket client = RawSocket::connect(listener->address());

  EXPECT_TRUE(thread.wait_until([&] { return peer == "::1"; }));
  thread.on_loop([&] { listener.reset(); });
}

TEST(Listener, NamesTheAddressAndTheCauseOfAFailure) {
  const SystemClock clock;
  Loop loop(clock);
  const fakes::RawListener taken;
  const std::string port = std::to_string(taken.address().port);
  struct Case {
    HostPort address;
    ErrorCode code;
    std::string message;
  };
  const std::vector<Case> cases{
      {taken.address(), ErrorCode::AddressInUse,
       "cannot listen on 127.0.0.1:" + port + ": address already in use"},
      {{"192.0.2.1", 0},
       ErrorCode::InvalidArgument,
       "cannot listen on 192.0.2.1:0: address not available"},
      {{"shop.example", 80},
       ErrorCode::InvalidArgument,
       "cannot listen on shop.example:80: the host must be an IP address or localhost"},
      {{"::g", 80},
       ErrorCode::InvalidArgument,
       "cannot listen on [::g]:80: the host must be an IP address or localhost"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.message);

    const auto listener = loop.listen(c.address, drop);
    const auto probe = Loop::probe_listen(c.address);

    ASSERT_FALSE(listener.has_value());
    EXPECT_EQ(listener.error().code, c.code);
    EXPECT_EQ(listener.error().message, c.message);
    ASSERT_FALSE(probe.has_value());
    EXPECT_EQ(probe.error().message, c.message);
  }
}

TEST(Listener, SharesAnAddressOnlyWhenBothSidesAgree) {
  const SystemClock clock;
  Loop loop(clock);
  const auto first = loop.listen({"127.0.0.1", 0}, drop, true);
  ASSERT_TRUE(first.has_value());
  const HostPort address = (*first)->address();

  EXPECT_TRUE(loop.listen(address, drop, true).has_value());
  EXPECT_EQ(loop.listen(address, drop, false).error().code, ErrorCode::AddressInUse);
}

TEST(Listener, ProbeSeesAListenerThatSharesItsPort) {
  const SystemClock clock;
  Loop loop(clock);
  auto other_process = loop.listen({"127.0.0.1", 0}, drop, true);
  ASSERT_TRUE(other_process.has_value());
  const HostPort address = (*other_process)->address();

  const auto while_taken = Loop::probe_listen(address);
  other_process->reset();
  const auto when_free = Loop::probe_listen(address);

  ASSERT_FALSE(while_taken.has_value());
  EXPECT_EQ(while_taken.error().code, ErrorCode::AddressInUse);
  ASSERT_TRUE(when_free.has_value());
  EXPECT_EQ(*when_free, address);
}

TEST(Listener, ProbeTurnsPortZeroIntoAFreePort) {
  const auto probe = Loop::probe_listen({"127.0.0.1", 0});

  ASSERT_TRUE(probe.has_value());
  EXPECT_GT(probe->port, 0);
}

TEST(Listener, AcceptsABurst) {
  LoopThread thread;
  Server server(thread);
  std::vector<RawSocket> clients;
  for (int i = 0; i < 300; ++i) {
    clients.push_back(RawSocket::connect(server.address()));
    ASSERT_TRUE(clients.back().is_open());
  }

  EXPECT_TRUE(thread.wait_until([&] { return server.sessions() == clients.size(); }));
  EXPECT_EQ(thread.on_loop([&] { return server.listener().accept_errors(); }), 0U);
}

TEST(Listener, RefusesAfterItWasDestroyed) {
  LoopThread thread;
  Server server(thread);

  thread.on_loop([&] { server.close_listener(); });

  EXPECT_FALSE(RawSocket::connect(server.address()).is_open());
}

TEST(Listener, MayBeDestroyedInsideItsCallback) {
  LoopThread thread;
  std::unique_ptr<Listener> listener;
  size_t accepted = 0;
  const HostPort address = thread.on_loop([&] {
    listener = *thread.loop().listen({"127.0.0.1", 0}, [&](std::unique_ptr<Stream>) {
      ++accepted;
      listener.reset();
    });
    return listener->address();
  });

  RawSocket first = RawSocket::connect(address);

  EXPECT_EQ(first.read_to_end().end, ReadResult::End::Fin);
  EXPECT_FALSE(RawSocket::connect(address).is_open());
  EXPECT_EQ(thread.on_loop([&] { return accepted; }), 1U);
  EXPECT_TRUE(thread.on_loop([&] { return listener == nullptr; }));
}

TEST(Listener, ClosesAndCountsWhatItHasNoDescriptorFor) {
  LoopThread thread;
  Server server(thread);
  RawSocket before = RawSocket::connect(server.address());
  static_cast<void>(server.session(0));
  std::vector<RawSocket> clients;

  // The loop stands still while the clients connect and the descriptors run out.
  std::promise<void> may_go;
  thread.loop().post([&may_go] { may_go.get_future().wait(); });
  for (int i = 0; i < 3; ++i) {
    clients.push_back(RawSocket::connect(server.address()));
    ASSERT_TRUE(clients.back().is_open());
  }
  {
    const DescriptorLimit limit;
    may_go.set_value();
    for (auto& client : clients) {
      EXPECT_NE(client.read_to_end().end, ReadResult::End::TimedOut);
    }
  }

  EXPECT_EQ(thread.on_loop([&] { return server.listener().accept_errors(); }), 3U);
  RawSocket after = RawSocket::connect(server.address());
  EXPECT_TRUE(thread.wait_until([&] { return server.sessions() == 2; }));
}

}  // namespace
}  // namespace faultline::io
