// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "redaction/redactor.h"
#include "redaction/verify_echo.h"
#include "redaction/verify_planted.h"
#include "tests/unit/redaction/redaction_support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

// What is known of the redacted after it is gone: the audit, the echo, planted secrets.
namespace faultline::redaction::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Selector = OperatorRule::Selector;

std::vector<EchoHit> sweep(const EchoBook& book, std::string_view text) {
  std::vector<EchoHit> hits;
  book.scan(text, hits);
  return hits;
}

TEST(EchoBook, FindsAValueInEverySpelling) {
  const std::string value = "s3cret \"zebra\"/quagga";
  EchoBook book("0123456789abcdef");
  book.replaced(ClassId::KeySecret, value);
  std::string escaped;
  json_escape_to(escaped, value);
  const std::vector<std::pair<std::string, std::string>> spellings = {
      {"raw", value},
      {"escaped", escaped},
      {"percent", percent_encode(value)},
      {"hex", hex_encode(value)},
      {"base64", base64_encode("x" + value)},
      {"base64", base64_encode("xy" + value + "tail")},
  };
  for (const auto& [encoding, text] : spellings) {
    SCOPED_TRACE(encoding);
    const auto hits = sweep(book, "front " + text + " back");

    ASSERT_EQ(hits.size(), 1U);
    EXPECT_EQ(hits[0].encoding, encoding);
    EXPECT_LE(hits[0].begin, 9U);
  }
  EXPECT_TRUE(sweep(book, "front s3cret \"zebra\"/quaggi back").empty());
  EXPECT_TRUE(sweep(book, "s3cret").empty());
}

TEST(EchoBook, LeavesOutWhatTurnsUpByChance) {
  for (const std::string_view value :
       {"short1", "password", "checkout-service", "127.0.0.1:8080", "10.200.100.14", "00000000",
        "aaaaaaaaaaaaaaaaaaaaaaaaa", "12345678"}) {
    EXPECT_FALSE(is_telling(ClassId::KeySecret, value)) << value;
  }
  for (const std::string_view value :
       {"hunter22", "a@b.example", "4012888888881881", "correct horse battery staple"}) {
    EXPECT_TRUE(is_telling(ClassId::KeySecret, value)) << value;
  }
  EXPECT_FALSE(is_telling(ClassId::SetCookie, "hunter22"));
  EXPECT_FALSE(is_telling(ClassId::ClientIpHeader, "2001:db8:1:2:3:4:5:6"));
}

TEST(EchoBook, IsBounded) {
  EchoBook book("0123456789abcdef");
  for (size_t i = 0; i < EchoBook::kValuesMax + 10; ++i) {
    book.replaced(ClassId::KeySecret, "a value " + std::to_string(i * 7919));
  }
  book.replaced(ClassId::KeySecret, "a value 0");

  EXPECT_EQ(book.values() + book.left_out(), EchoBook::kValuesMax + 10);
  EXPECT_EQ(book.values(), EchoBook::kValuesMax);
}

TEST(EchoBook, HearsOfWhatARedactorReplaces) {
  EchoBook book("0123456789abcdef");
  const auto redactor = Redactor::create({}, fake_crypto(), "k", &book);
  ASSERT_TRUE(redactor);

  static_cast<void>((*redactor)->redact(json_message(R"({"password":"hunter2222"})").view()));

  EXPECT_EQ(book.values(), 1U);
  EXPECT_EQ(sweep(book, "log: hunter2222").size(), 1U);
}

TEST(PlantedCanaries, NoneSurvivesInAnyPosition) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const auto report = plant_canaries(*make_redactor(), seed);

    EXPECT_GE(report.positions, 43U);
    EXPECT_EQ(report.survived, std::vector<std::string>{}) << "seed " << seed;
  }
}

TEST(PlantedCanaries, WhatThePolicyKeepsIsNoSurvivor) {
  const auto redactor = make_redactor({{Selector::Class, "canary", Operator::Keep}});

  EXPECT_EQ(plant_canaries(*redactor, 1).survived, std::vector<std::string>{});
}

TEST(Tally, SaysWhereAndWhyAndNeverWhat) {
  const auto redactor = make_redactor({{Selector::Class, "phone.e164", Operator::Keep},
                                       {Selector::Path, "/nowhere", Operator::Null}});
  Message message = json_message(
      R"({"users":[{"password":"zebra"},{"password":"okapi","note":"bob@example.com"}],)"
      R"("entries":{"8271":{"otp":"quagga"},"call":"+14155550123"}})");
  message.fields.push_back({"Authorization", "Bearer zebra"});

  static_cast<void>(redactor->redact(message.view()));
  const std::string lines = redactor->tally().to_json_lines();

  EXPECT_THAT(lines, HasSubstr(R"("class":"key.lexicon.secret","rule":"name","part":"body",)"
                               R"("path":"/users/*/password","operator":"shape","count":2)"));
  EXPECT_THAT(lines, HasSubstr(R"("path":"/users/*/note")"));
  EXPECT_THAT(lines, HasSubstr(R"("path":"/entries/*/otp")"));
  EXPECT_THAT(lines, HasSubstr(R"("part":"field","name":"Authorization")"));
  EXPECT_THAT(lines, HasSubstr(R"("kept":{"phone.e164":1})"));
  EXPECT_THAT(lines, HasSubstr(R"("bound_nothing":["path /nowhere"])"));
  EXPECT_THAT(lines, HasSubstr(R"("never_fired":[)"));
  for (const auto* value : {"zebra", "okapi", "quagga", "bob@", "8271", "+1415"}) {
    EXPECT_THAT(lines, Not(HasSubstr(value)));
  }
  for (const auto line : split(lines, '\n')) {
    EXPECT_TRUE(line.empty() || is_valid_json(line)) << line;
  }
}

TEST(Tally, AddsUpAndStaysBounded) {
  Tally one;
  Tally two;
  const Tally::Row row{ClassId::Email, Rule::Form, Operator::Shape, {Part::Body, "", "/a"}};
  one.add(row, 2, "t");
  two.add(row, 3, "u");
  for (size_t i = 0; i < Tally::kRowsMax + 5; ++i) {
    two.add({ClassId::Email, Rule::Form, Operator::Mask, {Part::Body, "", "/" + std::to_string(i)}},
            1, "");
  }

  one.add(two);

  EXPECT_EQ(one.rows().at(row).count, 5U);
  EXPECT_EQ(one.rows().size(), Tally::kRowsMax);
  EXPECT_GE(one.left_out(), 6U);
  EXPECT_EQ(one.open_classes(), std::vector<std::string>{"email"});
}

}  // namespace
}  // namespace faultline::redaction::testing
