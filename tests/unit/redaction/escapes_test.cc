// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// Texts with percent escapes or escapes of JSON strings in them: what they say is redacted, and
// what they are.
#include "proxy/base/text.h"
#include "redaction/decode.h"
#include "redaction/redactor.h"
#include "tests/unit/redaction/redaction_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace faultline::redaction::testing {
namespace {

TEST(Escapes, OfJsonStandInOneAnothersPlacesOrNot) {
  const std::string text = R"(a\n\\n\u0041"\x\")";
  std::string inside;
  for (size_t i = 0; i <= text.size(); ++i) inside += is_inside_json_escape(text, i) ? '^' : ' ';
  EXPECT_EQ(text + "\n" + inside, R"(a\n\\n\u0041"\x\")"
                                  "\n  ^ ^  ^^^^^    ^ ");
  EXPECT_TRUE(has_json_escape(text));
  EXPECT_FALSE(has_json_escape(R"(C:\x \u00g0 \)"));
}

TEST(Escapes, AreReadAndNothingElseOfTheLineGoes) {
  const struct {
    std::string text;
    std::string want;
  } cases[] = {
      {R"(msg="GET / HTTP/1.1\r\nAuthorization: Bearer abcdefgh12345678\r\nAccept: */*\r\n")",
       R"(msg="GET / HTTP/1.1\r\nAuthorization: Bearer redacted-bearer-*\r\nAccept: */*\r\n")"},
      {R"(msg="{\"password\":\"hunter\",\"page\":1}")",
       R"(msg="{\"password\":\"redacted-secret-*\",\"page\":1}")"},
      {R"(m="x-api-key: hunter22\r\nAccept: */*\r\nUser-Agent: curl (x)\r\n" status=200)",
       R"(m="x-api-key: redacted-secret-*\r\nAccept: */*\r\nUser-Agent: curl (x)\r\n" status=200)"},
      {"GET /a%20b HTTP/1.1%0D%0Ax-api-key: hunter22%0D%0AHost: example.org",
       "GET /a%20b HTTP/1.1%0D%0Ax-api-key: redacted-secret-*%0D%0AHost: example.org"},
      {R"({"a":"x%20y","b":"line\nal@example.com","c":1} x)",
       R"({"a":"x%20y","b":"line\nu-*@redacted.invalid","c":1} x)"},
      {R"({"m":"set password=hunter22\" done"} x)",
       R"({"m":"set password=redacted-secret-*\" done"} x)"},
      {"Set-Cookie: sid=hunter22%3Bsecrettail; Path=/",
       "Set-Cookie: sid=redacted-cookie-*; Path=/"},
      {R"(env="PASSWORD=a1\nPATH=/usr/bin\n" x)",
       R"(env="PASSWORD=redacted-secret-*\nPATH=/usr/bin\n" x)"},
      // What stands in several lines.
      {"private_key=QUFB%0A%2BzebraAAAA%0A&x=1", "private_key=redacted-secret-*%0A&x=1"},
      {"secret=QUFBQUFBQUFB%0AquaggaZZTAIL==&x=1", "secret=redacted-secret-*&x=1"},
      {R"(m="client_secret: QUFBQUFB\nquaggaZZTAIL==")", R"(m="client_secret: redacted-secret-*")"},
      {"address=12%20quagga%0D%0A12345%20zebra&y=1", "address=redacted-pii-*&y=1"},
      {"password=%0A%0Aquagga&x=1", "password=redacted-secret-*&x=1"},
      {R"(password=\n\nquagga x)", "password=redacted-secret-* x"},
      {R"(password=a\nquagga:zebra@hoopoe x)", "password=redacted-secret-* x"},
      {"Cookie: a=hunter22%0A; xy=quaggazebra77",
       "Cookie: a=redacted-cookie-*; xy=redacted-cookie-*"},
      // Beginnings of structures that are none.
      {"login?password=%3Chunter22&x=1", "login?password=redacted-secret-*&x=1"},
      {R"(password=\u003chunter22 x)", "password=redacted-secret-* x"},
      {"password: %7Bhunter22%7Dzebra77", "password: redacted-secret-*"},
      {"see password=%22%22hunter22&x=1", "see password=redacted-secret-*&x=1"},
      {R"(path="C:\temp\new" password=C:\temp\new rest here)",
       R"(path="C:\temp\new" password=redacted-secret-* rest here)"},
      {R"(password=\new123 rest)", "password=redacted-secret-* rest"},
      {R"(cb({"a":"x\ny","password":"hun\"ter","z":1});)",
       R"(cb({"a":"x\ny","password":"redacted-secret-*","z":1});)"},
      {R"(password=\"hunter\" and password=\"hun\tter\" end)",
       R"(password=\"redacted-secret-*\" and password=\"redacted-secret-*\" end)"},
      {"data=%7B%22password%22%3A%22hunter%22%2C%22page%22%3A2%7D",
       "data=%7B%22password%22%3A%22redacted-secret-*%22%2C%22page%22%3A2%7D"},
      {"/?password=hunter%22two&page=2 ok", "/?password=redacted-secret-*&page=2 ok"},
      {"/a%20b?email=al%40example.com&page=2", "/a%20b?email=u-*%40redacted.invalid&page=2"},
      {R"(\"password=hun%20ter\" %20)", R"(\"password=redacted-secret-*\" %20)"},
      {"swipe %B4111111111111111%5EDOE/JOHN%5E25121010000000000%3F", "swipe %Bredacted-track-*%3F"},
      {R"({"t":"swipe %B4111111111111111^DOE\/JOHN^25121010000000000?"} x)",
       R"({"t":"swipe %Bredacted-track-*?"} x)"},
      {"caf%C3%A9 %E2%82%AC password=m%C3%B4t&x=%20",
       "caf%C3%A9 %E2%82%AC password=redacted-secret-*&x=%20"},
      {"/a%20b swipe %B4111111111111111^DOE/JOHN^25121010000000000?",
       "/a%20b swipe %Bredacted-track-*?"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto redactor = make_redactor();

    const std::string once = redactor->redact(text_message(c.text).view()).body();

    EXPECT_EQ(masked(once), c.want);
    EXPECT_EQ(redactor->redact(text_message(once).view()).body(), once);
  }
}

