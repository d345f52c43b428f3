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

constexpr std::string_view kGet = "GET /items HTTP/1.1\r\nHost: x.test\r\n\r\n";
constexpr std::string_view kJson =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n"
    "[{\"price\": 12}]";

std::string rule(std::string_view fault, std::string_view more = "") {
  return "rules:\n  - name: r\n    match: { path: /items }\n    fault: { " + std::string(fault) +
         " }\n" + std::string(more);
}

void expect_balanced(const run::RunResult& result) {
  for (const auto& stats : result.rules) EXPECT_TRUE(stats.is_balanced()) << stats.name;
}

struct Counted {
  std::atomic<int> requests{0};
  FakeUpstream upstream{[this](RawSocket& socket) {
    while (socket.read_until("\r\n\r\n").end == End::Enough) {
      ++requests;
      if (!socket.send(kJson)) return;
    }
  }};
};

TEST(Faults, AbortBeforeNeverReachesTheUpstreamAndAbortAfterDoes) {
  Counted before;
  Proxy first(http_config(rule("abort: { status: 503, body: gone }")), before.upstream.address());
  auto client = first.connect();
  ASSERT_TRUE(client.send(kGet));
  const auto got = client.read_until("gone");
  EXPECT_EQ(got.bytes.substr(0, 12), "HTTP/1.1 503");
  EXPECT_EQ(before.requests.load(), 0);
  expect_balanced(first.finish());

  Counted after;
  Proxy second(http_config(rule("abort: { status: 503, body: gone, effect: after }")),
               after.upstream.address());
  auto other = second.connect();
  ASSERT_TRUE(other.send(kGet));
  EXPECT_EQ(other.read_until("gone").bytes.substr(0, 12), "HTTP/1.1 503");
  EXPECT_EQ(after.requests.load(), 1);
  expect_balanced(second.finish());
}

TEST(Faults, AnAbortOfARequestWhoseBodyCameAlongKeepsTheConnection) {
  Counted counted;
  Proxy proxy(http_config(rule("abort: { status: 503, body: gone }")), counted.upstream.address());
  auto client = proxy.connect();

  for (int i = 0; i < 2; ++i) {
    SCOPED_TRACE(i);
    ASSERT_TRUE(
        client.send("POST /items HTTP/1.1\r\nHost: x.test\r\nContent-Length: 4\r\n\r\nbody"));
    const auto got = client.read_until("gone");
    EXPECT_EQ(got.bytes.substr(0, 12), "HTTP/1.1 503");
    EXPECT_EQ(got.bytes.find("close"), std::string::npos) << got.bytes;
  }
  EXPECT_EQ(counted.requests.load(), 0);

  // The rest of this body would be taken for a request.
  ASSERT_TRUE(client.send("POST /items HTTP/1.1\r\nHost: x.test\r\nContent-Length: 9\r\n\r\nbody"));
  const auto got = client.read_to_end();
  EXPECT_NE(got.bytes.find("Connection: close"), std::string::npos) << got.bytes;
  EXPECT_EQ(got.end, End::Fin);
  expect_balanced(proxy.finish());
}

TEST(Faults, DropIsSeenAsFinResetSilenceOrALostAnswer) {
  struct Case {
    std::string how;
    End end;
    int requests;
  };
  for (const auto& c : std::vector<Case>{{"drop: { how: close }", End::Fin, 0},
                                         {"drop: { how: reset }", End::Reset, 0},
                                         {"drop: { how: black_hole, for: 50ms }", End::Fin, 0},
                                         {"drop: { how: lose_response }", End::Reset, 1}}) {
    SCOPED_TRACE(c.how);
    Counted counted;
    Proxy proxy(http_config(rule(c.how)), counted.upstream.address());
    auto client = proxy.connect();
    ASSERT_TRUE(client.send(kGet));
    const auto got = client.read_to_end();
    EXPECT_EQ(got.bytes, "");
    EXPECT_EQ(got.end, c.end);
    EXPECT_EQ(counted.requests.load(), c.requests);
    expect_balanced(proxy.finish());
  }
}

