// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/record/exchange.h"

#include <gtest/gtest.h>

#include <vector>

namespace faultline::record {
namespace {

TEST(Exchange, IsNamedByListenerConnectionAndOrdinal) {
  EXPECT_EQ(exchange_name("shop", {.listener = 9, .connection = 17, .exchange = 3}), "shop/17/3");
}

TEST(Outcome, HasANameThatLeadsBack) {
  for (const auto outcome :
       {Outcome::Completed, Outcome::DownstreamAborted, Outcome::UpstreamAborted, Outcome::TimedOut,
        Outcome::Injected, Outcome::ProxyAborted}) {
    EXPECT_EQ(outcome_from_name(outcome_name(outcome)), outcome);
  }
  EXPECT_EQ(outcome_from_name("done"), std::nullopt);
}

TEST(RecordedMessage, ShowsABodyThatWasDroppedAsNotKept) {
  struct Case {
    BodyState state;
    redaction::BodyOutcome outcome;
    BodyState want;
  };
  const std::vector<Case> cases{
      {BodyState::Complete, redaction::BodyOutcome::Kept, BodyState::Complete},
      {BodyState::Complete, redaction::BodyOutcome::Empty, BodyState::Complete},
      {BodyState::Complete, redaction::BodyOutcome::Dropped, BodyState::NotKept},
      {BodyState::TooLarge, redaction::BodyOutcome::Dropped, BodyState::TooLarge},
      {BodyState::Aborted, redaction::BodyOutcome::Dropped, BodyState::Aborted},
      {BodyState::NotKept, redaction::BodyOutcome::Empty, BodyState::NotKept},
  };
  for (const auto& c : cases) {
    RecordedMessage message;
    message.body_state = c.state;
    message.body_outcome = c.outcome;

    EXPECT_EQ(message.view().body_state, c.want);
  }
}

TEST(RecordedMessage, GivesAViewOfEverythingItHolds) {
  RecordedMessage message;
  message.direction = Direction::Response;
  message.method = "PUT";
  message.target = "/a?b";
  message.status = 418;
  message.version = "HTTP/1.0";
  message.fields = {{"A", "1"}, {"a", "2"}};
  message.trailers = {{"T", "3"}};
  message.body = "tea";
  message.body_outcome = redaction::BodyOutcome::Kept;

  const MessageView view = message.view();

  EXPECT_EQ(view.direction, Direction::Response);
  EXPECT_EQ(view.method, "PUT");
  EXPECT_EQ(view.target, "/a?b");
  EXPECT_EQ(view.status, 418);
  EXPECT_EQ(view.version, "HTTP/1.0");
  ASSERT_EQ(view.fields.size(), 2U);
  EXPECT_EQ(view.fields[1].name, "a");
  EXPECT_EQ(view.fields[1].value, "2");
  ASSERT_EQ(view.trailers.size(), 1U);
  EXPECT_EQ(view.body, "tea");
}

}  // namespace
}  // namespace faultline::record
