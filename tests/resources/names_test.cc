// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// Names that do not resolve, slowly or now and then, and a system without IPv6.
#include "tests/integration/proxy_support.h"
#include "tests/resources/failing_calls.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include <netdb.h>
#include <sys/socket.h>

namespace faultline::resources {
namespace {

using fakes::FakeUpstream;
using integration::errors_of;
using integration::http_config;
using integration::Proxy;
using run::ErrorSide;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: x.test\r\n\r\n";
constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// The status of one request on a connection of its own.
std::string ask(const Proxy& proxy) {
  auto client = proxy.connect();
  if (!client.send(kGet)) return "";
  const auto head = client.read_until("\r\n\r\n").bytes;
  return head.size() < 12 ? "" : head.substr(9, 3);
}

TEST(Dns, ANameThatDoesNotExistIs502AndCountedAsNotFound) {
  FailingCalls calls;
  calls.on_lookup([](std::string_view) { return FailingCalls::Lookup{EAI_NONAME, {}}; });
  Proxy proxy(http_config(), {"shop.test", 80});

  EXPECT_EQ(ask(proxy), "502");

  EXPECT_EQ(errors_of(proxy.finish(), ErrorSide::Upstream, "connect_not_found"), 1U);
}

TEST(Dns, ANameThatFlapsCostsOnlyTheRequestsOfThatTime) {
  // Keeps no connection: every request looks the name up.
  FakeUpstream upstream([](fakes::RawSocket& socket) {
    static_cast<void>(socket.read_until("\r\n\r\n"));
    static_cast<void>(
        socket.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"));
  });
  std::atomic<int> lookups{0};
  FailingCalls calls;
  calls.on_lookup([&](std::string_view name) {
    EXPECT_EQ(name, "shop.test");
    return lookups++ == 1 ? FailingCalls::Lookup{EAI_AGAIN, {}}
                          : FailingCalls::Lookup{0, {"127.0.0.1"}};
  });
  Proxy proxy(http_config(), {"shop.test", upstream.address().port});

  EXPECT_EQ(ask(proxy), "200");
  EXPECT_EQ(ask(proxy), "502");
  EXPECT_EQ(ask(proxy), "200");

  EXPECT_EQ(lookups.load(), 3);
}

TEST(Dns, ASlowLookupEndsWithTheConnectTimeAndHoldsNobodyElse) {
  FakeUpstream upstream(fakes::answer_each_head_with(std::string(kOk)));
  std::promise<void> may_answer;
  const std::shared_future<void> answered = may_answer.get_future().share();
  std::atomic<int> lookups{0};
  FailingCalls calls;
  calls.on_lookup([&](std::string_view) {
    if (lookups++ == 0) answered.wait();
    return FailingCalls::Lookup{0, {"127.0.0.1"}};
  });
  std::string config = http_config();
  config.replace(config.find("connect: 2s"), 11, "connect: 100ms");  // before "idle"
  Proxy proxy(config, {"shop.test", upstream.address().port});
  auto first = proxy.connect();
  ASSERT_TRUE(first.send(kGet));
  while (lookups.load() == 0) std::this_thread::yield();

  EXPECT_EQ(ask(proxy), "200") << "the loop goes on";
  EXPECT_EQ(first.read_until("\r\n\r\n").bytes.substr(9, 3), "504");

  first.close();
  may_answer.set_value();
  EXPECT_EQ(errors_of(proxy.finish(), ErrorSide::Upstream, "connect_timed_out"), 1U);
}

TEST(WithoutIpv6, AnUpstreamWithBothAddressesIsReachedByTheOther) {
  FakeUpstream upstream(fakes::answer_each_head_with(std::string(kOk)));
  FailingCalls calls;
  calls.without_family(AF_INET6);
  calls.on_lookup([](std::string_view) { return FailingCalls::Lookup{0, {"::1", "127.0.0.1"}}; });
  Proxy proxy(http_config(), {"shop.test", upstream.address().port});

  EXPECT_EQ(ask(proxy), "200");
}

TEST(WithoutIpv6, AnUpstreamThatHasNoOtherIs502) {
  FailingCalls calls;
  calls.without_family(AF_INET6);
  Proxy proxy(http_config(), {"::1", 80});

  EXPECT_EQ(ask(proxy), "502");

  EXPECT_EQ(errors_of(proxy.finish(), ErrorSide::Upstream, "connect_invalid_argument"), 1U);
}

TEST(WithoutIpv6, AListenerThereIsAnErrorThatNamesTheAddress) {
  FailingCalls calls;
  calls.without_family(AF_INET6);
  const SystemClock clock;
  io::Loop loop(clock);

  const auto listener = loop.listen({"::1", 0}, [](const auto&) {});

  ASSERT_FALSE(listener.has_value());
  EXPECT_EQ(listener.error().message, "cannot listen on [::1]:0: address family not supported");
}

}  // namespace
}  // namespace faultline::resources
