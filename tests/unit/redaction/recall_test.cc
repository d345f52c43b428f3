// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// Every class in every position: what was planted must be gone, in this spelling and decoded.
#include "proxy/base/text.h"
#include "redaction/classes.h"
#include "redaction/redactor.h"
#include "tests/unit/redaction/redaction_support.h"

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <string>
#include <vector>

namespace faultline::redaction::testing {
namespace {

std::string everything(const RedactedMessage& message) {
  std::string out = message.method() + "\n" + message.target() + "\n" + message.body() + "\n";
  for (const auto& field : message.fields()) out += field.name + ": " + field.value + "\n";
  for (const auto& field : message.trailers()) out += field.name + ": " + field.value + "\n";
  return out;
}

// The value in the spellings that a position may leave it in.
void expect_gone(const std::string& text, const std::string& value) {
  for (const auto& spelling :
       {value, percent_encode(value), percent_encode_all(value), unicode_escape_all(value),
        hex_encode(value), base64_encode(value)}) {
    EXPECT_EQ(text.find(spelling), std::string::npos) << text;
  }
}

struct Position {
  std::string name;
  std::function<Message(const std::string&)> plant;
};

std::string json_text(const std::string& value) { return json_quote(value); }

const std::vector<Position>& positions() {
  static const std::vector<Position> kPositions = {
      {"header",
       [](const std::string& v) {
         Message m;
         m.fields = {{"X-Note", "seen " + v}};
         return m;
       }},
      {"trailer",
       [](const std::string& v) {
         Message m;
         m.trailers = {{"X-Note", v}};
         return m;
       }},
      {"query",
       [](const std::string& v) {
         Message m;
         m.target = "/search?page=2&q=" + percent_encode(v) + "&sort=asc";
         return m;
       }},
      {"path",
       [](const std::string& v) {
         Message m;
         m.target = "/users/" + percent_encode(v) + "/orders";
         return m;
       }},
      {"referer",
       [](const std::string& v) {
         Message m;
         m.fields = {{"Referer", "https://shop.example/a?q=" + percent_encode(v)}};
         return m;
       }},
      {"form",
       [](const std::string& v) {
         return text_message("a=1&note=" + percent_encode(v) + "&b=2",
                             "application/x-www-form-urlencoded");
       }},
      {"JSON string",
       [](const std::string& v) { return json_message(R"({"note":)" + json_text(v) + "}"); }},
      {"JSON string among words",
       [](const std::string& v) {
         return json_message(R"([1,{"note":)" + json_text("see " + v + ", thanks") + "}]");
       }},
      {"JSON key",
       [](const std::string& v) { return json_message("{" + json_text(v) + ":{\"n\":1}}"); }},
      {"JSON root", [](const std::string& v) { return json_message(json_text(v)); }},
      {"JSON in JSON",
       [](const std::string& v) {
         return json_message(R"({"payload":)" + json_text(R"({"note":)" + json_text(v) + "}") +
                             "}");
       }},
      {"JSON in JSON in JSON",
       [](const std::string& v) {
         const std::string inner = json_text(R"(["x",)" + json_text(v) + "]");
         return json_message(R"({"payload":)" + json_text(R"({"p":)" + inner + "}") + "}");
       }},
      {"JSON with unicode escapes",
       [](const std::string& v) {
         return json_message(R"({"note":")" + unicode_escape_all(v) + "\"}");
       }},
      {"percent in JSON",
       [](const std::string& v) {
         return json_message(R"({"url":"https://x.example/?q=)" + percent_encode_all(v) + "\"}");
       }},
      {"base64 in JSON",
       [](const std::string& v) {
         return json_message(R"({"blob":")" + base64_encode("note: " + v + " end") + "\"}");
       }},
      {"base64 of base64 in JSON",
       [](const std::string& v) {
         return json_message(R"({"blob":")" + base64_encode(base64_encode("<" + v + ">")) + "\"}");
       }},
      {"hex in JSON",
       [](const std::string& v) {
         return json_message(R"({"blob":")" + hex_encode("note: " + v) + "\"}");
       }},
      {"base64 in a query",
       [](const std::string& v) {
         Message m;
         m.target = "/x?state=" + percent_encode(base64_encode("{\"e\":\"" + v + "\"}"));
         return m;
       }},
      {"text",
       [](const std::string& v) { return text_message("Dear user,\nwe saw " + v + "\nBye\n"); }},
      {"text beside a percent escape",
       [](const std::string& v) { return text_message("GET /a%20b saw " + v + "\nBye\n"); }},
      {"text beside an escape of JSON",
       [](const std::string& v) { return text_message("{\"a\\nb\", saw " + v + " \nBye\n"); }},
      {"JSON beside a percent escape",
       [](const std::string& v) {
         return json_message(R"({"note":)" + json_text("/a%20b saw " + v + ", thanks") + "}");
       }},
      {"lines of JSON",
       [](const std::string& v) {
         return text_message("{\"n\":1}\n{\"note\":" + json_text(v) + "}\nplain\n",
                             "application/x-ndjson");
       }},
      {"event stream",
       [](const std::string& v) {
         return text_message("event: a\ndata: {\"note\":" + json_text(v) + "}\n\n",
                             "text/event-stream");
       }},
      {"XML",
       [](const std::string& v) { return text_message("<a><b>" + v + "</b></a>", "text/xml"); }},
      {"broken JSON",
       [](const std::string& v) { return json_message(R"({"note":)" + json_text(v) + ", oops"); }},
      {"broken JSON with unicode escapes",
       [](const std::string& v) {
         return json_message(R"({"note":")" + unicode_escape_all(v) + "\", oops");
       }},
      {"no content type",
       [](const std::string& v) {
         Message m;
         m.body = "x " + v + " y";
         return m;
       }},
  };
  return kPositions;
}

