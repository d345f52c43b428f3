// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/redactor.h"
#include "tests/unit/redaction/redaction_support.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

// Where a value stands decides. Each case states the whole text that comes out, and that it stays
// when it is redacted again.
namespace faultline::redaction::testing {
namespace {

struct Case {
  std::string_view name;
  std::string in;
  std::string want;
};

void expect_bodies(std::string_view media_type, const std::vector<Case>& cases) {
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Message message;
    message.fields = {{"Content-Type", std::string(media_type)}};
    message.body = c.in;
    const auto redactor = make_redactor();

    const std::string once = redactor->redact(message.view()).body();
    message.body = once;

    EXPECT_EQ(masked(once), c.want);
    EXPECT_EQ(redactor->redact(message.view()).body(), once);
  }
}

TEST(XmlPosition, NamesOfElementsAndAttributesDecide) {
  expect_bodies(
      "application/xml",
      {{"element", "<a><password>zebra</password></a>",
        "<a><password>redacted-secret-*</password></a>"},
       {"space around", "<a><pin>\n zebra\n</pin></a>", "<a><pin>\n redacted-secret-*\n</pin></a>"},
       {"prefix", "<s:a xmlns:s='u'><s:passwd>zebra</s:passwd></s:a>",
        "<s:a xmlns:s='u'><s:passwd>redacted-secret-*</s:passwd></s:a>"},
       {"attribute", "<user password=\"zebra\" id='7'/>",
        "<user password=\"redacted-secret-*\" id='7'/>"},
       {"data section", "<a><token><![CDATA[ze<b>ra]]></token></a>",
        "<a><token><![CDATA[redacted-secret-*]]></token></a>"},
       {"below a name", "<a><address><street>Elm</street><n>Box</n></address><n>Box</n></a>",
        "<a><address><street>redacted-pii-*</street><n>redacted-pii-*</n></address><n>Box</n></a>"},
       {"pair of attributes", "<p><param name=\"password\" value=\"zebra\"/></p>",
        "<p><param name=\"password\" value=\"redacted-secret-*\"/></p>"},
       {"pair of attribute and text", "<p><entry key=\"api_key\">zebra</entry></p>",
        "<p><entry key=\"api_key\">redacted-secret-*</entry></p>"},
       {"escaped form", "<a>mail &#x61;lice&#64;example.com now</a>",
        "<a>mail u-*@redacted.invalid now</a>"},
       {"escaped name's value", "<a><password>ze&amp;bra</password></a>",
        "<a><password>redacted-secret-*</password></a>"},
       {"comment", "<a><!-- bob@example.com --></a>", "<a><!-- u-*@redacted.invalid --></a>"},
       {"document type", "<!DOCTYPE a [<!ENTITY e \"x>y\">]><a><otp>zebra</otp></a>",
        "<!DOCTYPE a [<!ENTITY e \"x>y\">]><a><otp>redacted-secret-*</otp></a>"},
       {"nothing to do", "<a b=\"c\">d &lt; e</a>", "<a b=\"c\">d &lt; e</a>"}});
}

TEST(XmlPosition, FallsBackToTextWhenItIsNotWellFormed) {
  expect_bodies("text/html", {{"void elements", "<p>x<br><password>zebra</password><p>",
                               "<p>x<br><password>redacted-secret-*</password><p>"},
                              {"bare attribute", "<p hidden>bob@example.com</p>",
                               "<p hidden>u-*@redacted.invalid</p>"}});
}

TEST(MultipartPosition, NamesOfPartsDecide) {
  const std::string front = "--b\r\nContent-Disposition: form-data; name=";
  expect_bodies(
      "multipart/form-data; boundary=b",
      {{"named", front + "\"password\"\r\n\r\nzebra\r\n--b--\r\n",
        front + "\"password\"\r\n\r\nredacted-secret-*\r\n--b--\r\n"},
       {"two", front + "a\r\n\r\nx\r\n" + front + "\"user[email]\"\r\n\r\nbob@example.com\r\n--b--",
        front + "a\r\n\r\nx\r\n" + front + "\"user[email]\"\r\n\r\nu-*@redacted.invalid\r\n--b--"},
       {"file name", front + "\"f\"; filename=\"alice smith.txt\"\r\n\r\nhello\r\n--b--",
        front + "\"f\"; filename=\"redacted-pii-*.txt\"\r\n\r\nhello\r\n--b--"},
       {"json part",
        front + "\"meta\"\r\nContent-Type: application/json\r\n\r\n{\"pin\":\"zebra\"}\r\n--b--",
        front + "\"meta\"\r\nContent-Type: application/json\r\n\r\n" +
            "{\"pin\":\"redacted-secret-*\"}\r\n--b--"},
       {"binary part", front + "\"f\"\r\nContent-Type: image/png\r\n\r\n\x89PNG\x01\r\n--b--",
        front + "\"f\"\r\nContent-Type: image/png\r\n\r\nredacted-pii-*\r\n--b--"},
       {"unlabelled binary", front + "\"f\"\r\n\r\n\x01\x02\r\n--b--",
        front + "\"f\"\r\n\r\nredacted-pii-*\r\n--b--"},
       {"empty part", front + "\"password\"\r\n\r\n\r\n--b--",
        front + "\"password\"\r\n\r\n\r\n--b--"},
       {"bare line ends", "--b\nContent-Disposition: form-data; name=otp\n\nzebra\n--b--\n",
        "--b\nContent-Disposition: form-data; name=otp\n\nredacted-secret-*\n--b--\n"}});
}

TEST(MultipartPosition, DropsWhatItsBoundaryDoesNotCut) {
  for (const std::string body : {"--b\r\n\r\nzebra", "--c\r\n\r\nzebra\r\n--c--", "zebra --b--",
                                 "--b\r\n\r\nx\r\n--b-- bob@example.com"}) {
    SCOPED_TRACE(body);
    Message message;
    message.fields = {{"Content-Type", "multipart/form-data; boundary=b"}};
    message.body = body;

    const auto redacted = make_redactor()->redact(message.view());

    EXPECT_EQ(redacted.body_outcome(), BodyOutcome::Dropped);
    EXPECT_EQ(redacted.drop_reason(), "multipart");
    EXPECT_EQ(redacted.body(), "");
  }
}

TEST(GraphqlPosition, LiteralsGoByTheArgumentTheyAreGivenTo) {
  const auto quoted = [](std::string_view document) {
    std::string body = "{\"query\":\"";
    for (const char c : document) body += c == '"' ? std::string("\\\"") : std::string(1, c);
    return body + "\"}";
  };
  expect_bodies(
      "application/json",
      {{"string", quoted(R"(mutation { login(user: "u", password: "zebra") { id } })"),
        quoted(R"(mutation { login(user: "u", password: "redacted-secret-*") { id } })")},
       {"number", quoted("{ pay(pin: 1234, amount: 1234) { id } }"),
        quoted("{ pay(pin: 1111, amount: 1234) { id } }")},
       {"object", quoted(R"({ f(credentials: {a: "x", b: ["y", 5]}, c: "z") { id } })"),
        quoted(R"({ f(credentials: {a: "redacted-secret-*", b: ["redacted-secret-*", 1]}, )"
               R"(c: "z") { id } })")},
       {"input field", quoted(R"({ f(input: {apiKey: "zebra", n: "z"}) { id } })"),
        quoted(R"({ f(input: {apiKey: "redacted-secret-*", n: "z"}) { id } })")},
       {"block string", quoted(R"({ f(password: """zebra "x" y""") })"),
        quoted(R"({ f(password: """redacted-secret-*""") })")},
       {"default", quoted(R"(query Q($password: [String!]! = "zebra", $n: Int = 4) { f })"),
        quoted(R"(query Q($password: [String!]! = "redacted-secret-*", $n: Int = 4) { f })")},
       {"alias is no argument", quoted(R"({ token: session(name: "x") { id } })"),
        quoted(R"({ token: session(name: "x") { id } })")},
       {"form", quoted(R"({ f(note: "from bob@example.com") })"),
        quoted(R"({ f(note: "from u-*@redacted.invalid") })")},
       {"comment", quoted("{ a } # bob@example.com"), quoted("{ a } # u-*@redacted.invalid")},
       {"variables", R"({"query":"query Q { f }","variables":{"otp":"zebra","n":"x"}})",
        R"({"query":"query Q { f }","variables":{"otp":"redacted-secret-*","n":"x"}})"},
       {"not a document", R"({"query":"password: zebra"})",
        R"({"query":"password: redacted-secret-*"})"}});
  expect_bodies("application/graphql", {{"body", R"({ f(pin: 12) })", R"({ f(pin: 11) })"}});
}

TEST(GraphqlPosition, ReadsTheQueryOfATarget) {
  Message message;
  message.target =
      "/graphql?query=%7B%20f(pin%3A%20%22zebra%22)%20%7D&variables=%7B%22otp%22%3A"
      "%22zebra%22%7D";

  const std::string out = make_redactor()->redact(message.view()).target();

  EXPECT_EQ(out.find("zebra"), std::string::npos) << out;
  EXPECT_NE(out.find("f(pin%3A%20%22redacted-secret-"), std::string::npos) << out;
}

TEST(GraphqlPosition, ValuesThatAnErrorQuotesGo) {
  const auto error = [](const std::string& message) {
    return R"({"errors":[{"message":")" + message + R"("}],"message":"value \"x\""})";
  };
  expect_bodies(
      "application/json",
      {{"variable", error(R"(Variable \"$p\" got invalid value \"zebra\"; Expected type Int.)"),
        error(R"(Variable \"$p\" got invalid value \"redacted-secret-*\"; Expected type Int.)")},
       {"object", error(R"(got invalid value {a: \"zebra\", b: [1]}; x)"),
        error("got invalid value redacted-secret-*; x")},
       {"number", error("Int cannot represent value: 12.5 there"),
        error("Int cannot represent value: 00.0 there")},
       {"found", error(R"(Expected type \"Int!\", found \"zebra\".)"),
        error(R"(Expected type \"Int!\", found \"redacted-secret-*\".)")},
       {"a word is no value", error("The value is wrong"), error("The value is wrong")}});
}

TEST(MetadataPosition, BinaryMetadataIsReadOrGoes) {
  const struct {
    std::string name;
    std::string value;
    std::string want;
  } cases[] = {
      {"authorization-bin", "AAEC", "redacted-secret-*"},
      {"x-api-key-bin", "emVicmE=", "redacted-secret-*"},
      {"trace-bin", "AAECAwQF", "redacted-pii-*"},
      {"note-bin", "aGVsbG8gd29ybGQgb2YgdGV4dA==", "aGVsbG8gd29ybGQgb2YgdGV4dA=="},
      {"Sec-WebSocket-Protocol", "chat, bearer, zebra", "chat, bearer, redacted-bearer-*"},
      {"Sec-WebSocket-Protocol", "base64url.bearer.authorization.k8s.io.emVicmE, v4",
       "base64url.bearer.authorization.k8s.io.redacted-bearer-*, v4"},
      {"Sec-WebSocket-Protocol", "graphql-ws", "graphql-ws"},
      {"Set-Cookie", "a=zebra; Domain=x.example; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Secure",
       "a=redacted-cookie-*; Domain=x.example; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Secure"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name + ": " + c.value);
    Message message;
    message.fields = {{c.name, c.value}};
    const auto redactor = make_redactor();

    const std::string once = redactor->redact(message.view()).fields()[0].value;
    message.fields = {{c.name, once}};

    EXPECT_EQ(masked(once), c.want);
    EXPECT_EQ(redactor->redact(message.view()).fields()[0].value, once);
  }
}

TEST(ContractPosition, HintsBindPlacesThatNoNameGivesAway) {
  Message message = json_message(R"({"a":{"b":"zebra","c":"x"},"list":[{"n":7},{"n":"y"}]})");
  message.target = "/v1/users/zebra/x?q=zebra&r=1";
  message.fields.push_back({"X-Extra", "zebra"});
  const Hints hints = {{.in = Hint::In::Body, .pointer = {"a", "b"}},
                       {.in = Hint::In::Body, .pointer = {"list", "*", "n"}, .kind = NameKind::Pii},
                       {.in = Hint::In::PathSegment, .segment = 1, .name = "id"},
                       {.in = Hint::In::Query, .name = "q"},
                       {.in = Hint::In::Field, .name = "x-extra"}};
  const auto redactor = make_redactor();

  const auto once = redactor->redact(message.view(), hints);
  const auto twice = redactor->redact(once.view(), hints);

  EXPECT_EQ(masked(once.body()),
            R"({"a":{"b":"redacted-secret-*","c":"x"},"list":[{"n":1},{"n":"redacted-pii-*"}]})");
  EXPECT_EQ(masked(once.target()), "/v1/users/redacted-secret-*/x?q=redacted-secret-*&r=1");
  EXPECT_EQ(masked(once.fields()[1].value), "redacted-secret-*");
  EXPECT_EQ(twice.body(), once.body());
  EXPECT_EQ(twice.target(), once.target());
  EXPECT_EQ(twice.fields()[1].value, once.fields()[1].value);
}

TEST(ContractPosition, ASegmentThatIsNotThereBindsNothing) {
  Message message;
  for (const std::string target : {"/", "", "/a", "/a/b", "a/b/c"}) {
    message.target = target;
    const Hints hints = {{.in = Hint::In::PathSegment, .segment = 3, .name = "id"}};

    EXPECT_EQ(make_redactor()->redact(message.view(), hints).target(), target);
  }
}

TEST(RecordPosition, KeysHeadersAndValuesAreRedacted) {
  const auto redactor = make_redactor();
  RecordView record;
  record.topic = "orders";
  record.key = "bob@example.com";
  record.headers = {{"authorization", "Bearer zebra"},
                    {"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
                    {"blob", std::string_view("\x01\x02", 2)}};
  record.value = R"({"password":"zebra","n":1})";

  const auto out = redactor->redact(record);

  EXPECT_EQ(out.topic(), "orders");
  ASSERT_TRUE(out.key());
  EXPECT_EQ(masked(*out.key()), "u-*@redacted.invalid");
  EXPECT_EQ(masked(out.headers()[0].value), "Bearer redacted-bearer-*");
  EXPECT_EQ(out.headers()[1].value, record.headers[1].value);
  EXPECT_EQ(masked(out.headers()[2].value), "redacted-pii-*");
  ASSERT_TRUE(out.value());
  EXPECT_EQ(masked(*out.value()), R"({"password":"redacted-secret-*","n":1})");
}

TEST(RecordPosition, AKeyIsTheSameInARecordAndInAMessage) {
  const auto redactor = make_redactor();
  RecordView record;
  record.key = "Bob@Example.com";

  const auto out = redactor->redact(record);

  EXPECT_EQ(*out.key(), redactor->redact_text("bob@example.com").view());
}

TEST(RecordPosition, WhatCannotBeReadIsLeftOutAndNullsStay) {
  const auto redactor = make_redactor();
  RecordView record;
  record.value = std::string_view("\0\0\0\0\x07zebra", 10);

  const auto binary = redactor->redact(record);
  const auto empty = redactor->redact(RecordView{});

  EXPECT_FALSE(binary.value());
  EXPECT_EQ(binary.drop_reason(), "control characters");
  EXPECT_FALSE(empty.key());
  EXPECT_FALSE(empty.value());
  EXPECT_EQ(empty.drop_reason(), "");
}

TEST(ContractPosition, AWholeValueMayBecomeNull) {
  const auto redactor =
      make_redactor({{OperatorRule::Selector::Annotation, "secret", Operator::Null}});
  RecordView record;
  record.value = R"({"a":["zebra",7]})";

  EXPECT_EQ(redactor->redact(record, {{.in = Hint::In::Body}}).value(), "null");
}

TEST(ContractPosition, HintsAboutBodiesBindInNothingElse) {
  Message message = json_message(R"("zebra")");
  message.target = "/a?q=42";
  message.fields.push_back({"Content-Length", "42"});
  message.fields.push_back({"X-Extra", R"({"a":"zebra"})"});
  RecordView record;
  record.topic = "42";
  record.key = "42";
  record.headers = {{"42", R"({"a":"zebra"})"}};
  record.value = "42";
  const Hints hints = {{.in = Hint::In::Body}, {.in = Hint::In::Body, .pointer = {"a"}}};
  const auto redactor = make_redactor();

  const auto redacted = redactor->redact(message.view(), hints);
  const auto out = redactor->redact(record, hints);

  EXPECT_EQ(masked(redacted.body()), R"("redacted-secret-*")");
  EXPECT_EQ(redacted.target(), message.target);
  EXPECT_EQ(redacted.fields()[1].value, "42");
  EXPECT_EQ(redacted.fields()[2].value, message.fields[2].second);
  EXPECT_EQ(out.topic(), "42");
  EXPECT_EQ(out.key(), "42");
  EXPECT_EQ(out.headers()[0].name, "42");
  EXPECT_EQ(out.headers()[0].value, record.headers[0].value);
  EXPECT_EQ(out.value(), "11");
}

TEST(RecordPosition, HintsBindInTheKeyAndInTheValueApart) {
  const auto redactor = make_redactor();
  RecordView record;
  record.key = R"({"a":"zebra","b":"zebra"})";
  record.value = R"({"a":"zebra","b":"zebra"})";
  const Hints hints = {{.in = Hint::In::Key, .pointer = {"a"}, .kind = NameKind::Pii},
                       {.in = Hint::In::Body, .pointer = {"b"}}};

  const auto out = redactor->redact(record, hints);

  EXPECT_EQ(masked(*out.key()), R"({"a":"redacted-pii-*","b":"zebra"})");
  EXPECT_EQ(masked(*out.value()), R"({"a":"zebra","b":"redacted-secret-*"})");
}

// A hint without a name is about all of a key or a value, whatever it is; values by lines each for
// itself.
TEST(ContractPosition, AWholeValueMayBeMarked) {
  const struct {
    std::string in;
    std::string want;
  } cases[] = {
      {"zebra", "redacted-pii-*"},
      {R"("zebra")", R"("redacted-pii-*")"},
      {R"( ["zebra",{"n":"x"}])", R"( ["redacted-pii-*",{"n":"redacted-pii-*"}])"},
      {"47", "11"},
      {"null", "null"},
      {"", ""},
      {"<a><b>zebra</b></a>", "redacted-pii-*"},
      {"bob@example.com", "u-*@redacted.invalid"},
  };
  const Hints hints = {{.in = Hint::In::Key, .kind = NameKind::Pii},
                       {.in = Hint::In::Body, .kind = NameKind::Pii}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.in);
    const auto redactor = make_redactor();
    RecordView record;
    record.key = c.in;
    record.value = c.in;

    const auto once = redactor->redact(record, hints);
    record.key = *once.key();
    record.value = *once.value();
    const auto twice = redactor->redact(record, hints);

    EXPECT_EQ(masked(*once.key()), c.want);
    EXPECT_EQ(masked(*once.value()), c.want);
    EXPECT_EQ(twice.key(), once.key());
    EXPECT_EQ(twice.value(), once.value());
  }

  const auto redactor = make_redactor();
  const std::string lines = "\"zebra\"\n47\n{\"a\":\"zebra\"}\n\nnull\n";
  const std::string out = redactor->redact_document(lines, TextFormat::Auto, hints).view();
  EXPECT_EQ(masked(out), "\"redacted-pii-*\"\n11\n{\"a\":\"redacted-pii-*\"}\n\nnull\n");
  EXPECT_EQ(redactor->redact_document(out, TextFormat::Auto, hints).view(), out);
  EXPECT_EQ(redactor->redact_document(lines, TextFormat::Auto).view(), lines)
      << "hints hold for one call";
}

TEST(RecordPosition, SaslPayloadsGoAsAWhole) {
  const auto out = make_redactor()->redact_sasl(std::string_view("\0user\0zebra", 11));

  EXPECT_EQ(masked(out.view()), "redacted-auth-*");
}

TEST(HarPosition, BodiesAreReadAsTheirTypesSay) {
  const std::string har =
      R"({"log":{"entries":[{"request":{"headers":[{"name":"Authorization",)"
      R"("value":"Bearer zebra"}],"postData":{"mimeType":"application/x-www-form-urlencoded",)"
      R"("text":"otp=zebra&a=b"}},"response":{"content":{"mimeType":"image/png",)"
      R"("encoding":"base64","text":"iVBORw0KGgo="}}}]}})";

  const std::string out = make_redactor()->redact_document(har, TextFormat::Har).view();

  EXPECT_EQ(out.find("zebra"), std::string::npos) << out;
  EXPECT_EQ(out.find("iVBOR"), std::string::npos) << out;
  EXPECT_NE(out.find("&a=b"), std::string::npos) << out;
  EXPECT_TRUE(is_valid_json(out)) << out;
}

}  // namespace
}  // namespace faultline::redaction::testing
