// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/redactor.h"
#include "tests/unit/redaction/redaction_support.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::redaction::testing {
namespace {

using Selector = OperatorRule::Selector;

struct Case {
  std::string_view name;
  std::vector<OperatorRule> rows;
  std::string in;
  std::string want;
};

// The body that comes out, and that redacting it again changes nothing.
void expect_bodies(const std::vector<Case>& cases) {
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto redactor = make_redactor(c.rows);

    const std::string once = redactor->redact(json_message(c.in).view()).body();

    EXPECT_EQ(masked(once), c.want);
    EXPECT_TRUE(is_valid_json(once));
    EXPECT_EQ(redactor->redact(json_message(once).view()).body(), once);
  }
}

TEST(Operators, PutWhatTheyAreToPut) {
  const std::string mail = R"({"a":"alice@example.com"})";
  const auto email = [](Operator op) {
    return std::vector<OperatorRule>{{Selector::Class, "email", op}};
  };
  expect_bodies({
      {"shape", email(Operator::Shape), mail, R"({"a":"u-*@redacted.invalid"})"},
      {"tag", email(Operator::Tag), mail, R"({"a":"redacted-email-*"})"},
      {"mask", email(Operator::Mask), mail, R"({"a":"****************com"})"},
      {"hmac", email(Operator::Hmac), mail, R"({"a":"redacted-email-*"})"},
      {"null", email(Operator::Null), mail, R"({"a":null})"},
      {"drop", email(Operator::Drop), mail, "{}"},
      {"keep", email(Operator::Keep), mail, mail},
      {"truncate is no operator for mail", email(Operator::Truncate), mail,
       R"({"a":"u-*@redacted.invalid"})"},
      {"part of a text", email(Operator::Null), R"({"a":"to alice@example.com now"})",
       R"({"a":"to  now"})"},
  });
}

TEST(Operators, ReachEverythingBelowAPath) {
  const auto at = [](std::string_view path, Operator op) {
    return std::vector<OperatorRule>{{Selector::Path, std::string(path), op}};
  };
  expect_bodies({
      {"forced", at("/a/b", Operator::Hmac), R"({"a":{"b":"x","c":"y"}})",
       R"({"a":{"b":"redacted-pii-*","c":"y"}})"},
      {"below", at("/a", Operator::Hmac), R"({"a":{"b":["x"],"c":true}})",
       R"({"a":{"b":["redacted-pii-*"],"c":true}})"},
      {"elements", at("/a/*/b", Operator::Null), R"({"a":[{"b":1},{"b":"x"},{"c":2}]})",
       R"({"a":[{"b":null},{"b":null},{"c":2}]})"},
      {"elements go", at("/a/*", Operator::Drop), R"({"a":[1,"x",{}],"b":2})", R"({"a":[],"b":2})"},
      {"an object", at("/a", Operator::Drop), R"({"x":1, "a":{"b":2}, "y":3})",
       R"({"x":1, "y":3})"},
      {"the last", at("/a", Operator::Drop), R"({"x":1, "a":[1]})", R"({"x":1})"},
      {"a keep beats a name", at("/a/password", Operator::Keep),
       R"({"a":{"password":"zebra"},"password":"zebra"})",
       R"({"a":{"password":"zebra"},"password":"redacted-secret-*"})"},
  });
}

TEST(Operators, DropTakesNeighboursAndCommasAlong) {
  const std::vector<OperatorRule> rows = {{Selector::Class, "key.lexicon.secret", Operator::Drop}};
  expect_bodies({
      {"first", rows, R"({"pin":7,"a":2})", R"({"a":2})"},
      {"middle", rows, R"({"a":2, "pin":"x", "b":3})", R"({"a":2, "b":3})"},
      {"last two", rows, R"({"a":2,"pin":"x","otp":"y"})", R"({"a":2})"},
      {"all", rows, R"({ "pin":"x","otp":"y" })", R"({  })"},
      {"nested", rows, R"({"a":{"pin":"x"},"b":[{"otp":"y"}]})", R"({"a":{},"b":[{}]})"},
      {"in a text", rows, R"({"a":"{\"pin\":\"x\",\"b\":1}"})", R"({"a":"{\"b\":1}"})"},
  });
}

TEST(Operators, NamesOfMembersStayNames) {
  const std::vector<OperatorRule> rows = {{Selector::Class, "email", Operator::Null}};
  expect_bodies({{"name", rows, R"({"a@b.example":1,"c@d.example":2})",
                  R"({"redacted-email-*":1,"redacted-email-*":2})"}});
}