TEST(Recall, EveryClassIsReplacedInEveryPosition) {
  for (const auto& entry : samples()) {
    for (const auto& position : positions()) {
      SCOPED_TRACE(entry.class_id + " in " + position.name);
      const auto redactor = make_redactor();
      const Message message = position.plant(entry.value);

      const auto redacted = redactor->redact(message.view());

      expect_gone(everything(redacted), entry.value);
      EXPECT_EQ(redacted.hits().size(), 1U);
      EXPECT_EQ(redacted.hits().count(entry.class_id), 1U);
      EXPECT_EQ(redacted.hits(), redactor->totals());
    }
  }
}

// A text in which a value is found alone, and what of it must be gone.
struct Planted {
  std::string text;
  std::string secret;
};

std::vector<Planted> planted_values() {
  std::vector<Planted> out = {{"password=quaggazebra99", "quaggazebra99"},
                              {R"("password":"quaggazebra99")", "quaggazebra99"},
                              {"api_key: quaggazebra99", "quaggazebra99"},
                              {"token = quaggazebra99", "quaggazebra99"},
                              {"'secret': 'quaggazebra99'", "quaggazebra99"},
                              {"<password>quaggazebra99</password>", "quaggazebra99"},
                              {"Authorization: Basic cXVhZ2dhOnplYnJh", "cXVhZ2dhOnplYnJh"},
                              {"https://quagga:zebra99@h.example/", "quagga:zebra99"}};
  for (const auto& sample : samples()) out.push_back({sample.value, sample.value});
  return out;
}

// Beginnings of other values and of structures, escapes, quotes and marks.
std::vector<std::string> hiding_pieces() {
  std::vector<std::string> pieces = {
      "%41",  "%2",      "%B4", "\\n",     "\\u0041", "\\",     "\"",    "'",      "{",
      "}",    "[",       "]",   "\"a\":",  "pin=",    "pin: ",  "<pin>", "</pin>", "<!--",
      "-->",  "&amp;",   "&#",  "=",       ":",       "://",    "a://b", "@",      "+1",
      "a@b.", "Bearer ", "\n",  "\r\n",    "\t",      "data: ", "AAAA",  "beef",   "eyJ",
      ";",    ",",       "&a=", "?token=", "\x80",    "\xC3",   "-----", "BEGIN "};
  for (const auto& row : kPatterns) {
    for_each_part(row.anchors, [&](std::string_view part) { pieces.emplace_back(part); });
  }
  for (const auto& row : kContexts) {
    for_each_part(row.words, [&](std::string_view part) { pieces.emplace_back(part); });
  }
  return pieces;
}

