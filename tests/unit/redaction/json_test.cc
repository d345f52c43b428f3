// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/tape.h"
#include "redaction/redactor.h"
#include "tests/unit/redaction/redaction_support.h"

#include <gtest/gtest.h>

#include <string>

namespace faultline::redaction::testing {
namespace {

std::string redact_json(const std::string& body) {
  return make_redactor()->redact(json_message(body).view()).body();
}

// The text with every surrogate as `#`.
std::string skeleton(std::string text) {
  for (const std::string front : {"u-", "redacted-"}) {
    for (size_t at = text.find(front); at != std::string::npos; at = text.find(front)) {
      size_t end = at;
      while (end < text.size() && std::string("\"\\,; ").find(text[end]) == std::string::npos)
        ++end;
      text.replace(at, end - at, "#");
    }
  }
  return text;
}

TEST(JsonRedaction, ChangesNothingOutsideWhatItReplaces) {
  const struct {
    std::string body;
    std::string want;
  } cases[] = {
      {R"({"b":9007199254740993,"a":{ "email" : "a@b.co" },"z":1.10 })",
       R"({"b":9007199254740993,"a":{ "email" : "#" },"z":1.10 })"},
      {"{\r\n\t\"x\": [1, 2.50, \"to a@b.co now\"] ,\n\"x\": null}",
       "{\r\n\t\"x\": [1, 2.50, \"to # now\"] ,\n\"x\": null}"},
      {R"({"s":"tab\t\u00e9 \"a@b.co\" \/ end\\"})", R"({"s":"tab\t\u00e9 \"#\" \/ end\\"})"},
      {R"({"s":"{\"k\": \"a@b.co\", \"n\":1e2}"})", R"({"s":"{\"k\": \"#\", \"n\":1e2}"})"},
      {R"({"password":"x","password":"y"})", R"({"password":"#","password":"#"})"},
      {R"({"password":["x",true,null,"y"],"p":{"secret":{"a":"b","n":null}}})",
       R"({"password":["#",true,null,"#"],"p":{"secret":{"a":"#","n":null}}})"},
      {R"({"cookie":"a=1; b=\"2\"; c"})", R"({"cookie":"a=#; b=\"#\"; #"})"},
      {R"("a@b.co")", R"("#")"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.body);
    EXPECT_EQ(skeleton(redact_json(c.body)), c.want);
  }
}

TEST(JsonRedaction, KeepsTheTypeOfEveryValue) {
  const std::string body =
      R"({"token":"x","pin":42,"otp":true,"cvv":null,"ssn":-1.50,"phone":14155550123,)"
      R"("account_number":1234567890123456789,"salary":1e400})";

  const std::string out = redact_json(body);

  const std::string front = R"({"token":"#","pin":11,"otp":true,"cvv":null,"ssn":-1.11,"phone":99)";
  EXPECT_EQ(skeleton(out).substr(0, front.size()), front) << out;
  EXPECT_TRUE(out.ends_with(R"(,"salary":1e111})")) << out;
  EXPECT_TRUE(is_valid_json(out)) << out;
}

TEST(JsonRedaction, GivesNumbersAsManyDigits) {
  const struct {
    std::string number;
    std::string want;  // x: any digit
  } cases[] = {
      {"7", "1"},
      {"-120", "-111"},
      {"123456789", "111111111"},
      {"1234567890", "99xxxxxxxx"},
      {"-12345678901234", "-99xxxxxxxxxxxx"},
      {"12.5", "11.1"},
      {"6.02e23", "1.11e11"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.number);
    const std::string out = redact_json(R"({"pin":)" + c.number + "}");
    ASSERT_EQ(out.size(), c.want.size() + 8) << out;
    for (size_t i = 0; i < c.want.size(); ++i) {
      const char got = out[i + 7];
      if (c.want[i] == 'x') {
        EXPECT_TRUE(got >= '0' && got <= '9') << out;
      } else {
        EXPECT_EQ(got, c.want[i]) << out;
      }
    }
  }
}

TEST(JsonRedaction, KeepsTheShapeOfCommonFormats) {
  const struct {
    std::string value;
    std::string front;
    size_t length;
  } cases[] = {
      {"1990-02-03", "1000-", 10},
      {"1990-02-03T04:05:06.789Z", "1000-", 20},
      {"550e8400-e29b-41d4-a716-446655440000", "00000000-fa17-8", 36},
      {"203.0.113.9", "192.0.2.", 0},
      {"fe80::1:2", "2001:db8::", 0},
      {"+1 415 555 0123", "+999", 12},
      {"123-45-6789", "000-00-0000", 11},
      {"(020) 7946 0018", "(00", 15},
      {"zebra", "redacted-pii-", 26},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.value);
    const std::string out = make_redactor()->redact_value("ssn", c.value).view();
    EXPECT_EQ(out.substr(0, c.front.size()), c.front);
    EXPECT_EQ(out.size(), c.length == 0 ? out.size() : c.length) << out;
  }
}

TEST(JsonRedaction, KeepsMembersApartWhoseNamesBecomeOne) {
  const std::string body = R"({"a@b.co":1,"A@b.co":2,"x":{"a@b.co":3},"a@B.CO":4})";

  const std::string out = redact_json(body);

  const auto document = json::Document::parse(out);
  ASSERT_TRUE(document) << out;
  EXPECT_TRUE(document->duplicate_keys().empty()) << out;
  EXPECT_EQ(document->root().size(), 4U);
  EXPECT_NE(out.find("@redacted.invalid\":1"), std::string::npos) << out;
  EXPECT_NE(out.find("@redacted.invalid-2\":2"), std::string::npos) << out;
  EXPECT_NE(out.find("@redacted.invalid\":3"), std::string::npos) << out;
  EXPECT_NE(out.find("@redacted.invalid-3\":4"), std::string::npos) << out;
  EXPECT_EQ(redact_json(out), out);
}

TEST(JsonRedaction, StopsAtADepthAndDoesNotRunOutOfStack) {
  std::string deep = "\"a@b.co\"";
  for (int i = 0; i < 120; ++i) deep = "[" + deep + "]";

  EXPECT_EQ(redact_json(deep).find("a@b.co"), std::string::npos);

  std::string too_deep = "\"a@b.co\"";
  for (int i = 0; i < 50000; ++i) too_deep = "[" + too_deep;
  EXPECT_EQ(redact_json(too_deep).find("a@b.co"), std::string::npos);
}

TEST(JsonRedaction, RedactValueKeepsJsonTexts) {
  const auto redactor = make_redactor();

  EXPECT_EQ(skeleton(redactor->redact_value("password", "\"x\"").view()), "\"#\"");
  EXPECT_EQ(redactor->redact_value("password", "1234").view(), "1111");
  EXPECT_EQ(redactor->redact_value("password", "true").view(), "true");
  EXPECT_EQ(redactor->redact_value("password", "null").view(), "null");
  EXPECT_EQ(skeleton(redactor->redact_value("password", R"({"a":["x"]})").view()),
            R"({"a":["#"]})");
  EXPECT_EQ(skeleton(redactor->redact_value("password", "zebra").view()), "#");
  EXPECT_EQ(skeleton(redactor->redact_value("note", "a@b.co!").view()), "#");
  EXPECT_EQ(redactor->redact_value("note", "zebra").view(), "zebra");
}

}  // namespace
}  // namespace faultline::redaction::testing
