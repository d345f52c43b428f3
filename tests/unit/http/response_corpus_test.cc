// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/unit/http/response_corpus.h"

#include "proxy/http/reasons.h"
#include "tests/unit/http/codec_support.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace faultline::http {
namespace {

using corpus::ResponseCase;
using testing::cut_positions;
using testing::every_byte;
using testing::Outcome;

Outcome parse(const ResponseCase& c, const std::vector<size_t>& cuts = {}) {
  return testing::parse_response(c.bytes, {c.is_head_request, c.is_upgrade_request}, cuts);
}

std::vector<ResponseCase> all_cases() {
  std::vector<ResponseCase> cases = corpus::valid_responses();
  for (ResponseCase& c : corpus::hostile_responses()) cases.push_back(std::move(c));
  return cases;
}

void expect_same(const ResponseCase& c, const Outcome& expected, const Outcome& actual) {
  EXPECT_EQ(actual.is_rejected, expected.is_rejected);
  EXPECT_EQ(actual.reason, expected.reason);
  EXPECT_EQ(actual.finished_in_order, expected.finished_in_order);
  if (!c.is_refused) {
    EXPECT_EQ(actual.log, expected.log);
    EXPECT_EQ(actual.wire, expected.wire);
    EXPECT_EQ(actual.rest, expected.rest);
  }
}

TEST(ResponseCorpus, EveryCaseEndsAsRequiredInOnePiece) {
  for (const ResponseCase& c : all_cases()) {
    SCOPED_TRACE(c.name);
    const Outcome outcome = parse(c);

    EXPECT_EQ(outcome.is_rejected, c.is_refused);
    EXPECT_EQ(outcome.reason, c.reason);
    EXPECT_EQ(outcome.status, c.is_refused ? 502 : 0);
    EXPECT_EQ(outcome.finished_in_order, !c.is_refused && !c.is_cut_short);
    EXPECT_EQ(outcome.rest, c.rest);
    if (c.is_refused || c.forwarded == "-") {
      EXPECT_EQ(outcome.log, "");
      EXPECT_EQ(outcome.wire, "");
    } else {
      EXPECT_EQ(outcome.wire, c.forwarded.empty() ? c.bytes : c.forwarded);
    }
  }
}

TEST(ResponseCorpus, OneByteAtATimeGivesTheSameOutcome) {
  for (const ResponseCase& c : all_cases()) {
    SCOPED_TRACE(c.name);
    expect_same(c, parse(c), parse(c, every_byte(c.bytes.size())));
  }
}

TEST(ResponseCorpus, EverySplitPointGivesTheSameOutcome) {
  for (const ResponseCase& c : all_cases()) {
    const Outcome whole = parse(c);
    for (const size_t cut : cut_positions(c.bytes.size())) {
      SCOPED_TRACE(c.name + " cut at " + std::to_string(cut));
      expect_same(c, whole, parse(c, {cut}));
      if (::testing::Test::HasFailure()) return;
    }
  }
}

TEST(ResponseCorpus, HostileCasesBehindAnInterimResponseAreRefusedToo) {
  const std::string interim = "HTTP/1.1 103 Early Hints\r\n\r\n";
  for (const ResponseCase& c : corpus::hostile_responses()) {
    SCOPED_TRACE(c.name);
    const Outcome outcome = testing::parse_response(interim + c.bytes);

    EXPECT_EQ(outcome.status, 502);
    EXPECT_EQ(outcome.wire, interim);
  }
}

TEST(ResponseCorpus, EveryReasonIsListed) {
  const std::set<std::string_view> listed(reason::kAll.begin(), reason::kAll.end());
  for (const ResponseCase& c : corpus::hostile_responses()) {
    EXPECT_TRUE(listed.contains(c.reason)) << c.reason;
  }
}

}  // namespace
}  // namespace faultline::http
