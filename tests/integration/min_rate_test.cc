// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// listeners[].min_rate: who is cut off for being slow, and who is not.
#include "tests/fakes/recording_origin.h"
#include "tests/fakes/socket_queue.h"
#include "tests/integration/proxy_support.h"

#include <gtest/gtest.h>

#include <atomic>

namespace faultline::integration {
namespace {

using fakes::FakeUpstream;
using fakes::RawSocket;
using fakes::RecordingOrigin;
using End = fakes::ReadResult::End;
using run::ErrorSide;
using std::chrono::milliseconds;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: x.test\r\n\r\n";
constexpr size_t kLongBody = 8UL * 1024 * 1024;

// The idle time of the usual configuration would act before a rate does.
std::string config_with(std::string_view min_rate, std::string_view more = "") {
  std::string config = http_config(more);
  const std::string_view mark = "    protocol: http\n";
  config.insert(config.find(mark), "    min_rate: " + std::string(min_rate) + "\n");
  const std::string_view idle = "idle: 300ms";
  config.replace(config.find(idle), idle.size(), "idle: 60s");
  return config;
}

std::string upload_of(size_t size, std::string_view fields = "") {
  return "POST /up HTTP/1.1\r\nHost: x.test\r\n" + std::string(fields) +
         "Content-Length: " + std::to_string(size) + "\r\n\r\n";
}

FakeUpstream::Handler long_answers() {
  return fakes::answer_each_head_with(
      "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kLongBody) + "\r\n\r\n" +
      std::string(kLongBody, 'x'));
}

void let_pass(Duration span) { static_cast<void>(fakes::RawListener().accept(span)); }

// Takes a request with its body and answers it, after a rest in which it reads nothing.
FakeUpstream::Handler take_upload(size_t size, Duration rest = {}) {
  return [size, rest](RawSocket& socket) {
    static_cast<void>(socket.read_until("\r\n\r\n"));
    RawSocket nobody;
    if (rest > Duration(0)) let_pass(rest);
    const std::string body = socket.read(size).bytes;
    static_cast<void>(socket.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" +
                                  std::string(body.size() == size ? "ok" : "no")));
  };
}

void expect_nobody_was_slow(Proxy& proxy) {
  const auto result = proxy.finish();
  EXPECT_EQ(errors_of(result, ErrorSide::Downstream, "request_below_min_rate"), 0U);
  EXPECT_EQ(errors_of(result, ErrorSide::Downstream, "response_below_min_rate"), 0U);
  EXPECT_TRUE(proxy.events().fields("client", "reason").empty());
}

TEST(MinimumDataRate, ARequestBodyBelowItIs408AndTheUploadIsAborted) {
  RecordingOrigin origin;
  Proxy proxy(config_with("{ request: 1MiB/s, over: 100ms }"), origin.address());
  auto client = proxy.connect();

  ASSERT_TRUE(client.send(upload_of(1'000'000)));
  while (client.is_silent_for(milliseconds(5))) ASSERT_TRUE(client.send("x"));

  EXPECT_EQ(client.read_to_end().bytes.substr(0, 12), "HTTP/1.1 408");
  client.close();
  const auto seen = origin.settle();
  EXPECT_TRUE(seen.is_settled);
  EXPECT_TRUE(seen.messages.empty());
  EXPECT_EQ(errors_of(proxy.finish(), ErrorSide::Downstream, "request_below_min_rate"), 1U);
  EXPECT_EQ(proxy.events().fields("client", "reason"),
            std::vector<std::string>{"\"request_below_min_rate\""});
  EXPECT_EQ(proxy.events().fields("client", "listener"), std::vector<std::string>{"\"shop\""});
  EXPECT_EQ(proxy.events().fields("client", "bytes_per_second"),
            std::vector<std::string>{"1048576"});
}

TEST(MinimumDataRate, AReaderBelowItIsResetAndItsUpstreamReleased) {
  FakeUpstream upstream(long_answers());
  Proxy proxy(config_with("{ response: 64MiB/s, over: 100ms }"), upstream.address());
  auto client = RawSocket::connect(proxy.address(), 2048);

  ASSERT_TRUE(client.send(kGet));
  fakes::ReadResult result;
  size_t got = 0;
  while (result.end == End::Enough) {
    result = client.read(4096);
    got += result.bytes.size();
    let_pass(milliseconds(5));
  }

  EXPECT_EQ(result.end, End::Reset);
  EXPECT_LT(got, kLongBody);
  EXPECT_EQ(errors_of(proxy.finish(), ErrorSide::Downstream, "response_below_min_rate"), 1U);
  EXPECT_EQ(proxy.events().fields("client", "reason"),
            std::vector<std::string>{"\"response_below_min_rate\""});
}

TEST(MinimumDataRate, ASlowClientThatKeepsItPasses) {
  constexpr size_t kBody = 10'000;
  FakeUpstream upstream(take_upload(kBody));
  Proxy proxy(config_with("{ request: 512B/s, over: 200ms }"), upstream.address());
  auto client = proxy.connect();

  ASSERT_TRUE(client.send(upload_of(kBody)));
  for (size_t sent = 0; sent < kBody; sent += 100) {
    ASSERT_TRUE(client.send(std::string(100, 'x')));
    ASSERT_TRUE(sent + 100 == kBody || client.is_silent_for(milliseconds(10)));
  }

  EXPECT_TRUE(client.read_until("\r\n\r\nok").bytes.starts_with("HTTP/1.1 200"));
  expect_nobody_was_slow(proxy);
}

TEST(MinimumDataRate, ASlowReaderThatKeepsItGetsEveryByte) {
  FakeUpstream upstream(long_answers());
  Proxy proxy(config_with("{ response: 4KiB/s, over: 200ms }"), upstream.address());
  auto client = RawSocket::connect(proxy.address(), 2048);

  ASSERT_TRUE(client.send(kGet));
  ASSERT_EQ(client.read_until("\r\n\r\n").end, End::Enough);
  size_t got = 0;
  for (int i = 0; i < 100; ++i) {
    got += client.read(4096).bytes.size();
    let_pass(milliseconds(10));
  }

  EXPECT_EQ(got + client.read(kLongBody - got).bytes.size(), kLongBody);
  client.close();
  expect_nobody_was_slow(proxy);
}

TEST(MinimumDataRate, AThrottledRequestIsNotTheClientsFault) {
  constexpr size_t kBody = 400'000;
  FakeUpstream upstream(take_upload(kBody));
  Proxy proxy(config_with("{ request: 8MiB/s, response: 8MiB/s, over: 100ms }",
                          "rules: [{ name: r, fault: { throttle: { rate: 400KB/s, side: request } "
                          "} }]\n"),
              upstream.address());
  auto client = proxy.connect();

  ASSERT_TRUE(client.send(upload_of(kBody) + std::string(kBody, 'x')));

  EXPECT_TRUE(client.read_until("\r\n\r\nok").bytes.starts_with("HTTP/1.1 200"));
  expect_nobody_was_slow(proxy);
}

TEST(MinimumDataRate, AThrottledAnswerIsNotTheClientsFault) {
  const std::string answer =
      "HTTP/1.1 200 OK\r\nContent-Length: 400000\r\n\r\n" + std::string(400'000, 'x');
  FakeUpstream upstream(fakes::answer_each_head_with(answer));
  Proxy proxy(config_with("{ request: 8MiB/s, response: 8MiB/s, over: 100ms }",
                          "rules: [{ name: r, fault: { throttle: { rate: 400KB/s, side: response "
                          "} } }]\n"),
              upstream.address());
  auto client = proxy.connect();

  ASSERT_TRUE(client.send(kGet));

  EXPECT_EQ(client.read(answer.size()).bytes.size(), answer.size());
  expect_nobody_was_slow(proxy);
}

TEST(MinimumDataRate, AnUpstreamThatDoesNotReadIsNotTheClientsFault) {
  constexpr size_t kBody = 16UL * 1024 * 1024;
  FakeUpstream upstream(take_upload(kBody, milliseconds(600)));
  Proxy proxy(config_with("{ request: 8MiB/s, over: 100ms }"), upstream.address());
  auto client = proxy.connect();

  ASSERT_TRUE(client.send(upload_of(kBody) + std::string(kBody, 'x')));

  EXPECT_TRUE(client.read_until("\r\n\r\nok").bytes.starts_with("HTTP/1.1 200"));
  expect_nobody_was_slow(proxy);
}

TEST(MinimumDataRate, AClientThatWaitsForThe100OwesNothing) {
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  FakeUpstream upstream([&](RawSocket& socket) {
    static_cast<void>(socket.read_until("\r\n\r\n"));
    let_pass(milliseconds(500));
    static_cast<void>(socket.send(kContinue));
    static_cast<void>(socket.read(4));
    static_cast<void>(socket.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  });
  Proxy proxy(config_with("{ request: 8MiB/s, over: 100ms }"), upstream.address());
  auto client = proxy.connect();

  ASSERT_TRUE(client.send(upload_of(4, "Expect: 100-continue\r\n")));
  ASSERT_EQ(client.read(kContinue.size()).bytes, kContinue);
  ASSERT_TRUE(client.send("body"));

  EXPECT_TRUE(client.read_until("\r\n\r\nok").bytes.starts_with("HTTP/1.1 200"));
  expect_nobody_was_slow(proxy);
}

}  // namespace
}  // namespace faultline::integration
