// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/conformance/http1/corpus_proxy.h"
#include "tests/conformance/http1/segmentation.h"
#include "tests/fakes/recording_origin.h"
#include "tests/fakes/socket_queue.h"
#include "tests/fakes/wire_message.h"
#include "tests/integration/proxy_support.h"

#include <gtest/gtest.h>

#include <string>

namespace faultline::conformance {
namespace {

using fakes::RawSocket;
using End = fakes::ReadResult::End;

const std::string kSmuggled = "GET /smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n";

// The real proxy between a raw client and an origin that writes everything down.
class RequestCorpus : public ::testing::TestWithParam<size_t> {
 protected:
  // Sends the case, with `behind` in the same write as its last piece.
  void run(const PayloadCase& c, const Cuts& cuts, const std::string& behind = "") {
    SCOPED_TRACE(describe(c, cuts));
    RawSocket client = proxy_.connect();
    ASSERT_TRUE(client.is_open());
    ASSERT_TRUE(queue_.send_in_pieces(client, c.sent + behind, cuts)) << "the proxy does not read";
    if (c.is_accepted()) {
      expect_forwarded(c, client);
    } else {
      expect_refused(c, client, is_one_read(c, cuts));
    }
  }

  void expect_refused(const PayloadCase& c, RawSocket& client, bool is_one_read) {
    const auto got = client.read_to_end();
    EXPECT_EQ(got.bytes.substr(0, 13), "HTTP/1.1 " + std::to_string(c.status) + " ");
    EXPECT_EQ(fakes::response_length(got.bytes), got.bytes.size()) << "not one whole answer";
    EXPECT_EQ(fakes::field_in(got.bytes, "connection"), "close");
    EXPECT_EQ(got.end, End::Fin);
    const auto seen = origin_.settle();
    EXPECT_TRUE(seen.is_settled) << "a connection with bytes of it stays open";
    EXPECT_EQ(seen.messages, std::vector<std::string>());
    if (is_one_read) {
      EXPECT_EQ(seen.fragments, "");
    }
    ++refused_[c.reason];
  }

  void expect_forwarded(const PayloadCase& c, RawSocket& client) {
    for (int i = 0; i < c.messages; ++i) {
      EXPECT_EQ(client.read_until("\r\n\r\n").bytes.substr(0, 15), "HTTP/1.1 200 OK");
    }
    client.shutdown_write();
    const auto rest = client.read_to_end();
    EXPECT_EQ(rest.bytes, "");
    EXPECT_EQ(rest.end, End::Fin);
    const auto seen = origin_.settle();
    std::string arrived;
    for (const auto& message : seen.messages) arrived += message;
    EXPECT_EQ(arrived, c.wanted);
    EXPECT_EQ(seen.messages.size(), static_cast<size_t>(c.messages));
    EXPECT_EQ(seen.fragments, "");
  }

  // Every refusal left its reason, and nothing else was counted.
  void expect_counted() {
    const run::RunResult result = proxy_.finish();
    EXPECT_EQ(errors_of(result, run::ErrorSide::Downstream), refused_);
    EXPECT_EQ(errors_of(result, run::ErrorSide::Upstream), Reasons());
  }

  void run_all(Variant variant) {
    for_each_run(all_requests(), variant, GetParam(), [this](const auto& c, const Cuts& cuts) {
      if (!HasFailure()) run(c, cuts);
    });
    expect_counted();
  }

  fakes::RecordingOrigin origin_;
  integration::Proxy proxy_{corpus_config(), origin_.address()};
  fakes::PeerQueue queue_;
  Reasons refused_;
};

TEST_P(RequestCorpus, Whole) { run_all(Variant::Whole); }

TEST_P(RequestCorpus, OneByteAtATime) { run_all(Variant::OneByteAtATime); }

TEST_P(RequestCorpus, EverySplit) { run_all(Variant::EverySplit); }

TEST_P(RequestCorpus, WhatIsBehindARefusalIsNeverARequest) {
  const auto cases = load_all({kMalformedRequests, kFurtherMalformedRequests});
  for_each_run(cases, Variant::Whole, GetParam(), [this](const auto& c, const Cuts& cuts) {
    if (!HasFailure()) run(c, cuts, kSmuggled);
  });
  expect_counted();
}

INSTANTIATE_TEST_SUITE_P(Shard, RequestCorpus, ::testing::Range(size_t{0}, kShards));

}  // namespace
}  // namespace faultline::conformance
