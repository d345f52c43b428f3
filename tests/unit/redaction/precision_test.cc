// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// What is nobody's secret stays byte for byte.
#include "redaction/redactor.h"
#include "tests/unit/redaction/redaction_support.h"

#include <gtest/gtest.h>

#include <string>

namespace faultline::redaction::testing {
namespace {

const std::string kCleanTexts[] = {
    "",
    "plain words and nothing else",
    "550e8400-e29b-41d4-a716-446655440000",
    "41111111-1111-4111-8111-411111111111",
    "aaaaaaaa-4111-1111-1111-111111111111",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC",
    "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12",
    "1594312345678 1753900000000 1753900000000123456",
    "id 505874924095815681, next 505874847260352513",
    "2026-02-03T10:00:00.000Z 2026-02-03 10:00 +02:00",
    "v1.2.3-rc.4+build.5678 go1.22.1 10.4.2",
    "9.99 19,99 1e9 3.141592653589793 0.4111111111111111 4111111111111111.5",
    "GET /orders/1042/items?page=2&sort=-created HTTP/1.1",
    "https://shop.example/a/b.html?q=red+shoes#top",
    "text/html; charset=utf-8",
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "ctrl+shift+down",
    "public policy, licence to operate, author, monkey, keyboard",
    "a username/password combination.",
    "The password field is required",
    "basic authentication is off; the bearer of this note",
    "WWW-Authenticate: Bearer realm=\"api\"",
    "img/logo@2x.png lodash@4.17.21 @scope/package @mention user@host",
    "sk-folding-cube-animation-with-many-parts xox ghp_short AKIA",
    "eyJ is how JSON looks in base64",
    "a:b:c 12:30:45 fe80::1 key: value",
    "x=1&y=2;z=3",
    "/usr/share/doc/README.md C:\\Temp\\new",
    "50% off, 100%25 sure, 5%",
    "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUFakeFakeFakeFake\n-----END CERTIFICATE-----",
    "DE00 0000 0000 0000 0000 00",
    "+0530 +1 +12345 a+14155550123 1+14155550123",
    "dGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcw==",
    "7468652071756963 6b2062726f776e20666f78",
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJ",
};

TEST(Precision, CleanTextsStayAsTheyAre) {
  for (const auto& text : kCleanTexts) {
    SCOPED_TRACE(text);
    const auto redactor = make_redactor();

    const auto out = redactor->redact_text(text);

    EXPECT_EQ(out.view(), text);
    EXPECT_TRUE(redactor->totals().empty());
  }
}

TEST(Precision, CleanTextsStayAsTheyAreInsideJson) {
  for (const auto& text : kCleanTexts) {
    SCOPED_TRACE(text);
    std::string quoted = "[\"";
    for (const char c : text) {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c == '\n' ? std::string("\\n") : std::string(1, c);
    }
    quoted += "\"]";
    ASSERT_TRUE(is_valid_json(quoted));

    const auto redacted = make_redactor()->redact(json_message(quoted).view());

    EXPECT_EQ(redacted.body(), quoted);
  }
}

TEST(Precision, CleanDocumentsStayAsTheyAre) {
  const std::string documents[] = {
      R"({"id":"ord_1042","state":"paid","qty":2,"price":9.99,"tags":["a","b"],"none":null})",
      R"({"big":9007199254740993,"tiny":-0.0,"exp":1E+2,"zero":0,"time":1753900000000123456})",
      " { \"b\" : 1 ,\n\t\"a\" : [ ] , \"b\" : { } } ",
      R"({"token_type":"Bearer","expires_in":3600,"tokens":512,"next_page_token":"abc"})",
      R"({"password":null,"secret":true,"email":"","phone":[],"address":{}})",
      R"({"name":"colour","value":"red"})",
      R"({"public_key":"MFkwEwYHKoZIzj0CAQ","key":"ctrl+shift+down","code":"not_found"})",
      R"({"required":["email","password"],"title":"User"})",
      R"({"s":"\u00e9\ud83d\ude00\/\b\f tab\tquote\"back\\"})",
  };
  for (const auto& document : documents) {
    ASSERT_TRUE(is_valid_json(document)) << document;
    const auto redacted = make_redactor()->redact(json_message(document).view());
    EXPECT_EQ(redacted.body(), document);
    EXPECT_TRUE(redacted.hits().empty());
  }
}

TEST(Precision, OrdinaryHeadersStayAsTheyAre) {
  Message message;
  message.method = "PROPFIND";
  message.target = "/a/b/c.json?x=1&y=%20z&flag";
  message.fields = {{"Host", "shop.example:8080"},
                    {"Content-Type", "application/json"},
                    {"ETag", "W/\"33a64df551425fcc55e4d42a148795d9f25f89d4\""},
                    {"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
                    {"Accept", "text/html, */*;q=0.8"},
                    {"X-Request-Id", "7b1f9c3e-1111-4111-8111-111111111111"},
                    {"Date", "Tue, 03 Feb 2026 10:00:00 GMT"},
                    {"Cache-Control", "no-cache, max-age=0"}};

  const auto redacted = make_redactor()->redact(message.view());

  EXPECT_TRUE(redacted.hits().empty());
  EXPECT_EQ(redacted.method(), message.method);
  EXPECT_EQ(redacted.target(), message.target);
  ASSERT_EQ(redacted.fields().size(), message.fields.size());
  for (size_t i = 0; i < message.fields.size(); ++i) {
    EXPECT_EQ(redacted.fields()[i].name, message.fields[i].first);
    EXPECT_EQ(redacted.fields()[i].value, message.fields[i].second);
  }
}

}  // namespace
}  // namespace faultline::redaction::testing