TEST(Operators, TruncateKeepsWhatIsCoarse) {
  const std::vector<OperatorRule> rows = {{Selector::Class, "key.lexicon.pii", Operator::Truncate}};
  expect_bodies({
      {"ipv4", rows, R"({"ip":"203.0.113.77"})", R"({"ip":"203.0.113.0"})"},
      {"ipv6", rows, R"({"ip":"2a00:1450:4001:81b::200e"})", R"({"ip":"2a00:1450:4001::"})"},
      {"date", rows, R"({"dob":"1985-03-17"})", R"({"dob":"1985-03-01"})"},
      {"number", rows, R"({"lat":52.5200066,"lon":-13.404954})", R"({"lat":52.5,"lon":-13.4})"},
      {"anything else", rows, R"({"lastname":"Zebra"})", R"({"lastname":"redacted-pii-*"})"},
  });
}

TEST(Operators, ShiftedDatesKeepTheirOrderAndDistance) {
  const auto redactor = make_redactor({{Selector::Class, "key.lexicon.pii", Operator::DateShift}});
  const auto shifted = [&](const std::string& date) {
    return std::string(redactor->redact_value("dob", date).view());
  };

  const std::string first = shifted("1999-12-31");
  const std::string second = shifted("2000-01-01");
  const std::string leap = shifted("2000-02-29T10:11:12Z");

  // Three periods of the calendar and some days back.
  EXPECT_LT(first, second);
  EXPECT_LT(second, leap);
  EXPECT_TRUE(first.starts_with("0799-") || first.starts_with("0800-")) << first;
  EXPECT_TRUE(leap.ends_with("T10:11:12Z")) << leap;
  EXPECT_EQ(shifted(first), first);
  EXPECT_TRUE(shifted("2001-02-30").starts_with("1000-")) << "no date";
}

// The days between two dates of a body.
int64_t days_between(std::string_view body, std::string_view first, std::string_view second) {
  const auto day_of = [body](std::string_view name) {
    const size_t at = body.find("\"" + std::string(name) + "\":\"") + name.size() + 4;
    const auto number = [&](size_t from, size_t count) {
      return std::stoi(std::string(body.substr(at + from, count)));
    };
    const std::chrono::year_month_day date{std::chrono::year(number(0, 4)),
                                           std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                           std::chrono::day(static_cast<unsigned>(number(8, 2)))};
    EXPECT_TRUE(date.ok()) << body;
    return std::chrono::sys_days(date).time_since_epoch().count();
  };
  return day_of(second) - day_of(first);
}

TEST(Operators, DatesOfOnePersonMoveAlikeAndThoseOfAnotherOtherwise) {
  const auto redactor = make_redactor({{Selector::Path, "/*/a", Operator::DateShift},
                                       {Selector::Path, "/*/b", Operator::DateShift},
                                       {Selector::Path, "/*/visit/b", Operator::DateShift},
                                       {Selector::Class, "key.lexicon.pii", Operator::DateShift}});
  const auto shifted = [&](const std::string& body) {
    return std::string(redactor->redact_text(body).view());
  };
  const auto of = [&](const std::string& who) {
    return shifted(R"([{)" + who + R"("a":"1985-03-17","b":"1985-04-16"}])");
  };
  const auto date_of = [](const std::string& body) {
    return body.substr(body.find("\"a\":") + 5, 12);
  };

  // Thirty days apart, whoever it is, and whether what says so stands before or behind.
  std::set<std::string> dates;
  for (const std::string who : {"", R"("user_id":7,)", R"("user_id":8,)", R"("patientId":"p-9",)",
                                R"("id":8,"email":"a@shop.example",)"}) {
    const std::string body = of(who);
    EXPECT_EQ(days_between(body, "a", "b"), 30) << body;
    EXPECT_EQ(shifted(body), body);
    dates.insert(date_of(body));
  }
  EXPECT_GE(dates.size(), 4U) << "five persons, of whom two may meet";
  EXPECT_EQ(date_of(shifted(R"([{"a":"1985-03-17","user_id":7}])")),
            date_of(of(R"("user_id":7,)")));
  // The surest name counts, and holds for what is below.
  EXPECT_EQ(date_of(of(R"("email":"x@shop.example","user_id":7,)")),
            date_of(of(R"("user_id":7,)")));
  EXPECT_EQ(days_between(shifted(R"([{"user_id":7,"a":"1985-03-17","visit":{"b":"1985-04-16"}}])"),
                         "a", "b"),
            30);
  EXPECT_EQ(days_between(
                shifted(R"([{"dob":"1985-03-17","user_id":7,"visit":{"birthdate":"1985-04-16"}}])"),
                "dob", "birthdate"),
            30);
}

