// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/literals.h"

#include "proxy/base/text.h"
#include "redaction/redactor.h"
#include "redaction/verify_scan.h"
#include "tests/unit/redaction/redaction_support.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::redaction::testing {
namespace {

// No detector knows it.
constexpr std::string_view kKnown = "blue heron 100%41\\n";
constexpr std::string_view kPlain = "quiet-river-bank";

std::unique_ptr<Redactor> knowing(std::vector<std::string> known,
                                  std::vector<std::string> dictionary = {}) {
  Policy policy;
  policy.known = std::move(known);
  policy.dictionary = std::move(dictionary);
  auto made = Redactor::create(policy, fake_crypto(), "test key");
  return made ? std::move(*made) : nullptr;
}

std::string redacted(Redactor& redactor, const std::string& text) {
  return masked(redactor.redact_text(text).view());
}

TEST(Literals, AKnownValueGoesWhereverItStands) {
  const auto redactor = knowing({std::string(kPlain), "7182818284"});
  const std::string plain(kPlain);
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"see " + plain + ".", "see redacted-known-*."},
      {"see" + plain + "89", "seeredacted-known-*89"},
      {R"({"a":"x )" + plain + R"(","b":1})", R"({"a":"x redacted-known-*","b":1})"},
      {R"({")" + plain + R"(":1})", R"({"redacted-known-*":1})"},
      {"q=quiet%2Driver%2Dbank&p=1", "q=redacted-known-*&p=1"},
      {R"({"a":"quiet\u002driver-bank"})", R"({"a":"redacted-known-*"})"}};
  for (const auto& [text, want] : cases) EXPECT_EQ(redacted(*redactor, text), want);
  EXPECT_EQ(redactor->redact_text(R"({"a":7182818284})").view().find("7182818284"),
            std::string::npos);
  const std::string coded = "x " + base64_encode("the " + plain + " is here") + " y";
  EXPECT_EQ(base64_decode(redactor->redact_text(coded).view().substr(2, 40))->find(plain),
            std::string::npos);
  EXPECT_EQ(redactor->totals().at("known.value"), cases.size() + 2);
}

TEST(Literals, AKnownNumberGoesFromInsideALongerOne) {
  const auto redactor = knowing({"12345678"});
  for (const std::string number :
       {"12345678", "-12345678", "12345678.5", "9912345678", "12345678e9"}) {
    const RedactedText out = redactor->redact_text("{\"n\":" + number + "}");
    EXPECT_EQ(out.view().find("12345678"), std::string::npos) << out.view();
  }
}

TEST(Literals, AnEscapeInAKnownValueHidesItNot) {
  const auto redactor = knowing({std::string(kKnown)});

  EXPECT_EQ(redacted(*redactor, "a " + std::string(kKnown) + " b"), "a redacted-known-* b");
}

TEST(Literals, AWordOfTheDictionaryIsAWholeWordInAnyCase) {
  const auto redactor = knowing({}, {"Heron", "heron-lake"});

  EXPECT_EQ(redacted(*redactor, "HERON, heron-lake; herons heronry xheron heron"),
            "redacted-custom-*, redacted-custom-*; herons heronry xheron redacted-custom-*");
}

TEST(Literals, AreNotTakenWhenChanceWouldFindThem) {
  Policy policy;
  policy.known = {"long enough", "short"};
  const auto known = Redactor::create(policy, fake_crypto(), "test key");
  ASSERT_FALSE(known);
  EXPECT_EQ(known.error().message, "known value 2 has less than 8 bytes");
  policy = {};
  policy.dictionary = {"abc"};
  const auto words = Redactor::create(policy, fake_crypto(), "test key");
  ASSERT_FALSE(words);
  EXPECT_EQ(words.error().message, "word 1 has less than 4 bytes");
}

TEST(Literals, NothingIsLeftOfThemInRandomTexts) {
  const auto redactor = knowing({std::string(kPlain), "quiet-river", "river-bank-holiday"});
  const verify::Scanner scanner({std::string(kPlain)});
  Dice dice(seed_of_the_day());
  for (int round = 0; round < 500; ++round) {
    std::string text;
    for (int piece = 0; piece < 6; ++piece) {
      switch (dice.below(4)) {
        case 0:
          text += kPlain;
          break;
        case 1:
          text += percent_encode_all(kPlain);
          break;
        case 2:
          text += "quiet-river-bank-holiday";
          break;
        default:
          text += dice.text("quiet-rv bnk:{}\"", 1 + dice.below(12));
      }
    }
    const std::string once = redactor->redact_text(text).view();
    std::vector<verify::Hit> hits;
    scanner.scan(once, false, hits);
    EXPECT_TRUE(hits.empty()) << text << " became " << once;
    EXPECT_EQ(redactor->redact_text(once).view(), once) << text;
  }
}

}  // namespace
}  // namespace faultline::redaction::testing
