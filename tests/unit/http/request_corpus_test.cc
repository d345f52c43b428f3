// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/unit/http/request_corpus.h"

#include "proxy/http/reasons.h"
#include "tests/unit/http/codec_support.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace faultline::http {
namespace {

using corpus::RequestCase;
using testing::cut_positions;
using testing::every_byte;
using testing::Outcome;
using testing::parse_requests;

std::vector<RequestCase> all_cases() {
  std::vector<RequestCase> cases = corpus::valid_requests();
  for (auto* more : {&corpus::hostile_requests, &corpus::further_requests}) {
    for (RequestCase& c : more()) cases.push_back(std::move(c));
  }
  return cases;
}

// `expected` is what the whole input gave in one piece.
void expect_same(const RequestCase& c, const Outcome& expected, const Outcome& actual) {
  EXPECT_EQ(actual.is_rejected, expected.is_rejected);
  EXPECT_EQ(actual.status, expected.status);
  EXPECT_EQ(actual.reason, expected.reason);
  EXPECT_EQ(actual.messages, expected.messages);
  // A refused message may have been delivered in part before the piece with the error came.
  if (c.status == 0) {
    EXPECT_EQ(actual.log, expected.log);
    EXPECT_EQ(actual.wire, expected.wire);
  }
}

TEST(RequestCorpus, HasTheElevenValidAndSeventyHostileCases) {
  std::set<std::string> names;
  for (const RequestCase& c : all_cases()) names.insert(c.name);

  EXPECT_EQ(corpus::valid_requests().size(), 11U);
  EXPECT_EQ(corpus::hostile_requests().size(), 70U);
  EXPECT_EQ(names.size(), all_cases().size()) << "two cases share a name";
}

TEST(RequestCorpus, EveryCaseEndsAsRequiredInOnePiece) {
  for (const RequestCase& c : all_cases()) {
    SCOPED_TRACE(c.name);
    const Outcome outcome = parse_requests(c.bytes);

    EXPECT_EQ(outcome.is_rejected, c.status != 0);
    EXPECT_EQ(outcome.status, c.status);
    EXPECT_EQ(outcome.reason, c.reason);
    EXPECT_EQ(outcome.finished_in_order, c.status == 0);
    if (c.status == 0) {
      const std::string& wanted = c.forwarded.empty() ? c.bytes : c.forwarded;
      EXPECT_EQ(outcome.wire, wanted);
    }
  }
}

TEST(RequestCorpus, ARefusedMessageInOneReadLeavesNoTrace) {
  for (const RequestCase& c : all_cases()) {
    if (c.status == 0) continue;
    SCOPED_TRACE(c.name);
    const Outcome outcome = parse_requests(c.bytes);

    EXPECT_EQ(outcome.log, "");
    EXPECT_EQ(outcome.wire, "");
    EXPECT_EQ(outcome.rest, "");
  }
}

TEST(RequestCorpus, OneByteAtATimeGivesTheSameOutcome) {
  for (const RequestCase& c : all_cases()) {
    SCOPED_TRACE(c.name);
    expect_same(c, parse_requests(c.bytes), parse_requests(c.bytes, every_byte(c.bytes.size())));
  }
}

TEST(RequestCorpus, EverySplitPointGivesTheSameOutcome) {
  for (const RequestCase& c : all_cases()) {
    const Outcome whole = parse_requests(c.bytes);
    for (const size_t cut : cut_positions(c.bytes.size())) {
      SCOPED_TRACE(c.name + " cut at " + std::to_string(cut));
      expect_same(c, whole, parse_requests(c.bytes, {cut}));
      if (::testing::Test::HasFailure()) return;
    }
  }
}

TEST(RequestCorpus, HostileCasesBehindAGoodRequestAreRefusedToo) {
  const std::string good = "GET /first HTTP/1.1\r\nHost: a.test\r\n\r\n";
  for (const RequestCase& c : corpus::hostile_requests()) {
    SCOPED_TRACE(c.name);
    const Outcome outcome = parse_requests(good + c.bytes);

    EXPECT_EQ(outcome.status, c.status);
    EXPECT_EQ(outcome.messages, 1);
    EXPECT_EQ(outcome.wire, good);
  }
}

TEST(RequestCorpus, EveryReasonIsListed) {
  const std::set<std::string_view> listed(reason::kAll.begin(), reason::kAll.end());
  EXPECT_EQ(listed.size(), reason::kAll.size());
  for (const RequestCase& c : all_cases()) {
    EXPECT_TRUE(c.reason.empty() || listed.contains(c.reason)) << c.reason;
  }
}

}  // namespace
}  // namespace faultline::http
