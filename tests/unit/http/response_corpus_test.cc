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

using conformance::all_responses;
using conformance::Asked;
using conformance::Fate;
using conformance::PayloadCase;
using testing::cut_positions;
using testing::every_byte;
using testing::Outcome;

Outcome parse(const PayloadCase& c, const std::vector<size_t>& cuts = {}) {
  return testing::parse_response(c.sent, {c.asked == Asked::Head, c.asked == Asked::Upgrade}, cuts);
}

void expect_same(const PayloadCase& c, const Outcome& expected, const Outcome& actual) {
  EXPECT_EQ(actual.is_rejected, expected.is_rejected);
  EXPECT_EQ(actual.reason, expected.reason);
  EXPECT_EQ(actual.finished_in_order, expected.finished_in_order);
  if (c.is_accepted()) {
    EXPECT_EQ(actual.log, expected.log);
    EXPECT_EQ(actual.wire, expected.wire);
    EXPECT_EQ(actual.rest, expected.rest);
  }
}

TEST(ResponseCorpus, EveryCaseEndsAsRequiredInOnePiece) {
  for (const PayloadCase& c : all_responses()) {
    SCOPED_TRACE(c.name);
    const Outcome outcome = parse(c);

    EXPECT_EQ(outcome.is_rejected, !c.is_accepted());
    EXPECT_EQ(outcome.reason, c.reason);
    EXPECT_EQ(outcome.status, c.status);
    EXPECT_EQ(outcome.finished_in_order, c.is_accepted() && c.fate != Fate::Cut);
    EXPECT_EQ(outcome.rest, c.surplus);
    const bool has_head = c.sent.find("\r\n\r\n") != std::string::npos;
    EXPECT_EQ(outcome.wire, has_head ? c.wanted : "");
    if (!c.is_accepted()) {
      EXPECT_EQ(outcome.log, "");
    }
  }
}

TEST(ResponseCorpus, OneByteAtATimeGivesTheSameOutcome) {
  for (const PayloadCase& c : all_responses()) {
    SCOPED_TRACE(c.name);
    expect_same(c, parse(c), parse(c, every_byte(c.sent.size())));
  }
}

TEST(ResponseCorpus, EverySplitPointGivesTheSameOutcome) {
  for (const PayloadCase& c : all_responses()) {
    const Outcome whole = parse(c);
    for (const size_t cut : cut_positions(c.sent.size())) {
      SCOPED_TRACE(c.name + " cut at " + std::to_string(cut));
      expect_same(c, whole, parse(c, {cut}));
      if (::testing::Test::HasFailure()) return;
    }
  }
}

TEST(ResponseCorpus, HostileCasesBehindAnInterimResponseAreRefusedToo) {
  const std::string interim = "HTTP/1.1 103 Early Hints\r\n\r\n";
  for (const PayloadCase& c : conformance::load_cases(conformance::kMalformedResponses)) {
    SCOPED_TRACE(c.name);
    const Outcome outcome = testing::parse_response(interim + c.sent);

    EXPECT_EQ(outcome.status, 502);
    EXPECT_EQ(outcome.wire, interim);
  }
}

TEST(ResponseCorpus, EveryReasonIsListed) {
  const std::set<std::string_view> listed(reason::kAll.begin(), reason::kAll.end());
  for (const PayloadCase& c : conformance::load_cases(conformance::kMalformedResponses)) {
    EXPECT_TRUE(listed.contains(c.reason)) << c.reason;
  }
}

}  // namespace
}  // namespace faultline::http
