// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/integration/proxy_support.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

// The faults of HTTP/1.1 messages as client and upstream see them on the wire.
namespace faultline::integration {
namespace {

using fakes::FakeUpstream;
using fakes::RawSocket;
using End = fakes::ReadResult::End;

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: x.test\r\n\r\n";
constexpr std::string_view kChunked =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    "5\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 1\r\n\r\n";
constexpr std::string_view kSized =
    "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 11\r\n\r\n"
    "hello world";
constexpr auto kGap = std::chrono::milliseconds(40);

std::string config(std::string_view fault, std::string_view more = "") {
  return http_config("rules:\n  - { name: r, fault: { " + std::string(fault) + " }" +
                     std::string(more) + " }\n");
}

void expect_applied(Proxy& proxy, uint64_t count, uint64_t bypassed = 0) {
  const auto result = proxy.finish();
  ASSERT_EQ(result.rules.size(), 1U);
  EXPECT_EQ(result.rules.front().applied, count);
  EXPECT_EQ(result.rules.front().drawn, count + bypassed);
  EXPECT_TRUE(result.rules.front().is_balanced());
}

/// Sends one GET on a fresh connection to a proxy in front of `answer`; all that comes to its end.
fakes::ReadResult exchange(Proxy& proxy, std::string_view request = kGet) {
  auto client = proxy.connect();
  EXPECT_TRUE(client.send(request));
  client.shutdown_write();
  return client.read_to_end();
}

TEST(HttpFaults, EditChangesHeadsOnBothSides) {
  FakeUpstream upstream(fakes::answer_each_head_with(std::string(kSized)));
  Proxy proxy(config("edit: { status: 500, set: { X-New: a b }, remove: etag, duplicate: "
                     "[x-new] }"),
              upstream.address());
  EXPECT_EQ(exchange(proxy).bytes,
            "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 11\r\nX-New: a b\r\n"
            "X-New: a b\r\n\r\nhello world");
  expect_applied(proxy, 1);

  std::string seen;
  FakeUpstream origin([&seen](RawSocket& socket) {
    seen = socket.read_until("\r\n\r\n").bytes;
    static_cast<void>(socket.send(kSized));
  });
  Proxy second(config("edit: { side: request, set: { host: y.test }, remove: [accept] }"),
               origin.address());
  static_cast<void>(exchange(second, "GET /a HTTP/1.1\r\nHost: x.test\r\nAccept: */*\r\n\r\n"));
  EXPECT_EQ(seen, "GET /a HTTP/1.1\r\nHost: y.test\r\n\r\n");
  expect_applied(second, 1);
}

TEST(HttpFaults, ARuleOfTheAnswerIsKeyedByTheRequestsFieldsAsTheyAreThen) {
  FakeUpstream upstream(fakes::answer_each_head_with(
      "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"));
  // As many fields as a request may have: one more, and the list moves to other memory. One less,
  // and the others move up.
  for (const std::string edit : {"set: { X-New: a }", "remove: [x-0]"}) {
    Proxy proxy(http_config("rules:\n  - { name: more, fault: { edit: { side: request, " + edit +
                            " } } }\n"
                            "  - { name: late, match: { status: 500 }, scope: { header: X-Id }, "
                            "every: 2, fault: { edit: { status: 418 } } }\n"),
                upstream.address());
    const auto answer = [&proxy](const std::string& id) {
      std::string request = "GET /a HTTP/1.1\r\nHost: x.test\r\n";
      for (int i = 0; i < 97; ++i) request += "X-" + std::to_string(i) + ": v\r\n";
      request += "X-Id: " + id + "\r\n\r\n";
      return exchange(proxy, std::string_view(request)).bytes.substr(9, 3);
    };
    EXPECT_EQ(answer("a"), "500") << edit;
    EXPECT_EQ(answer("b"), "500") << edit;
    EXPECT_EQ(answer("a"), "418") << edit;
    EXPECT_EQ(answer("c"), "500") << edit;
    EXPECT_EQ(answer("b"), "418") << edit;
  }
}

TEST(HttpFaults, AnEditThatFindsNothingIsBypassed) {
  FakeUpstream upstream(fakes::answer_each_head_with(std::string(kSized)));
  Proxy proxy(config("edit: { remove: [x-none] }"), upstream.address());
  EXPECT_EQ(exchange(proxy).bytes, kSized);
  expect_applied(proxy, 0, 1);
}

TEST(HttpFaults, ABodyIsShortenedHonestlyOrCutWithALyingLength) {
  struct Case {
    std::string_view answer;
    std::string fault;
    std::string want_tail;  // of what the client gets
  };
  for (const auto& c : std::vector<Case>{
           {kSized, "truncate: { how: shorten, at: 4B }", "Content-Length: 4\r\n\r\nhell"},
           {kSized, "truncate: { how: cut, at: 4B }", "Content-Length: 11\r\n\r\nhell"},
           {kChunked, "truncate: { how: shorten, at: 7B }",
            "chunked\r\n\r\n7\r\nhello w\r\n0\r\n\r\n"},
           {kChunked, "truncate: { how: cut, at: 7B }", "chunked\r\n\r\n5\r\nhello\r\n6\r\n w"},
           {kChunked, "truncate: { how: no_last_chunk }",
            "chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n"}}) {
    SCOPED_TRACE(c.fault);
    FakeUpstream upstream(fakes::answer_each_head_with(std::string(c.answer)));
    Proxy proxy(config(c.fault), upstream.address());
    auto client = proxy.connect();
    ASSERT_TRUE(client.send(kGet));
    if (c.fault.find("shorten") != std::string::npos) client.shutdown_write();
    const auto got = client.read_to_end();
    EXPECT_EQ(got.end, End::Fin);
    EXPECT_TRUE(got.bytes.ends_with(c.want_tail)) << got.bytes;
    expect_applied(proxy, 1);
  }
}

TEST(HttpFaults, WhatCannotLieIsBypassed) {
  FakeUpstream upstream(fakes::answer_each_head_with(std::string(kSized)));
  for (const std::string fault : {"truncate: { how: no_last_chunk }", "truncate: { at: 11B }",
                                  "truncate: { how: shorten, at: 11B }"}) {
    SCOPED_TRACE(fault);
    Proxy proxy(config(fault), upstream.address());
    EXPECT_EQ(exchange(proxy).bytes, kSized);
    expect_applied(proxy, 0, 1);
  }
}

TEST(HttpFaults, EachPartOfAMessageCanBeSlowAlone) {
  struct Case {
    std::string part;
    std::string size;
    std::string at_once;  // what comes before the first gap
  };
  const std::string head(kChunked.substr(0, kChunked.find("\r\n\r\n") + 4));
  for (const auto& c : {Case{"head", "10B", "HTTP/1.1 2"}, Case{"body", "15B", head + "5\r\n"},
                        Case{"trailers", "7B", head + "5\r\nhello\r\n6\r\n world\r\n0\r\nX-Su"}}) {
    SCOPED_TRACE(c.part);
    FakeUpstream upstream(fakes::answer_each_head_with(std::string(kChunked)));
    Proxy proxy(config("slice: { part: " + c.part + ", size: " + c.size + ", gap: 40ms }"),
                upstream.address());
    auto client = proxy.connect();
    ASSERT_TRUE(client.send(kGet));
    EXPECT_EQ(client.read(c.at_once.size()).bytes, c.at_once);
    EXPECT_TRUE(client.is_silent_for(kGap / 4));
    EXPECT_EQ(client.read(kChunked.size() - c.at_once.size()).bytes,
              kChunked.substr(c.at_once.size()));
    expect_applied(proxy, 1);
  }
}

TEST(HttpFaults, ContinueIsWithheldForATimeOrForGood) {
  const auto origin = [](RawSocket& socket) {
    static_cast<void>(socket.read_until("\r\n\r\n"));
    static_cast<void>(socket.send("HTTP/1.1 100 Continue\r\n\r\n"));
    static_cast<void>(socket.read(4));
    static_cast<void>(socket.send(kSized));
  };
  constexpr std::string_view kPost =
      "POST /a HTTP/1.1\r\nHost: x.test\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n";
  FakeUpstream upstream(origin);
  Proxy late(config("withhold_continue: { for: 40ms }"), upstream.address());
  const SystemClock clock;
  auto client = late.connect();
  const MonoTime sent = clock.now();
  ASSERT_TRUE(client.send(kPost));
  EXPECT_EQ(client.read_until("\r\n\r\n").bytes, "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_GE(clock.now() - sent, kGap);
  ASSERT_TRUE(client.send("body"));
  EXPECT_EQ(client.read(kSized.size()).bytes, kSized);
  expect_applied(late, 1);

  Proxy never(config("withhold_continue: {}"), upstream.address());
  auto other = never.connect();
  ASSERT_TRUE(other.send(kPost));
  EXPECT_TRUE(other.is_silent_for(kGap));
  ASSERT_TRUE(other.send("body"));
  EXPECT_EQ(other.read(kSized.size()).bytes, kSized) << "the answer, with no 100 before it";
  expect_applied(never, 1);
}

TEST(HttpFaults, TheUpstreamGetsADuplicateOfTheWholeRequest) {
  std::mutex mutex;
  std::vector<std::string> requests;
  FakeUpstream upstream([&](RawSocket& socket) {
    auto request = socket.read_until("\r\n\r\n").bytes;
    request += socket.read(4).bytes;
    {
      const std::lock_guard lock(mutex);
      requests.push_back(request);
    }
    static_cast<void>(socket.send(kSized));
  });
  constexpr std::string_view kPost =
      "POST /a HTTP/1.1\r\nHost: x.test\r\nContent-Length: 4\r\n\r\nbody";
  Proxy proxy(config("duplicate_request: { gap: 1ms }"), upstream.address());
  auto client = proxy.connect();
  ASSERT_TRUE(client.send(kPost));
  EXPECT_EQ(client.read(kSized.size()).bytes, kSized);
  for (int i = 0; i < 500 && upstream.connections() < 2; ++i) {
    static_cast<void>(client.is_silent_for(std::chrono::milliseconds(10)));
  }
  for (int i = 0; i < 500; ++i) {
    static_cast<void>(client.is_silent_for(std::chrono::milliseconds(10)));
    const std::lock_guard lock(mutex);
    if (requests.size() == 2) break;
  }
  const std::lock_guard lock(mutex);
  EXPECT_EQ(requests, (std::vector<std::string>{std::string(kPost), std::string(kPost)}));
  expect_applied(proxy, 1);
}

TEST(HttpFaults, TheKeepAliveRaceResetsOnlyAConnectionInUse) {
  FakeUpstream upstream(fakes::answer_each_head_with(std::string(kSized)));
  Proxy proxy(config("drop: { how: keep_alive_race }"), upstream.address());
  auto client = proxy.connect();
  ASSERT_TRUE(client.send(kGet));
  EXPECT_EQ(client.read(kSized.size()).bytes, kSized);
  ASSERT_TRUE(client.send(kGet));
  const auto got = client.read_to_end();
  EXPECT_EQ(got.bytes, "");
  EXPECT_EQ(got.end, End::Reset);
  expect_applied(proxy, 1, 1);
}

TEST(HttpFaults, AStaleAnswerIsTheLastGoodOneOfItsTarget) {
  std::atomic<int> count{0};
  FakeUpstream upstream([&count](RawSocket& socket) {
    while (socket.read_until("\r\n\r\n").end == End::Enough) {
      const int version = ++count;
      const std::string body = "version " + std::to_string(version);
      if (!socket.send("HTTP/1.1 200 OK\r\nETag: \"" + std::to_string(version) +
                       "\"\r\nContent-Length: 9\r\n\r\n" + body)) {
        return;
      }
    }
  });
  Proxy proxy(config("stale_response: {}", ", every: 2"), upstream.address());
  auto client = proxy.connect();
  std::string tags;
  std::string bodies;
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(client.send(kGet));
    const auto head = client.read_until("\r\n\r\n").bytes;
    const auto tag = head.find("ETag: \"");
    ASSERT_NE(tag, std::string::npos) << head;
    tags += head[tag + 7];
    bodies += client.read(9).bytes.back();
  }
  EXPECT_EQ(tags, "1133");
  EXPECT_EQ(bodies, "1133");
  EXPECT_EQ(count.load(), 4) << "the upstream is asked every time";
  expect_applied(proxy, 2);
}

TEST(HttpFaults, TwoExchangesInFlightSwapTheirAnswers) {
  FakeUpstream upstream([](RawSocket& socket) {
    const auto head = socket.read_until("\r\n\r\n").bytes;
    const std::string name = head.substr(5, 1);
    static_cast<void>(
        socket.send("HTTP/1.1 200 OK\r\nX-Name: " + name + "\r\nContent-Length: 1\r\n\r\n" + name));
  });
  Proxy proxy(config("swap_responses: { allow_mixup: true, wait: 5s }"), upstream.address());
  auto first = proxy.connect();
  auto second = proxy.connect();
  ASSERT_TRUE(first.send("GET /a HTTP/1.1\r\nHost: x.test\r\n\r\n"));
  ASSERT_TRUE(second.send("GET /b HTTP/1.1\r\nHost: x.test\r\n\r\n"));
  auto one = first.read_until("\r\n\r\n").bytes;
  one += first.read(1).bytes;
  auto two = second.read_until("\r\n\r\n").bytes;
  two += second.read(1).bytes;
  EXPECT_NE(one.find("X-Name: b\r\n"), std::string::npos) << one;
  EXPECT_EQ(one.back(), 'b');
  EXPECT_NE(two.find("X-Name: a\r\n"), std::string::npos) << two;
  EXPECT_EQ(two.back(), 'a');
  expect_applied(proxy, 2);

  Proxy alone(config("swap_responses: { allow_mixup: true, wait: 10ms }"), upstream.address());
  EXPECT_TRUE(exchange(alone, "GET /a HTTP/1.1\r\nHost: x.test\r\n\r\n").bytes.ends_with("a"));
  expect_applied(alone, 0, 1);
}

TEST(HttpFaults, ABurstOf429SaysWhenToComeBack) {
  FakeUpstream upstream(fakes::answer_each_head_with(std::string(kSized)));
  Proxy proxy(
      config("abort: { status: 429, retry_after: 7s }", ", burst: { length: 2, period: 3 }"),
      upstream.address());
  auto client = proxy.connect();
  std::string statuses;
  for (int i = 0; i < 6; ++i) {
    ASSERT_TRUE(client.send(kGet));
    const auto head = client.read_until("\r\n\r\n").bytes;
    statuses += head.substr(9, 3) + " ";
    const bool is_refusal = head.substr(9, 3) == "429";
    EXPECT_EQ(head.find("Retry-After: 7\r\n") != std::string::npos, is_refusal) << head;
    if (!is_refusal) {
      EXPECT_EQ(client.read(11).bytes, "hello world");
    }
  }
  EXPECT_EQ(statuses, "429 429 200 429 429 200 ");
  expect_applied(proxy, 4);
}

TEST(HttpFaults, AFailedConnectLooksLikeAGatewayAndSaysItWasInjected) {
  FakeUpstream upstream(fakes::answer_each_head_with(std::string(kSized)));
  for (const auto& [then, status, word] : {std::tuple{"refuse", "502", "connect_refused"},
                                           std::tuple{"time_out", "504", "connect_timed_out"}}) {
    Proxy proxy(config(std::string("connect: { then: ") + then + " }"), upstream.address());
    const auto got = exchange(proxy).bytes;
    EXPECT_EQ(got.substr(9, 3), status);
    EXPECT_TRUE(got.ends_with(std::string("faultline: injected: ") + word + "\n")) << got;
    expect_applied(proxy, 1);
  }
  EXPECT_EQ(upstream.connections(), 0U);
}

TEST(HttpFaults, CutAndStallCountTheHeadToo) {
  FakeUpstream upstream(fakes::answer_each_head_with(std::string(kSized)));
  for (const auto& [how, end] : {std::pair{"close", End::Fin}, std::pair{"reset", End::Reset}}) {
    Proxy proxy(config(std::string("cut: { at: 20B, how: ") + how + " }"), upstream.address());
    auto client = proxy.connect();
    ASSERT_TRUE(client.send(kGet));
    const auto got = client.read_to_end();
    EXPECT_EQ(got.bytes, kSized.substr(0, 20));
    EXPECT_EQ(got.end, end);
    expect_applied(proxy, 1);
  }
  Proxy proxy(config("stall: { at: 20B, for: 40ms }"), upstream.address());
  auto client = proxy.connect();
  ASSERT_TRUE(client.send(kGet));
  EXPECT_EQ(client.read(20).bytes, kSized.substr(0, 20));
  EXPECT_TRUE(client.is_silent_for(kGap / 4));
  EXPECT_EQ(client.read(kSized.size() - 20).bytes, kSized.substr(20));
  expect_applied(proxy, 1);
}

}  // namespace
}  // namespace faultline::integration