TEST(Operators, AMaskSaysLittleOfTheLengthAndNothingOfSecrets) {
  const auto redactor = make_redactor({{Selector::Class, "key.lexicon.pii", Operator::Mask}});
  const auto value = [&](const std::string& name, const std::string& text) {
    return masked(std::string(redactor->redact_value(name, text).view()));
  };

  EXPECT_EQ(value("lastname", "Wolfeschlegel"), "****************gel");
  EXPECT_EQ(value("lastname", "Wolfeschlegelst"), "****************lst");
  EXPECT_EQ(value("lastname", "Zebra"), "redacted-pii-*") << "too short to show a part of";
  EXPECT_EQ(value("password", "Wolfeschlegelst"), "redacted-secret-*");
}

TEST(Operators, AFieldIsBoundByItsName) {
  Message message;
  message.fields = {{"X-Region", "north"}, {"X-Gone", "x"}, {"Authorization", "Bearer zebra"}};
  const auto redactor = make_redactor({{Selector::Field, "x-region", Operator::Hmac},
                                       {Selector::Field, "X-GONE", Operator::Drop},
                                       {Selector::Field, "authorization", Operator::Keep}});

  const auto out = redactor->redact(message.view());

  ASSERT_EQ(out.fields().size(), 2U);
  EXPECT_EQ(masked(out.fields()[0].value), "redacted-pii-*");
  EXPECT_EQ(out.fields()[1].value, "Bearer zebra");
}

TEST(Operators, AnAnnotationBindsWhatTheContractMarks) {
  const Hints hints = {{.in = Hint::In::Body, .pointer = {"a"}, .kind = NameKind::Pii}};
  const auto redactor = make_redactor({{Selector::Annotation, "pii", Operator::Null}});

  const auto out = redactor->redact(json_message(R"({"a":"x","lastname":"y"})").view(), hints);

  EXPECT_EQ(masked(out.body()), R"({"a":null,"lastname":"redacted-pii-*"})");
}

TEST(Operators, KeysOfRecordsKeepTellingRecordsApart) {
  RecordView record;
  record.key = "bob@example.com";
  for (const Operator op : {Operator::Tag, Operator::Drop, Operator::Null, Operator::Mask}) {
    const auto redactor = make_redactor({{Selector::Class, "email", op}});

    EXPECT_EQ(masked(*redactor->redact(record).key()), "redacted-email-*");
  }
}

TEST(Operators, WrongRowsAreRefusedByName) {
  const struct {
    OperatorRule row;
    std::string message;
  } cases[] = {
      {{Selector::Class, "emial", Operator::Tag},
       "unknown redaction class 'emial' (did you mean 'email'?)"},
      {{Selector::Class, "jwt", Operator::Mask}, "'mask' would show a part of a secret (jwt)"},
      {{Selector::Annotation, "secret", Operator::Truncate},
       "'truncate' would show a part of a secret"},
      {{Selector::Annotation, "x", Operator::Tag}, "unknown annotation 'x' (known: secret, pii)"},
      {{Selector::Field, "", Operator::Tag}, "the name of a field is empty"},
  };
  for (const auto& c : cases) {
    const auto redactor = Redactor::create({{"default"}, {c.row}}, fake_crypto(), "k");
    ASSERT_FALSE(redactor);
    EXPECT_EQ(redactor.error().message, c.message);
  }
}

TEST(Operators, RedactingTwiceChangesNothingWhateverThePolicy) {
  const std::vector<std::string> names = {"email",    "dob",  "password", "ip",
                                          "lastname", "card", "x"};
  for (uint64_t seed = 1; seed <= 400; ++seed) {
    Dice dice(seed);
    std::vector<OperatorRule> rows;
    for (const std::string_view id :
         {"email", "key.lexicon.pii", "key.lexicon.secret", "card.pan", "phone.e164"}) {
      const auto op = static_cast<Operator>(dice.below(kOperators));
      OperatorRule row{Selector::Class, std::string(id), op};
      if (OperatorTable::create({row})) rows.push_back(std::move(row));
    }
    std::string body;
    for (uint64_t i = 1 + dice.below(6); i-- > 0;) {
      const std::vector<std::string> values = {sample("email"),      sample("card.pan"),
                                               "1985-03-17",         "203.0.113.77",
                                               sample("phone.e164"), "Zebra Quagga Okapi"};
      body += (body.empty() ? "{\"" : ",\"") + dice.pick(names) + "\":\"" +
              (dice.below(2) == 0 ? "see " : "") + dice.pick(values) + "\"";
    }
    body += "}";
    const auto redactor = make_redactor(rows);

    const std::string once = redactor->redact(json_message(body).view()).body();

    ASSERT_TRUE(is_valid_json(once)) << "seed " << seed << "\n" << body << "\n" << once;
    ASSERT_EQ(redactor->redact(json_message(once).view()).body(), once) << "seed " << seed << "\n"
                                                                        << body;
  }
}

}  // namespace
}  // namespace faultline::redaction::testing
