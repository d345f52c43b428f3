// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/conformance/http1/corpus_proxy.h"
#include "tests/conformance/http1/scripted_origin.h"
#include "tests/conformance/http1/segmentation.h"
#include "tests/fakes/socket_queue.h"
#include "tests/fakes/wire_message.h"
#include "tests/integration/proxy_support.h"

#include <gtest/gtest.h>

#include <string>

namespace faultline::conformance {
namespace {

using fakes::RawSocket;
using End = fakes::ReadResult::End;

std::string request_of(Asked asked) {
  const std::string host = "Host: a.test\r\n";
  if (asked == Asked::Head) return "HEAD / HTTP/1.1\r\n" + host + "\r\n";
  const std::string upgrade = "Connection: upgrade\r\nUpgrade: websocket\r\n";
  return "GET / HTTP/1.1\r\n" + host + (asked == Asked::Upgrade ? upgrade : "") + "\r\n";
}

size_t answer_length(const PayloadCase& c, std::string_view bytes) {
  return fakes::response_length(bytes, c.asked == Asked::Head);
}

bool ends_with_connection(const PayloadCase& c) {
  return answer_length(c, c.wanted) == fakes::kIncomplete;
}

bool closes(std::string_view head) {
  return head.starts_with("HTTP/1.0") || fakes::field_in(head, "connection") == "close";
}

// The bytes behind the interim responses.
std::string_view final_part(std::string_view bytes) {
  while (bytes.starts_with("HTTP/1.1 1") && bytes.find("\r\n\r\n") != std::string_view::npos) {
    bytes.remove_prefix(bytes.find("\r\n\r\n") + 4);
  }
  return bytes;
}

// The real proxy between a raw client and an origin that sends what it should not.
class ResponseCorpus : public ::testing::TestWithParam<size_t> {
 protected:
  void run(const PayloadCase& c, const Cuts& cuts) {
    SCOPED_TRACE(describe(c, cuts));
    RawSocket client = proxy_.connect();
    ASSERT_TRUE(client.send(request_of(c.asked)));
    RawSocket& origin = origin_.take_request();
    ASSERT_TRUE(origin.is_open()) << "no request came";
    ASSERT_TRUE(queue_.send_in_pieces(origin, c.sent, cuts)) << "the proxy does not read";
    if (!c.is_accepted()) {
      expect_refused(c, client, is_one_read(c, cuts));
      expect_given_up(origin);
    } else if (ends_with_connection(c)) {
      origin.shutdown_write();
      expect_until_close(c, client);
      expect_given_up(origin);
    } else if (c.asked == Asked::Upgrade && !c.surplus.empty()) {
      EXPECT_EQ(client.read(c.sent.size()).bytes, c.sent);
      client.close();
      expect_given_up(origin);
    } else {
      expect_whole(c, client);
      if (!c.surplus.empty()) expect_given_up(origin);
    }
  }

  // 502 while nothing was sent, otherwise an answer that is visibly cut.
  void expect_refused(const PayloadCase& c, RawSocket& client, bool is_one_read) {
    const auto got = client.read_to_end();
    EXPECT_EQ(got.end, End::Fin);
    const std::string_view last = final_part(got.bytes);
    const bool is_502 = last.starts_with("HTTP/1.1 502 ");
    if (is_502) {
      EXPECT_EQ(fakes::response_length(last), last.size());
      EXPECT_EQ(fakes::field_in(last, "connection"), "close");
    } else {
      EXPECT_FALSE(is_one_read) << got.bytes.substr(0, 200);
      EXPECT_EQ(answer_length(c, got.bytes), fakes::kIncomplete) << got.bytes.substr(0, 200);
      EXPECT_TRUE(c.sent.starts_with(got.bytes)) << got.bytes.substr(0, 200);
    }
    ++refused_[c.reason];
  }

  void expect_until_close(const PayloadCase& c, RawSocket& client) {
    const auto got = client.read_to_end();
    EXPECT_EQ(got.end, End::Fin);
    const bool has_head = c.sent.find("\r\n\r\n") != std::string::npos;
    if (has_head) {
      EXPECT_EQ(got.bytes, c.wanted);
    } else {
      EXPECT_EQ(got.bytes.substr(0, 13), "HTTP/1.1 502 ");
    }
    if (c.fate == Fate::Cut) ++refused_[has_head ? "closed_mid_response" : "closed_before_head"];
  }

  void expect_whole(const PayloadCase& c, RawSocket& client) {
    EXPECT_EQ(client.read(c.wanted.size()).bytes, c.wanted);
    client.shutdown_write();
    const auto rest = client.read_to_end();
    EXPECT_EQ(rest.bytes, "") << "of the surplus";
    EXPECT_EQ(rest.end, End::Fin);
    if (c.surplus.empty()) return;
    // The proxy may have left a connection that it must not use again before the surplus came.
    ++(closes(c.wanted) ? surplus_unseen_ : refused_["unsolicited_bytes"]);
  }

  // The proxy must not use this connection again.
  void expect_given_up(RawSocket& origin) {
    const auto rest = origin.read_to_end();
    EXPECT_EQ(rest.bytes, "") << "came on a connection that spoke nonsense";
    EXPECT_NE(rest.end, End::TimedOut) << "the connection stays open";
    origin.close();
  }

  void run_all(Variant variant) {
    for_each_run(all_responses(), variant, GetParam(), [this](const auto& c, const Cuts& cuts) {
      if (!HasFailure()) run(c, cuts);
    });
    const run::RunResult result = proxy_.finish();
    Reasons counted = errors_of(result, run::ErrorSide::Upstream);
    const uint64_t surplus = refused_["unsolicited_bytes"];
    EXPECT_GE(counted["unsolicited_bytes"], surplus);
    EXPECT_LE(counted["unsolicited_bytes"], surplus + surplus_unseen_);
    counted.erase("unsolicited_bytes");
    refused_.erase("unsolicited_bytes");
    EXPECT_EQ(counted, refused_);
    EXPECT_EQ(errors_of(result, run::ErrorSide::Downstream), Reasons());
  }

  ScriptedOrigin origin_;
  integration::Proxy proxy_{corpus_config(), origin_.address()};
  fakes::PeerQueue queue_;
  Reasons refused_;
  uint64_t surplus_unseen_ = 0;
};

TEST_P(ResponseCorpus, Whole) { run_all(Variant::Whole); }

TEST_P(ResponseCorpus, OneByteAtATime) { run_all(Variant::OneByteAtATime); }

TEST_P(ResponseCorpus, EverySplit) { run_all(Variant::EverySplit); }

INSTANTIATE_TEST_SUITE_P(Shard, ResponseCorpus, ::testing::Range(size_t{0}, kShards));

}  // namespace
}  // namespace faultline::conformance