TEST(Recall, WhateverStandsBesideAValueItGoes) {
  constexpr std::array kMarks{" ", "\n",  "\t",      ", ",  "; ",  "(",  ")",
                              "|", "\\n", "\\u0020", "%20", "%22", "%0A"};
  const auto pieces = hiding_pieces();
  const auto values = planted_values();
  Dice dice(seed_of_the_day());
  const auto beside = [&] {
    std::string out;
    for (size_t i = dice.below(6); i > 0; --i) {
      out += pieces[dice.below(pieces.size())];
      if (dice.below(2) == 0) out += ' ';
    }
    return out;
  };
  const auto mark = [&] { return std::string(kMarks[dice.below(kMarks.size())]); };
  const auto redactor = make_redactor();
  for (size_t round = 0; round < 60000; ++round) {
    const Planted& value = values[round % values.size()];
    const std::string text = beside() + mark() + value.text + mark() + beside();
    const Message message = dice.below(2) == 0
                                ? json_message(R"({"note":)" + json_quote(text) + "}")
                                : text_message(text);

    const std::string out = redactor->redact(message.view()).body();

    EXPECT_EQ(out.find(value.secret), std::string::npos) << message.body << "\n" << out;
  }
}

// A value ends at a space, but what it begins with does not.
TEST(Recall, FormsThatGoOnBehindANamedValueGoWhole) {
  const struct {
    std::string text;
    std::string secret;
  } cases[] = {
      {"PRIVATE_KEY=-----BEGIN PRIVATE KEY-----\nQUFBquaggazebraQUFB\n-----END PRIVATE KEY-----\n",
       "quaggazebra"},
      {"private_key: -----BEGIN PRIVATE KEY-----\nQUFBquagga\n-----END PRIVATE KEY-----\n",
       "quagga"},
      {"PRIVATE_KEY=-----BEGIN PRIVATE KEY-----\\nQUFBquagga\\n-----END PRIVATE KEY-----\\n x",
       "quagga"},
      {"card_number=4111 1111 1111 1111 x", "1111 1111"},
      {"phone=+1 415 555 2121 x", "555 2121"},
      {"token=Bearer quaggaquaggazebra x", "quaggazebra"},
      {"iban=DE89 3704 0044 0532 0130 00 x", "0532 0130"},
  };
  for (const auto& c : cases) {
    const std::string out = make_redactor()->redact(text_message(c.text).view()).body();
    EXPECT_EQ(out.find(c.secret), std::string::npos) << out;
  }
}

TEST(Recall, SecretsAndPersonalDataAreFoundByName) {
  const struct {
    std::string text;
    std::string secret;
  } cases[] = {
      {R"({"password":"zebra crossing"})", "zebra"},
      {R"({"user":{"Pass-Word":"zebra"}})", "zebra"},
      {R"({"credentials":{"login":"zebra","parts":["okapi","zebra"]}})", "zebra"},
      {R"({"first_name":"Zebra","last_name":"x"})", "Zebra"},
      {R"({"address":{"line1":"1 Zebra St","country":"XY"}})", "Zebra"},
      {R"({"name":"x_api_key","value":"zebra"})", "zebra"},
      {R"({"value":"zebra","name":"password"})", "zebra"},
      {R"([{"key":"http.header.authorization","value":{"stringValue":"Token zebra"}}])", "zebra"},
      {R"({"Authorization":"Bearer zebra"})", "zebra"},
      {R"({"cookie":"a=zebra; b=zebra"})", "zebra"},
      {R"({"x":"{\"password\":\"zebra\"}"})", "zebra"},
      {R"({"pass\u0077ord":"zebra"})", "zebra"},
      {R"({"p":1,"pin":73921})", "73921"},
      {R"({"account_number":73921884410})", "73921884410"},
      {R"({"lat":48.73921})", "73921"},
      {"password=zebra", "zebra"},
      {"x password: zebra crossing", "zebra crossing"},
      {"DB_PASSWORD='zebra crossing'", "zebra crossing"},
      {"--client-secret=zebra,okapi next", "zebra,okapi"},
      {"Server=db;User Id=sa;Password=ze&bra", "ze"},
      {"GET /a?token=zebra&b=1 HTTP/1.1", "zebra"},
      {"<login><password>zebra</password></login>", "zebra"},
      {"<password><![CDATA[zebra]]></password>", "zebra"},
      {"<a password=\"zebra\"/>", "zebra"},
      {R"(mutation { login(password: "ze\"bra", otp: 73921) })", "bra"},
      {R"({"password": "ze\"bra", oops)", "bra"},
      {R"({"pass\u0077ord": "zebra", oops)", "zebra"},
      {"https://user:zebra@db.example/x", "zebra"},
      {"amqp://zebra@mq/", "zebra"},
      {"http://a@b.example:zebra@host/", "zebra"},
      {"Authorization: Bearer zebra0123", "zebra"},
      {"curl -H 'Authorization: Basic emVicmE6b2thcGk=' https://x.example/keep", "emVicmE6"},
      {"Cookie: a=zebra; b=okapi", "zebra"},
      {"AKIA"
       "IOSFODNN7EXAMPLE / wJalrXUtnFEMIxK7MDENGxbPxRfiCYZEBRAXKEY9",
       "ZEBRA"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto redactor = make_redactor();

    const auto text = redactor->redact_text(c.text);

    EXPECT_EQ(text.view().find(c.secret), std::string::npos) << text.view();
    EXPECT_FALSE(redactor->totals().empty());
  }
}

