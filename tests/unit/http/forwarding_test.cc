// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/http/forwarding.h"

#include "tests/unit/http/codec_support.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace faultline::http {
namespace {

template <typename HeadType>
class KeepHead final : public MessageEvents<HeadType> {
 public:
  void on_head(HeadType&& head) override { head_.emplace(std::move(head)); }
  void on_body(BodyPart) override {}
  void on_message_end(const Fields&) override {}
  std::optional<HeadType> head_;
};

struct Forwarded {
  std::string bytes;
  uint64_t stripped = 0;
};

Forwarded forward_request(const std::string& request, const Hop& hop) {
  buffer::BlockPool pool;
  KeepHead<RequestHead> events;
  H1RequestParser parser(pool, events);
  static_cast<void>(parser.feed(testing::slice_of(pool, request)));
  if (!events.head_) {
    ADD_FAILURE() << "refused: " << parser.rejection().reason << "\n" << request;
    return {};
  }
  Forwarded result;
  result.stripped = prepare_for_upstream(*events.head_, hop, pool);
  result.bytes = write_request_head(pool, *events.head_).view();
  return result;
}

Forwarded forward_response(const std::string& response, Forwarding mode, bool closes = false,
                           bool is_upgrade = false) {
  buffer::BlockPool pool;
  KeepHead<ResponseHead> events;
  H1ResponseParser parser(pool, events);
  parser.expect_response(false, is_upgrade);
  static_cast<void>(parser.feed(testing::slice_of(pool, response)));
  if (!events.head_) {
    ADD_FAILURE() << "refused: " << parser.rejection().reason << "\n" << response;
    return {};
  }
  Forwarded result;
  result.stripped = prepare_for_downstream(*events.head_, mode, closes);
  result.bytes = write_response_head(pool, *events.head_).view();
  return result;
}

const Hop kTransparent{Forwarding::Transparent, "192.0.2.9"};
const Hop kGateway{Forwarding::Gateway, "192.0.2.9"};

TEST(Forwarding, TransparentLeavesEveryByteThatIsNotForThisHopAlone) {
  const std::string same[] = {
      "GET / HTTP/1.1\r\nhOsT:a.test\r\nConnection: keep-alive\r\nKeep-Alive: 5\r\n\r\n",
      "GET /a HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n",
      "GET /a HTTP/1.1\r\nHost: a.test\r\nTE: trailers\r\nConnection: TE\r\n\r\n",
      "GET /ws HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
      "OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n",
  };
  for (const auto& request : same) {
    const auto forwarded = forward_request(request, kTransparent);
    EXPECT_EQ(forwarded.bytes, request);
    EXPECT_EQ(forwarded.stripped, 0U);
  }
}

TEST(Forwarding, WhatConnectionNominatesGoesInBothModes) {
  const auto forwarded = forward_request(
      "GET / HTTP/1.1\r\nHost: a.test\r\nX-Forwarded-For: 1.1.1.1\r\nX-A: 1\r\nx-a: 2\r\n"
      "Connection: close, X-Forwarded-For\r\nConnection: x-A\r\nX-B: 3\r\n\r\n",
      kTransparent);
  EXPECT_EQ(forwarded.bytes,
            "GET / HTTP/1.1\r\nHost: a.test\r\nX-B: 3\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(forwarded.stripped, 3U);

  const auto answer = forward_response(
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Trace: 1\r\nConnection: x-trace\r\n\r\n",
      Forwarding::Transparent);
  EXPECT_EQ(answer.bytes, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(answer.stripped, 1U);
}

TEST(Forwarding, AGatewayWritesAbsoluteTargetsInOriginForm) {
  const std::pair<std::string, std::string> cases[] = {
      {"GET http://x.test/a?b HTTP/1.1", "GET /a?b HTTP/1.1"},
      {"GET http://x.test HTTP/1.1", "GET / HTTP/1.1"},
      {"GET http://x.test?q=1 HTTP/1.1", "GET /?q=1 HTTP/1.1"},
      {"OPTIONS http://x.test HTTP/1.1", "OPTIONS * HTTP/1.1"},
      {"OPTIONS * HTTP/1.1", "OPTIONS * HTTP/1.1"},
      {"GET HTTPS://x.test/ HTTP/1.1", "GET / HTTP/1.1"},
      {"GET http://x.test/ HTTP/1.0", "GET / HTTP/1.0"},
  };
  for (const auto& [line, want] : cases) {
    SCOPED_TRACE(line);
    const std::string host = line.ends_with("1.0") ? "" : "Host: x.test\r\n";
    const auto forwarded = forward_request(line + "\r\n" + host + "A: b\r\n\r\n", kGateway);
    EXPECT_TRUE(forwarded.bytes.starts_with(want + "\r\n")) << forwarded.bytes;
    EXPECT_NE(forwarded.bytes.find("\r\nHost: x.test\r\n"), std::string::npos) << forwarded.bytes;
  }
}

TEST(Forwarding, AGatewayTakesHopByHopFieldsOutAndTellsWhoAsked) {
  const auto forwarded = forward_request(
      "GET /a HTTP/1.1\r\nHost: a.test:8080\r\nConnection: keep-alive, X-Mine\r\nKeep-Alive: 5\r\n"
      "Proxy-Connection: keep-alive\r\nX-Mine: 1\r\nTE: gzip\r\nUpgrade: foo\r\nA: b\r\n\r\n",
      kGateway);
  EXPECT_EQ(forwarded.bytes,
            "GET /a HTTP/1.1\r\nHost: a.test:8080\r\nA: b\r\n"
            "Forwarded: for=192.0.2.9;proto=http;host=\"a.test:8080\"\r\n"
            "X-Forwarded-For: 192.0.2.9\r\nX-Forwarded-Proto: http\r\n"
            "X-Forwarded-Host: a.test:8080\r\nVia: 1.1 faultline\r\n\r\n");
}

TEST(Forwarding, AGatewayAppendsToWhatEarlierHopsSaid) {
  const auto forwarded = forward_request(
      "GET / HTTP/1.0\r\nX-Forwarded-For: 1.1.1.1\r\nVia: 1.1 edge\r\nX-Forwarded-For: 2.2.2.2\r\n"
      "X-Forwarded-Proto: https\r\nForwarded: for=1.1.1.1\r\n\r\n",
      {Forwarding::Gateway, "2001:db8::1"});
  EXPECT_EQ(forwarded.bytes,
            "GET / HTTP/1.0\r\nVia: 1.1 edge, 1.0 faultline\r\n"
            "Forwarded: for=1.1.1.1, for=\"[2001:db8::1]\";proto=http\r\n"
            "X-Forwarded-For: 1.1.1.1, 2.2.2.2, 2001:db8::1\r\nX-Forwarded-Proto: http\r\n\r\n");
}

TEST(Forwarding, AGatewayKeepsUpgradesAndTrailers) {
  const auto upgrade = forward_request(
      "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: "
      "websocket\r\n\r\n",
      kGateway);
  EXPECT_TRUE(upgrade.bytes.starts_with(
      "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"))
      << upgrade.bytes;
  const auto trailers = forward_request(
      "GET / HTTP/1.1\r\nHost: a\r\nTE: trailers, deflate\r\nConnection: TE\r\n\r\n", kGateway);
  EXPECT_TRUE(
      trailers.bytes.starts_with("GET / HTTP/1.1\r\nHost: a\r\nConnection: TE\r\nTE: trailers\r\n"))
      << trailers.bytes;
}

TEST(Forwarding, AGatewayWritesItsOwnConnectionOnAnswers) {
  const std::string answer =
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\nKeep-Alive: 5\r\n\r\n";
  EXPECT_EQ(forward_response(answer, Forwarding::Gateway).bytes,
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nVia: 1.1 faultline\r\n\r\n");
  EXPECT_EQ(forward_response(answer, Forwarding::Gateway, true).bytes,
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n"
            "Via: 1.1 faultline\r\n\r\n");
  EXPECT_EQ(forward_response("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                             "Connection: Upgrade\r\n\r\n",
                             Forwarding::Gateway, false, true)
                .bytes,
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
            "Via: 1.1 faultline\r\n\r\n");
}

}  // namespace
}  // namespace faultline::http
