// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// The reference model must be able to say no.
#include "tests/sim/answer_check.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace faultline::sim {
namespace {

class FixedJudge final : public ExchangeJudge {
 public:
  [[nodiscard]] bool has_fault(uint64_t /*id*/, std::string_view fault) const override {
    return faults.contains(std::string(fault));
  }
  [[nodiscard]] bool had_trouble(uint64_t /*id*/) const override { return is_troubled; }
  [[nodiscard]] bool take_failed_connect() override {
    return failed_connects > 0 && failed_connects-- > 0;
  }
  [[nodiscard]] bool is_draining() const override { return is_draining_now; }
  [[nodiscard]] bool is_cut_by_drain() const override { return false; }

  std::set<std::string> faults;
  int failed_connects = 0;
  bool is_troubled = false;
  bool is_draining_now = false;
};

ExchangePlan plan_of(uint64_t id) {
  ExchangePlan plan;
  plan.id = id;
  plan.method = "GET";
  plan.answer_body = "body of " + std::to_string(id);
  plan.answer = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(plan.answer_body.size()) +
                "\r\n\r\n" + plan.answer_body;
  return plan;
}

const std::string kError =
    "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 36\r\nConnection: close\r\n\r\n"
    "faultline: upstream: connect_refused";
const std::string kAbort = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 9\r\n\r\nsim abort";

class AnswerCheckTest : public testing::Test {
 protected:
  AnswerCheckTest() : first_(plan_of(1)), second_(plan_of(2)), check_(judge_) {
    check_.expect(first_);
    check_.expect(second_);
  }
  FixedJudge judge_;
  ExchangePlan first_;
  ExchangePlan second_;
  AnswerCheck check_;
};

TEST_F(AnswerCheckTest, TakesThePlannedAnswersByteByByte) {
  first_.interims.emplace_back("HTTP/1.1 103 Early Hints\r\n\r\n");

  for (const char byte : first_.interims[0] + first_.answer + second_.answer) {
    ASSERT_EQ(check_.feed(std::string(1, byte)), "");
  }

  EXPECT_EQ(check_.answered(), 2U);
  EXPECT_EQ(check_.passed_through(), 2U);
  EXPECT_EQ(check_.end(false), "");
}

TEST_F(AnswerCheckTest, RefusesAByteThatDiffers) {
  std::string answer = first_.answer;
  answer.back() = 'X';
  EXPECT_NE(check_.feed(answer), "");
}

TEST_F(AnswerCheckTest, RefusesTheAnswerOfAnotherExchange) {
  EXPECT_NE(check_.feed(second_.answer), "");
}

TEST_F(AnswerCheckTest, RefusesBytesThatNobodyAskedFor) {
  EXPECT_EQ(check_.feed(first_.answer + second_.answer), "");
  EXPECT_NE(check_.feed("x"), "");
}

TEST_F(AnswerCheckTest, RefusesAnEndInTheMiddleUnlessSomethingExcusesIt) {
  EXPECT_EQ(check_.feed(first_.answer.substr(0, 20)), "");
  EXPECT_NE(check_.end(false), "");

  judge_.is_troubled = true;
  EXPECT_EQ(check_.end(false), "");
}

TEST_F(AnswerCheckTest, RefusesAnErrorForNoReason) { EXPECT_NE(check_.feed(kError), ""); }

TEST_F(AnswerCheckTest, TakesOneErrorForEachFailedConnect) {
  judge_.failed_connects = 1;

  EXPECT_EQ(check_.feed(kError), "");
  EXPECT_TRUE(check_.is_closing());
  EXPECT_EQ(judge_.failed_connects, 0);
}

TEST_F(AnswerCheckTest, TakesAnInjectedAnswerOnlyWhenAnEventTellsOfIt) {
  AnswerCheck other(judge_);
  other.expect(second_);
  EXPECT_NE(check_.feed(kAbort), "");

  judge_.faults.insert("abort");
  EXPECT_EQ(other.feed(kAbort), "");
}

TEST_F(AnswerCheckTest, TakesAnEditedAnswerOnlyFromADrainOrADrift) {
  AnswerCheck draining(judge_);
  draining.expect(first_);
  EXPECT_NE(check_.feed(with_connection_close(first_.answer)), "");

  judge_.is_draining_now = true;
  EXPECT_EQ(draining.feed(with_connection_close(first_.answer)), "");
  EXPECT_TRUE(draining.is_closing());
}

TEST_F(AnswerCheckTest, RefusesWhatComesBehindAnAnswerThatEndsTheConnection) {
  first_.server_closes = true;
  EXPECT_EQ(check_.feed(first_.answer), "");
  EXPECT_NE(check_.feed(second_.answer), "");
}

}  // namespace
}  // namespace faultline::sim
