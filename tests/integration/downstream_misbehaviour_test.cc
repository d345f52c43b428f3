// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// What a client may do wrong on the way, beyond malformed bytes (tests/conformance/http1).
#include "tests/fakes/recording_origin.h"
#include "tests/fakes/socket_queue.h"
#include "tests/integration/proxy_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

#include <sys/resource.h>

namespace faultline::integration {
namespace {

using fakes::FakeUpstream;
using fakes::RawSocket;
using fakes::RecordingOrigin;
using End = fakes::ReadResult::End;
using run::ErrorSide;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: x.test\r\n\r\n";

bool is_status(std::string_view answer, int status) {
  return answer.starts_with("HTTP/1.1 " + std::to_string(status) + " ");
}

void expect_serves(const Proxy& proxy) {
  auto client = proxy.connect();
  ASSERT_TRUE(client.send(kGet));
  EXPECT_TRUE(is_status(client.read_until("\r\n\r\n").bytes, 200));
}

class DisconnectAtEveryByte : public ::testing::TestWithParam<bool> {};

TEST_P(DisconnectAtEveryByte, OfATwoRequestPipelineForwardsWholeRequestsOnly) {
  const std::string first = "POST /1 HTTP/1.1\r\nHost: x.test\r\nContent-Length: 5\r\n\r\nhello";
  const std::string second =
      "POST /2 HTTP/1.1\r\nHost: x.test\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5\r\nhello\r\n0\r\n\r\n";
  const std::string both = first + second;
  RecordingOrigin origin;
  Proxy proxy(http_config(), origin.address());
  fakes::PeerQueue queue;
  size_t arrived = 0;

  for (size_t sent = 1; sent < both.size(); ++sent) {
    SCOPED_TRACE(sent);
    auto client = proxy.connect();
    ASSERT_TRUE(client.send(both.substr(0, sent)));
    ASSERT_TRUE(queue.wait_until_read(client));
    if (GetParam()) {
      client.reset();
    } else {
      client.close();
    }
    const auto seen = origin.settle();
    EXPECT_TRUE(seen.is_settled) << "the upload goes on without its client";
    // A whole request may be lost with its client, but never changed, split or doubled.
    for (const auto& message : seen.messages) EXPECT_EQ(message, first);
    EXPECT_TRUE(sent >= first.size() || seen.messages.empty());
    arrived += seen.messages.size();
  }
  EXPECT_LE(arrived, both.size() - first.size());
  expect_serves(proxy);
}

INSTANTIATE_TEST_SUITE_P(By, DisconnectAtEveryByte, ::testing::Bool(), [](const auto& how) {
  return std::string(how.param ? "Reset" : "Close");
});

TEST(Downstream, ASlowBodyIs408AndTheUploadIsAborted) {
  RecordingOrigin origin;
  Proxy proxy(http_config(), origin.address());
  auto client = proxy.connect();

  ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nHost: x.test\r\nContent-Length: 9\r\n\r\nhalf"));

  EXPECT_TRUE(is_status(client.read_to_end().bytes, 408));
  const auto seen = origin.settle();
  EXPECT_TRUE(seen.is_settled);
  EXPECT_TRUE(seen.messages.empty());
  EXPECT_TRUE(seen.fragments.empty() || seen.fragments.ends_with("half")) << seen.fragments;
  client.close();
  EXPECT_EQ(errors_of(proxy.finish(), ErrorSide::Downstream, "idle_timeout"), 1U);
}

TEST(Downstream, AHeadThatDribblesForEverIs408) {
  RecordingOrigin origin;
  Proxy proxy(http_config(), origin.address());
  auto client = proxy.connect();
  fakes::PeerQueue queue;

  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nX: "));
  while (client.is_silent_for(std::chrono::milliseconds(5))) {
    ASSERT_TRUE(client.send("x") && queue.wait_until_read(client));
  }

  EXPECT_TRUE(is_status(client.read_to_end().bytes, 408));
  client.close();
  EXPECT_EQ(errors_of(proxy.finish(), ErrorSide::Downstream, "head_timeout"), 1U);
}

TEST(Downstream, AnAbortedUploadIsNeverARequestAndItsConnectionIsNotKept) {
  RecordingOrigin origin;
  Proxy proxy(http_config(), origin.address());
  fakes::PeerQueue queue;

  for (int i = 0; i < 50; ++i) {
    expect_serves(proxy);  // leaves an idle upstream connection for the upload to take
    auto client = proxy.connect();
    ASSERT_TRUE(
        client.send("POST /upload HTTP/1.1\r\nHost: x.test\r\nTransfer-Encoding: chunked\r\n"
                    "\r\n5\r\nhello\r\n"));
    ASSERT_TRUE(queue.wait_until_read(client));
    client.reset();
    const auto seen = origin.settle();
    EXPECT_TRUE(seen.is_settled);
    EXPECT_EQ(seen.messages, std::vector<std::string>{std::string(kGet)});
  }
}

// 4 MiB, each 4 bytes of which say where they are.
std::string long_body() {
  std::string body;
  for (uint32_t i = 0; i < 1024 * 1024; ++i) {
    for (unsigned shift = 0; shift < 32; shift += 8) body += static_cast<char>(i >> shift);
  }
  return body;
}

TEST(Downstream, AClientWithATinyWindowGetsEveryByte) {
  const std::string body = long_body();
  FakeUpstream upstream(fakes::answer_each_head_with(
      "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body));
  Proxy proxy(http_config(), upstream.address());
  auto client = RawSocket::connect(proxy.address(), 2048);

  ASSERT_TRUE(client.send(kGet));
  ASSERT_EQ(client.read_until("\r\n\r\n").end, End::Enough);

  EXPECT_TRUE(client.read(body.size()).bytes == body);
}

TEST(Downstream, AClientThatNeverReadsIsGivenUpAndItsUpstreamReleased) {
  std::atomic<bool> is_released{false};
  FakeUpstream upstream([&](RawSocket& socket) {
    static_cast<void>(socket.read_until("\r\n\r\n"));
    static_cast<void>(socket.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"));
    const std::string part(65536, 'x');
    while (socket.send(part)) {
    }
    is_released = true;
    is_released.notify_one();
  });
  Proxy proxy(http_config(), upstream.address());
  auto client = RawSocket::connect(proxy.address(), 2048);

  ASSERT_TRUE(client.send(kGet));
  is_released.wait(false);

  EXPECT_EQ(errors_of(proxy.finish(), ErrorSide::Downstream, "idle_timeout"), 1U);
}

TEST(Downstream, FiveThousandConnectionsInARowAreAllAnswered) {
  RecordingOrigin origin;
  Proxy proxy(http_config(), origin.address());

  for (int i = 0; i < 5000; ++i) {
    auto client = proxy.connect();
    ASSERT_TRUE(client.send(kGet));
    ASSERT_TRUE(is_status(client.read_until("\r\n\r\n").bytes, 200)) << i;
  }

  EXPECT_EQ(origin.settle().messages.size(), 5000U);
}

// How many connections fit into the descriptors of this process, which holds both ends.
size_t affordable_connections(size_t wanted) {
  rlimit limit{};
  EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  limit.rlim_cur = limit.rlim_max;
  EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  constexpr size_t kOthers = 200;
  return std::min<size_t>(wanted, (limit.rlim_cur - kOthers) / 2);
}

TEST(Downstream, TenThousandIdleConnectionsDoNotStandInTheWay) {
  const size_t count = affordable_connections(10'000);
  RecordingOrigin origin;
  std::string config = http_config();
  config.replace(config.find("head: 300ms, idle: 300ms, keep_alive: 300ms"), 43,
                 "head: 60s, idle: 60s, keep_alive: 60s");
  Proxy proxy(config, origin.address());

  std::vector<RawSocket> idle;
  for (size_t i = 0; i < count; ++i) {
    idle.push_back(proxy.connect());
    ASSERT_TRUE(idle.back().is_open()) << i;
  }
  expect_serves(proxy);
  for (RawSocket* one : {&idle.front(), &idle[count / 2], &idle.back()}) {
    ASSERT_TRUE(one->send(kGet));
    EXPECT_TRUE(is_status(one->read_until("\r\n\r\n").bytes, 200));
  }
}

}  // namespace
}  // namespace faultline::integration
