// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// listeners[].timeouts: what ends, and who is said to have been silent. (Slow heads and bodies are
// in downstream_misbehaviour_test.cc, black holes in upstream_misbehaviour_test.cc.)
#include "tests/integration/proxy_support.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace faultline::integration {
namespace {

using fakes::FakeUpstream;
using fakes::RawSocket;
using End = fakes::ReadResult::End;
using run::ErrorSide;

// Takes the head of a request and then neither reads nor answers.
FakeUpstream::Handler silent_behind_the_head() {
  return [](RawSocket& socket) {
    static_cast<void>(socket.read_until("\r\n\r\n"));
    while (socket.is_open() && socket.is_silent_for(std::chrono::milliseconds(20))) {
    }
  };
}

void expect_upstream_was_silent(Proxy& proxy) {
  const auto result = proxy.finish();
  EXPECT_EQ(errors_of(result, ErrorSide::Upstream, "idle_timeout"), 1U);
  EXPECT_EQ(errors_of(result, ErrorSide::Downstream, "idle_timeout"), 0U);
}

TEST(Timeouts, AKeptConnectionEndsInOrderAfterTheKeepAliveTime) {
  FakeUpstream upstream(fakes::answer_each_head_with("HTTP/1.1 204 No Content\r\n\r\n"));
  Proxy proxy(http_config(), upstream.address());
  auto client = proxy.connect();

  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: x.test\r\n\r\n"));

  const auto answer = client.read_to_end();
  EXPECT_EQ(answer.bytes, "HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_EQ(answer.end, End::Fin);
  EXPECT_TRUE(proxy.finish().traffic.errors.empty());
}

TEST(Timeouts, AnUpstreamThatWithholdsThe100WasSilentAndNotItsClient) {
  FakeUpstream upstream(silent_behind_the_head());
  Proxy proxy(http_config(), upstream.address());
  auto client = proxy.connect();

  ASSERT_TRUE(client.send(
      "POST / HTTP/1.1\r\nHost: x.test\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"));

  EXPECT_EQ(client.read_to_end().bytes.substr(0, 12), "HTTP/1.1 504");
  client.close();
  expect_upstream_was_silent(proxy);
}

TEST(Timeouts, AnUpstreamThatDoesNotReadTheUploadWasSilentAndNotItsClient) {
  constexpr size_t kBody = 64UL * 1024 * 1024;  // more than all sockets on the way hold
  FakeUpstream upstream([](RawSocket& socket) {
    static_cast<void>(socket.read_until("\r\n\r\n"));
    // Longer than the idle time. What lies unread would end a wait on the socket itself.
    static_cast<void>(fakes::RawListener().accept(std::chrono::seconds(1)));
  });
  Proxy proxy(http_config(), upstream.address());
  auto client = proxy.connect();

  ASSERT_TRUE(client.send(
      "POST / HTTP/1.1\r\nHost: x.test\r\nContent-Length: " + std::to_string(kBody) + "\r\n\r\n"));
  std::thread upload([&client] { static_cast<void>(client.send(std::string(kBody, 'x'))); });
  const std::string answer = client.read_some(12);
  upload.join();

  EXPECT_EQ(answer, "HTTP/1.1 504");
  client.close();
  expect_upstream_was_silent(proxy);
}

}  // namespace
}  // namespace faultline::integration