// More finds in a second scan than a text is worth would take all of it.
TEST(Escapes, OfManyLinesSettleAtOnce) {
  for (const std::string line : {R"(msg="password: hunter22\nnext word" st=200)",
                                 R"(m="x-api-key: hunter22\r\nAccept: */*\r\n")",
                                 "card_number=4111 1111 1111 1111 hunter"}) {
    std::string text;
    for (int i = 0; i < 200; ++i) text += line + "\n";
    const std::string out = make_redactor()->redact(text_message(text).view()).body();
    EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 200) << line;
    EXPECT_EQ(out.find("hunter22"), std::string::npos) << line;
  }
}

// `%26` ends no value, wherever else in the text an escape stands; nor is a part of one left.
TEST(Escapes, InsideAValueDoNotEndIt) {
  for (unsigned byte = 0x01; byte < 0x80; ++byte) {
    SCOPED_TRACE(byte);
    const std::string value =
        "quagga" + percent_encode_all(std::string(1, static_cast<char>(byte)));
    for (const std::string& text :
         {"a%20b see password=" + value + "zebra&x=1", "see password=" + value + "zebra&y=%20",
          "a%20b see \"password\": \"" + value + "zebra\" there"}) {
      for (const Message& message :
           {text_message(text), json_message(R"({"note":)" + json_quote(text) + "}")}) {
        const auto redactor = make_redactor();

        const std::string once = redactor->redact(message.view()).body();

        EXPECT_EQ(once.find("quagga"), std::string::npos) << once;
        EXPECT_EQ(once.find("zebra"), std::string::npos) << once;
        Message again = message;
        again.body = once;
        EXPECT_EQ(redactor->redact(again.view()).body(), once);
      }
    }
  }
}

}  // namespace
}  // namespace faultline::redaction::testing
