// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/http/reasons.h"
#include "tests/conformance/corpus/corpus.h"
#include "tests/unit/http/codec_support.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace faultline::http {
namespace {

using conformance::all_requests;
using conformance::PayloadCase;
using testing::cut_positions;
using testing::every_byte;
using testing::Outcome;
using testing::parse_requests;

// `expected` is what the whole input gave in one piece.
void expect_same(const PayloadCase& c, const Outcome& expected, const Outcome& actual) {
  EXPECT_EQ(actual.is_rejected, expected.is_rejected);
  EXPECT_EQ(actual.status, expected.status);
  EXPECT_EQ(actual.reason, expected.reason);
  EXPECT_EQ(actual.messages, expected.messages);
  // A refused message may have been delivered in part before the piece with the error came.
  if (c.is_accepted()) {
    EXPECT_EQ(actual.log, expected.log);
    EXPECT_EQ(actual.wire, expected.wire);
  }
}

TEST(RequestCorpus, HasTheElevenValidAndSeventyHostileCases) {
  std::set<std::string> names;
  for (const PayloadCase& c : all_requests()) names.insert(c.name);

  EXPECT_EQ(conformance::load_cases(conformance::kValidRequests).size(), 11U);
  EXPECT_EQ(conformance::load_cases(conformance::kMalformedRequests).size(), 70U);
  EXPECT_EQ(names.size(), all_requests().size()) << "two cases share a name";
}

TEST(RequestCorpus, EveryCaseEndsAsRequiredInOnePiece) {
  for (const PayloadCase& c : all_requests()) {
    SCOPED_TRACE(c.name);
    const Outcome outcome = parse_requests(c.sent);

    EXPECT_EQ(outcome.is_rejected, !c.is_accepted());
    EXPECT_EQ(outcome.status, c.status);
    EXPECT_EQ(outcome.reason, c.reason);
    EXPECT_EQ(outcome.finished_in_order, c.is_accepted());
    if (c.is_accepted()) {
      EXPECT_EQ(outcome.wire, c.wanted);
      EXPECT_EQ(outcome.messages, c.messages);
    }
  }
}

TEST(RequestCorpus, ARefusedMessageInOneReadLeavesNoTrace) {
  for (const PayloadCase& c : all_requests()) {
    if (c.is_accepted()) continue;
    SCOPED_TRACE(c.name);
    const Outcome outcome = parse_requests(c.sent);

    EXPECT_EQ(outcome.log, "");
    EXPECT_EQ(outcome.wire, "");
    EXPECT_EQ(outcome.rest, "");
  }
}

TEST(RequestCorpus, OneByteAtATimeGivesTheSameOutcome) {
  for (const PayloadCase& c : all_requests()) {
    SCOPED_TRACE(c.name);
    expect_same(c, parse_requests(c.sent), parse_requests(c.sent, every_byte(c.sent.size())));
  }
}

TEST(RequestCorpus, EverySplitPointGivesTheSameOutcome) {
  for (const PayloadCase& c : all_requests()) {
    const Outcome whole = parse_requests(c.sent);
    for (const size_t cut : cut_positions(c.sent.size())) {
      SCOPED_TRACE(c.name + " cut at " + std::to_string(cut));
      expect_same(c, whole, parse_requests(c.sent, {cut}));
      if (::testing::Test::HasFailure()) return;
    }
  }
}

TEST(RequestCorpus, HostileCasesBehindAGoodRequestAreRefusedToo) {
  const std::string good = "GET /first HTTP/1.1\r\nHost: a.test\r\n\r\n";
  for (const PayloadCase& c : conformance::load_cases(conformance::kMalformedRequests)) {
    SCOPED_TRACE(c.name);
    const Outcome outcome = parse_requests(good + c.sent);

    EXPECT_EQ(outcome.status, c.status);
    EXPECT_EQ(outcome.messages, 1);
    EXPECT_EQ(outcome.wire, good);
  }
}

TEST(RequestCorpus, EveryReasonIsListed) {
  const std::set<std::string_view> listed(reason::kAll.begin(), reason::kAll.end());
  EXPECT_EQ(listed.size(), reason::kAll.size());
  for (const PayloadCase& c : all_requests()) {
    EXPECT_TRUE(c.reason.empty() || listed.contains(c.reason)) << c.reason;
  }
}

}  // namespace
}  // namespace faultline::http