TEST(Recall, FindsOtherSpellingsOfTheSameClasses) {
  const std::string cases[] = {
      "4111 1111 1111 1111",
      "4111-1111-1111-1111",
      "3782 822463 10005",
      "DE89 3704 0044 0532 0130 00",
      "GB82-WEST-1234-5698-7654-32",
      "+1 (415) 555-0123",
      "+44 20 7183 8750",
      "o'brien@example.ie",
      "\"jo zebra\"@example.org",
      "zebra+tag@mail.example.co.uk",
      "zebra@[192.168.7.9]",
      "z\xC3\xA9"
      "bra@ex\xC3\xA4"
      "mple.de",
      "zebra@xn--bcher-kva.example.xn--p1ai",
      "a@b.co",
  };
  for (const auto& value : cases) {
    for (const auto& text : {value, "see " + value + ".", "(" + value + ")", "\"" + value + "\""}) {
      const auto redactor = make_redactor();
      const auto out = redactor->redact_text(text).view();
      EXPECT_EQ(redactor->totals().size(), 1U) << text << " -> " << out;
      EXPECT_EQ(out.find(value), std::string::npos) << out;
      EXPECT_EQ(out.find("bra"), std::string::npos) << out;
    }
  }
}

TEST(Recall, FindsCardsThatAreNumbers) {
  for (const std::string number :
       {"4111111111111111", "-4111111111111111", "4111111111111111.0", "4.111111111111111e15",
        "4.111111111111111E+15", "378282246310005"}) {
    SCOPED_TRACE(number);
    const auto redactor = make_redactor();

    const auto body = redactor->redact(json_message("{\"n\": " + number + "}").view()).body();

    EXPECT_EQ(redactor->totals().count("card.pan"), 1U) << body;
    EXPECT_EQ(body.find("11111111111111111"), std::string::npos) << body;
    EXPECT_TRUE(is_valid_json(body)) << body;
    EXPECT_EQ(body.size(), number.size() + 7) << body;
  }
}

TEST(Recall, EverySpellingOfOneValueHasOneSurrogate) {
  const auto redactor = make_redactor();

  const auto plain = redactor->redact_text("Alice@Example.com").view();
  const auto json = redactor->redact_value("email", "\"alice@example.com\"").view();
  const auto form = redactor->redact_value("email", "alice@example.com").view();
  const auto bearer = redactor->redact_value("authorization", "Bearer zebra0123").view();
  const auto token = redactor->redact_value("access_token", "zebra0123").view();

  const auto member = redactor->redact_value("password", "quagga&zebra").view();
  const auto alone = redactor->redact_text("password=quagga%26zebra").view();
  const auto beside = redactor->redact_text("a%20b password=quagga%26zebra").view();

  EXPECT_EQ(json, "\"" + plain + "\"");
  EXPECT_EQ(form, plain);
  EXPECT_EQ(alone, "password=" + member);
  EXPECT_EQ(beside, "a%20b password=" + member);
  EXPECT_EQ(bearer.substr(bearer.size() - 13), token.substr(token.size() - 13));
  EXPECT_NE(make_redactor("another key")->redact_text("alice@example.com").view(), plain);
}

}  // namespace
}  // namespace faultline::redaction::testing