TEST(Faults, LatencyHoldsTheExchangeAtLeastAsLongAsItsEventSays) {
  Counted counted;
  Proxy proxy(http_config(rule("latency: { fixed: 60ms, jitter: 20ms }")),
              counted.upstream.address());
  const SystemClock clock;
  auto client = proxy.connect();

  const MonoTime sent = clock.now();
  ASSERT_TRUE(client.send(kGet));
  ASSERT_EQ(client.read(kJson.size()).bytes, kJson);
  const Duration took = clock.now() - sent;

  const auto delays = proxy.events().fault_fields("delay_ns");
  ASSERT_EQ(delays.size(), 1U);
  EXPECT_GE(took.count(), std::stoll(delays.front()));
  expect_balanced(proxy.finish());
}

TEST(Faults, ThrottleKeepsTheBytesAndTakesItsTime) {
  const std::string body(32 * 1024, 'x');
  FakeUpstream upstream(fakes::answer_each_head_with(
      "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body));
  Proxy proxy(http_config(rule("throttle: { rate: 256KiB/s }")), upstream.address());
  const SystemClock clock;
  auto client = proxy.connect();

  const MonoTime sent = clock.now();
  ASSERT_TRUE(client.send(kGet));
  ASSERT_EQ(client.read_until("\r\n\r\n").end, End::Enough);
  EXPECT_EQ(client.read(body.size()).bytes, body);
  const Duration took = clock.now() - sent;

  EXPECT_GE(took, std::chrono::milliseconds(110));
  expect_balanced(proxy.finish());
}

// A throttle lets go of 5 ms worth at a time: 20 KiB here, more than the low watermark. When that
// was the rest of an answer, nothing resumed its upstream connection: it went back to the pool
// paused, and the next exchange on it, with or without a fault, never got its answer.
TEST(Faults, AThrottledAnswerLeavesTheUpstreamConnectionFitForTheNext) {
  constexpr int kSizes = 60;
  const auto answer_of = [](int i) {
    const size_t size = 60'000 + static_cast<size_t>(i) * 700;
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" +
           std::string(size, 'x');
  };
  FakeUpstream upstream([&](RawSocket& socket) {
    for (int i = 0; i < kSizes; ++i) {
      if (socket.read_until("\r\n\r\n").end != End::Enough) return;
      if (!socket.send(answer_of(i))) return;
    }
  });
  Proxy proxy(http_config(rule("throttle: { rate: 4MiB/s, side: response }", "    every: 2\n")),
              upstream.address());
  auto client = proxy.connect();

  for (int i = 0; i < kSizes; ++i) {
    ASSERT_TRUE(client.send(kGet));
    const std::string answer = answer_of(i);
    ASSERT_TRUE(client.read(answer.size()).bytes == answer) << i;
  }

  EXPECT_EQ(upstream.connections(), 1U);
  EXPECT_TRUE(proxy.finish().traffic.errors.empty());
}

TEST(Faults, SchemaDriftChangesOnePlaceAndRepairsTheFraming) {
  Counted counted;
  Proxy proxy(http_config(rule("schema_drift: { mutate: retype, pointer: /0/price }")),
              counted.upstream.address());
  auto client = proxy.connect();
  ASSERT_TRUE(client.send(kGet));
  const auto head = client.read_until("\r\n\r\n");
  EXPECT_NE(head.bytes.find("Content-Length: 17\r\n"), std::string::npos) << head.bytes;
  EXPECT_EQ(client.read(17).bytes, "[{\"price\": \"12\"}]");

  FakeUpstream chunked(fakes::answer_each_head_with(
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
      "7\r\n[{\"pric\r\n8\r\ne\": 12}]\r\n0\r\n\r\n"));
  Proxy second(http_config(rule("schema_drift: { mutate: 'null', pointer: /0/price }")),
               chunked.address());
  auto other = second.connect();
  ASSERT_TRUE(other.send(kGet));
  EXPECT_TRUE(other.read_until("0\r\n\r\n")
                  .bytes.ends_with("\r\n\r\n11\r\n[{\"price\": null}]\r\n0\r\n\r\n"));
  expect_balanced(second.finish());
}

// A JSON array of `size` bytes whose first element has a price.
std::string long_json(size_t size) {
  std::string text = "[{\"price\": 12}";
  while (text.size() + 4 < size) text += ",100";
  return text + std::string(size - text.size() - 1, ' ') + "]";
}

TEST(Faults, SchemaDriftTakesBodiesUpToItsOwnLimit) {
  const size_t size = 3UL * 1024 * 1024;
  const std::string body = long_json(size);
  FakeUpstream upstream(fakes::answer_each_head_with(
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
      std::to_string(size) + "\r\n\r\n" + body));
  struct Case {
    std::string max_body;
    std::string want_front;
    size_t want_size;
  };
  for (const auto& c :
       {Case{"3MiB", "[{\"price\": \"12\"}", size + 2}, Case{"2MiB", "[{\"price\": 12}", size}}) {
    SCOPED_TRACE(c.max_body);
    Proxy proxy(http_config(rule("schema_drift: { mutate: retype, pointer: /0/price, max_body: " +
                                 c.max_body + " }")),
                upstream.address());
    auto client = proxy.connect();
    ASSERT_TRUE(client.send(kGet));
    const auto head = client.read_until("\r\n\r\n");
    EXPECT_NE(head.bytes.find("Content-Length: " + std::to_string(c.want_size) + "\r\n"),
              std::string::npos)
        << head.bytes;
    const auto got = client.read(c.want_size).bytes;
    EXPECT_EQ(got.substr(0, c.want_front.size()), c.want_front);
    EXPECT_EQ(got.substr(got.size() - 1024), body.substr(size - 1024));
    expect_balanced(proxy.finish());
  }
}

TEST(Faults, TriggersCountMatchesAndBudgetsOverflow) {
  Counted counted;
  Proxy proxy(
      http_config(rule("abort: { status: 503 }", "    every: 2\n    budget: { total: 2 }\n")),
      counted.upstream.address());
  std::string statuses;
  for (int i = 0; i < 8; ++i) {
    auto client = proxy.connect();
    ASSERT_TRUE(client.send(kGet));
    statuses += client.read_until("\r\n\r\n").bytes.substr(9, 3) + " ";
  }

  EXPECT_EQ(statuses, "200 503 200 503 200 200 200 200 ");
  const auto result = proxy.finish();
  expect_balanced(result);
  ASSERT_EQ(result.rules.size(), 1U);
  EXPECT_EQ(result.rules.front().matched, 8U);
  EXPECT_EQ(result.rules.front().applied, 2U);
  EXPECT_EQ(result.rules.front().overflow, 2U);
}

TEST(Faults, AClosedGateArmsNothing) {
  Counted counted;
  Proxy proxy(http_config(rule("abort: { status: 503 }")), counted.upstream.address(), false);
  auto client = proxy.connect();
  ASSERT_TRUE(client.send(kGet));

  EXPECT_EQ(client.read(kJson.size()).bytes, kJson);
  EXPECT_TRUE(proxy.events().fault_fields("rule").empty());
}

TEST(TcpProxy, KeepsBytesHalfCloseAndReset) {
  const std::string config =
      "version: 1\nrun: { name: t, seed: 1 }\nworkers: 1\nlisteners:\n"
      "  - { name: raw, listen: \"127.0.0.1:0\", protocol: tcp, upstream: \"tcp://$UPSTREAM\" }\n"
      "mirror: { mode: off }\n";
  FakeUpstream upstream([](RawSocket& socket) {
    const auto all = socket.read_to_end();
    if (all.end == End::Fin) {
      static_cast<void>(socket.send("got " + all.bytes));
    }
  });
  Proxy proxy(config, upstream.address());
  auto client = proxy.connect();
  ASSERT_TRUE(client.send("binary \x01\x02"));
  client.shutdown_write();
  const auto got = client.read_to_end();
  EXPECT_EQ(got.bytes, "got binary \x01\x02");
  EXPECT_EQ(got.end, End::Fin);

  FakeUpstream resets([](RawSocket& socket) {
    static_cast<void>(socket.read(1));
    socket.reset();
  });
  Proxy second(config, resets.address());
  auto other = second.connect();
  ASSERT_TRUE(other.send("x"));
  EXPECT_EQ(other.read_to_end().end, End::Reset);
}

}  // namespace
}  // namespace faultline::integration
