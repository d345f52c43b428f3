// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/integration/proxy_support.h"

#include <gtest/gtest.h>

#include <mutex>

namespace faultline::integration {
namespace {

using fakes::FakeUpstream;
using fakes::RawSocket;
using End = fakes::ReadResult::End;

/// Answers every request and keeps the heads it saw.
struct Recorder {
  std::mutex mutex;
  std::vector<std::string> heads;
  FakeUpstream upstream{[this](RawSocket& socket) {
    for (auto head = socket.read_until("\r\n\r\n"); head.end == End::Enough;
         head = socket.read_until("\r\n\r\n")) {
      {
        const std::lock_guard lock(mutex);
        heads.push_back(head.bytes);
      }
      if (!socket.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nKeep-Alive: 9\r\n\r\nok")) return;
    }
  }};
  std::string only_head() {
    const std::lock_guard lock(mutex);
    EXPECT_EQ(heads.size(), 1U);
    return heads.empty() ? "" : heads.front();
  }
};

std::string config_with(std::string_view listener_key) {
  std::string config = http_config();
  const std::string_view mark = "    protocol: http\n";
  config.insert(config.find(mark), std::string(listener_key) + "\n");
  return config;
}

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: x.test\r\n\r\n";

TEST(Gateway, AddsItsFieldsAndKeepsTheUpstreamConnectionOfAClientThatCloses) {
  Recorder recorder;
  Proxy proxy(config_with("    mode: gateway"), recorder.upstream.address());
  for (int i = 0; i < 2; ++i) {
    auto client = proxy.connect();
    ASSERT_TRUE(client.send("GET /a HTTP/1.1\r\nHost: x.test\r\nConnection: close\r\n\r\n"));
    const auto answer = client.read_to_end();
    EXPECT_EQ(answer.bytes,
              "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\nVia: 1.1 faultline"
              "\r\n\r\nok");
    EXPECT_EQ(answer.end, End::Fin);
  }
  ASSERT_EQ(recorder.heads.size(), 2U);
  EXPECT_EQ(recorder.heads.front(),
            "GET /a HTTP/1.1\r\nHost: x.test\r\n"
            "Forwarded: for=127.0.0.1;proto=http;host=x.test\r\nX-Forwarded-For: 127.0.0.1\r\n"
            "X-Forwarded-Proto: http\r\nX-Forwarded-Host: x.test\r\nVia: 1.1 faultline\r\n\r\n");
  EXPECT_EQ(recorder.upstream.connections(), 1U) << "close was for the client's hop alone";
}

TEST(ProxyProtocolIn, TellsTheRealClientWhereverTheHeaderIsCut) {
  const std::string header = "PROXY TCP4 203.0.113.7 127.0.0.1 5000 80\r\n";
  const std::string all = header + std::string(kGet);
  for (const size_t cut : {all.size(), size_t{1}, size_t{7}, header.size() - 1, header.size(),
                           header.size() + 1, all.size() - 1}) {
    SCOPED_TRACE(cut);
    Recorder recorder;
    Proxy proxy(config_with("    mode: gateway\n    proxy_protocol_from: [127.0.0.0/8]"),
                recorder.upstream.address());
    auto client = proxy.connect();
    ASSERT_TRUE(client.send(all.substr(0, cut)));
    if (cut < all.size()) {
      EXPECT_TRUE(client.is_silent_for(std::chrono::milliseconds(20)));
      ASSERT_TRUE(client.send(all.substr(cut)));
    }
    EXPECT_EQ(client.read_until("ok").bytes.substr(0, 12), "HTTP/1.1 200");
    EXPECT_NE(recorder.only_head().find("X-Forwarded-For: 203.0.113.7\r\n"), std::string::npos)
        << recorder.only_head();
  }
}

TEST(ProxyProtocolIn, AnswersAClientThatHalfClosedBehindItsHeader) {
  Recorder recorder;
  Proxy proxy(config_with("    proxy_protocol_from: [127.0.0.1]"), recorder.upstream.address());
  auto client = proxy.connect();
  ASSERT_TRUE(client.send("PROXY UNKNOWN\r\n" + std::string(kGet)));
  client.shutdown_write();

  const auto answer = client.read_to_end();
  EXPECT_TRUE(answer.bytes.ends_with("\r\n\r\nok")) << answer.bytes;
}

TEST(ProxyProtocolIn, IsTakenFromListedNetworksOnly) {
  Recorder recorder;
  Proxy proxy(config_with("    proxy_protocol_from: [10.0.0.0/8]"), recorder.upstream.address());
  auto client = proxy.connect();
  ASSERT_TRUE(client.send("PROXY TCP4 203.0.113.7 127.0.0.1 5000 80\r\n" + std::string(kGet)));

  EXPECT_EQ(client.read_to_end().bytes.substr(0, 12), "HTTP/1.1 400");
  EXPECT_EQ(recorder.upstream.connections(), 0U);
}

TEST(ProxyProtocolIn, AMalformedOrMissingHeaderEndsTheConnectionBeforeHttp) {
  for (const std::string& bytes :
       {std::string(kGet),
        std::string("PROXY TCP4 1.2.3.4 1.2.3.4 1 99999\r\n") + std::string(kGet)}) {
    Recorder recorder;
    Proxy proxy(config_with("    proxy_protocol_from: [127.0.0.1]"), recorder.upstream.address());
    auto client = proxy.connect();
    ASSERT_TRUE(client.send(bytes));

    EXPECT_EQ(client.read_to_end().bytes, "");
    const auto result = proxy.finish();
    EXPECT_EQ(result.traffic.errors.at(run::ErrorSide::Downstream).at("malformed_proxy_header"),
              1U);
    EXPECT_EQ(recorder.upstream.connections(), 0U);
  }
  Recorder recorder;
  Proxy proxy(config_with("    proxy_protocol_from: [127.0.0.1]"), recorder.upstream.address());
  auto client = proxy.connect();
  ASSERT_TRUE(client.send("PROXY TCP4 "));
  EXPECT_EQ(client.read_to_end().bytes, "") << "cut by the head timeout";
  EXPECT_EQ(proxy.finish().traffic.errors.at(run::ErrorSide::Downstream).at("proxy_header_timeout"),
            1U);
}

TEST(ProxyProtocolIn, LeavesTheFirstBytesOfATcpConnection) {
  FakeUpstream upstream([](RawSocket& socket) {
    const auto all = socket.read_to_end();
    static_cast<void>(socket.send("got " + all.bytes));
  });
  Proxy proxy(
      "version: 1\nrun: { name: t, seed: 1 }\nworkers: 1\nlisteners:\n"
      "  - { name: raw, listen: \"127.0.0.1:0\", protocol: tcp, upstream: \"tcp://$UPSTREAM\",\n"
      "      proxy_protocol_from: [127.0.0.1] }\n"
      "mirror: { mode: off }\n",
      upstream.address());
  auto client = proxy.connect();
  ASSERT_TRUE(client.send("PROXY TCP4 203.0.113.7 127.0.0.1 5000 80\r\nfirst"));
  client.shutdown_write();

  EXPECT_EQ(client.read_to_end().bytes, "got first");
}

TEST(Connect, OpensATunnelToAnAllowedTargetAndToNoOther) {
  FakeUpstream target([](RawSocket& socket) {
    const auto all = socket.read_to_end();
    static_cast<void>(socket.send("got " + all.bytes));
  });
  Recorder recorder;
  const std::string address = format_host_port(target.address());
  Proxy proxy(config_with("    connect_to: ['" + address + "']"), recorder.upstream.address());

  auto client = proxy.connect();
  // The first bytes of the tunnel come along with the head.
  ASSERT_TRUE(client.send("CONNECT " + address + " HTTP/1.1\r\nHost: " + address +
                          "\r\n\r\nGET / not HTTP"));
  EXPECT_EQ(client.read_until("\r\n\r\n").bytes, "HTTP/1.1 200 Connection Established\r\n\r\n");
  ASSERT_TRUE(client.send(" at all"));
  client.shutdown_write();
  EXPECT_EQ(client.read_to_end().bytes, "got GET / not HTTP at all");

  auto other = proxy.connect();
  const std::string forbidden = format_host_port(recorder.upstream.address());
  ASSERT_TRUE(other.send("CONNECT " + forbidden + " HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_EQ(other.read_to_end().bytes.substr(0, 12), "HTTP/1.1 403");
  EXPECT_EQ(recorder.upstream.connections(), 0U);
  EXPECT_EQ(
      proxy.finish().traffic.errors.at(run::ErrorSide::Downstream).at("connect_target_not_allowed"),
      1U);
}

TEST(Connect, IsRefusedWithoutAListAndFailsAsTheTargetDoes) {
  Recorder recorder;
  Proxy plain(http_config(), recorder.upstream.address());
  auto client = plain.connect();
  ASSERT_TRUE(client.send("CONNECT x.test:443 HTTP/1.1\r\nHost: x.test\r\n\r\n"));
  EXPECT_EQ(client.read_to_end().bytes.substr(0, 12), "HTTP/1.1 501");

  HostPort nobody;
  {
    const fakes::RawListener gone;
    nobody = gone.address();
  }
  const std::string address = format_host_port(nobody);
  Proxy proxy(config_with("    connect_to: ['" + address + "']"), recorder.upstream.address());
  auto other = proxy.connect();
  ASSERT_TRUE(other.send("CONNECT " + address + " HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_EQ(other.read_to_end().bytes.substr(0, 12), "HTTP/1.1 502");
}

}  // namespace
}  // namespace faultline::integration
