// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// 10^5 random exchanges through both parsers and writers, cut at random places on the way in,
// against the reference model of the simulation (tests/sim/exchange_plan.h): what goes on is what
// came, nothing goes on from the place where it is malformed, bodies are the planned ones.
#include "tests/fakes/draws.h"
#include "tests/sim/exchange_plan.h"
#include "tests/unit/http/codec_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace faultline::http {
namespace {

constexpr uint64_t kSeed = 20;
constexpr uint64_t kExchanges = 100'000;
constexpr sim::PlanKnobs kKnobs{.bad_server_percent = 0, .bad_request_percent = 20, .body_max = 80};

std::vector<size_t> random_cuts(fakes::Draws& draws, size_t size) {
  std::vector<size_t> cuts;
  const uint64_t stride = draws.between(1, draws.one_in(4) ? 4 : 200);
  for (size_t at = draws.below(stride + 1); at < size; at += draws.between(1, stride)) {
    cuts.push_back(at);
  }
  return cuts;
}

// What the log of a parser says of the content, put together.
std::string payload_of(const testing::Outcome& outcome) {
  constexpr std::string_view kWord = "payload ";
  std::string body;
  for (size_t at = 0; at < outcome.log.size();) {
    const size_t end = std::min(outcome.log.find('\n', at), outcome.log.size());
    const std::string_view line = std::string_view(outcome.log).substr(at, end - at);
    if (line.starts_with(kWord)) body += line.substr(kWord.size());
    at = end + 1;
  }
  return body;
}

void check_request(const sim::ExchangePlan& plan, fakes::Draws& draws) {
  const auto outcome =
      testing::parse_requests(plan.request, random_cuts(draws, plan.request.size()));

  ASSERT_EQ(outcome.is_rejected, !plan.is_request_sound()) << plan.request;
  if (plan.is_request_sound()) {
    ASSERT_EQ(outcome.wire, plan.request);
    ASSERT_EQ(payload_of(outcome), plan.request_body);
    ASSERT_EQ(outcome.messages, 1);
  } else {
    ASSERT_LE(outcome.wire.size(), plan.bad_at) << plan.request;
    ASSERT_TRUE(plan.request.starts_with(outcome.wire));
  }
}

void check_answer(const sim::ExchangePlan& plan, fakes::Draws& draws) {
  std::string bytes;
  for (const auto& interim : plan.interims) bytes += interim;
  bytes += plan.answer;

  const auto outcome = testing::parse_response(bytes, {.is_head_request = plan.method == "HEAD"},
                                               random_cuts(draws, bytes.size()));

  ASSERT_FALSE(outcome.is_rejected) << outcome.reason << "\n" << bytes;
  ASSERT_TRUE(outcome.finished_in_order);
  ASSERT_EQ(outcome.wire, bytes);
  ASSERT_EQ(outcome.rest, "");
  ASSERT_EQ(payload_of(outcome), plan.method == "HEAD" ? "" : plan.answer_body);
}

TEST(ExchangeModel, RandomExchangesAreForwardedAsTheModelSays) {
  fakes::Draws draws(kSeed);
  uint64_t refused = 0;
  for (uint64_t id = 0; id < kExchanges; ++id) {
    const sim::ExchangePlan plan = sim::make_plan(kSeed, id, kKnobs);
    refused += plan.is_request_sound() ? 0 : 1;
    check_request(plan, draws);
    check_answer(plan, draws);
    if (HasFatalFailure()) FAIL() << "exchange " << id;
  }
  EXPECT_GT(refused, kExchanges / 10);
  EXPECT_LT(refused, kExchanges / 3);
}

}  // namespace
}  // namespace faultline::http
