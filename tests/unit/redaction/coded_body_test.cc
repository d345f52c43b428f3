// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/redactor.h"
#include "tests/unit/coding/encoders.h"
#include "tests/unit/redaction/redaction_support.h"

#include <gtest/gtest.h>

#include <string>

namespace faultline::redaction::testing {
namespace {

TEST(CodedBody, NoSecretSurvivesACoding) {
  const std::string body = R"({"note":"for alice.smith@example.com","password":"zebra"})";
  for (const auto name : coding::test::codings()) {
    SCOPED_TRACE(name);
    Message message = json_message(coding::test::encode(name, body));
    message.fields.push_back({"Content-Encoding", std::string(coding::test::header_of(name))});

    const auto out = make_redactor()->redact(message.view());

    EXPECT_EQ(out.body_outcome(), BodyOutcome::Kept);
    EXPECT_EQ(masked(out.body()),
              R"({"note":"for u-*@redacted.invalid","password":"redacted-secret-*"})");
    EXPECT_EQ(out.decoded_from(), coding::test::header_of(name));
    EXPECT_EQ(out.view().find("content-encoding"), nullptr);
    EXPECT_EQ(out.original_body_bytes(), message.body.size());
  }
}

TEST(CodedBody, ADroppedBodyKeepsItsField) {
  Message message = json_message("not gzip");
  message.fields.push_back({"Content-Encoding", "gzip"});

  const auto out = make_redactor()->redact(message.view());

  EXPECT_EQ(out.drop_reason(), "undecodable");
  EXPECT_NE(out.view().find("content-encoding"), nullptr);
  EXPECT_EQ(out.decoded_from(), "");
}

}  // namespace
}  // namespace faultline::redaction::testing
