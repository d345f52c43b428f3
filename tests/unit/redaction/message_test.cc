// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/limits.h"
#include "proxy/base/text.h"
#include "proxy/json/tape.h"
#include "redaction/redactor.h"
#include "tests/unit/redaction/redaction_support.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace faultline::redaction::testing {
namespace {

std::string field(const std::string& name, const std::string& value) {
  Message message;
  message.fields = {{name, value}};
  const auto redacted = make_redactor()->redact(message.view());
  EXPECT_EQ(redacted.fields()[0].name, name);
  return redacted.fields()[0].value;
}

std::string target(const std::string& raw) {
  Message message;
  message.target = raw;
  return make_redactor()->redact(message.view()).target();
}

TEST(MessageRedaction, ReplacesWhatHeadersCarry) {
  const struct {
    std::string name;
    std::string value;
    std::string want;
  } cases[] = {
      {"Authorization", "Bearer zebra", "Bearer redacted-bearer-*"},
      {"authorization", "bearer   zebra", "bearer   redacted-bearer-*"},
      {"Authorization", "zebra", "redacted-auth-*"},
      {"Authorization", "my zebra", "redacted-auth-*"},
      {"Authorization", "Digest username=\"z\", response=\"y\"", "Digest redacted-auth-*"},
      {"Proxy-Authorization", "AWS4-HMAC-SHA256 Credential=z", "AWS4-HMAC-SHA256 redacted-auth-*"},
      {"Authorization", "Bearer", "Bearer"},
      {"Authorization", "", ""},
      {"Cookie", "a=1; bb=two;c=\"three\";d=; e",
       "a=redacted-cookie-*; bb=redacted-cookie-*;c=\"redacted-cookie-*\";d=; redacted-cookie-*"},
      {"Set-Cookie", "sid=zebra; Path=/; HttpOnly; Max-Age=60",
       "sid=redacted-cookie-*; Path=/; HttpOnly; Max-Age=60"},
      {"X-Api-Key", "zebra", "redacted-apikey-*"},
      {"x-hub-signature-256", "sha256=ab12", "redacted-signature-*"},
      {"X-Forwarded-Client-Cert", "Subject=\"CN=z\"", "redacted-cert-*"},
      {"X-Forwarded-For", "unknown, _hidden", "unknown, redacted-ip-*"},
      {"Forwarded", "for=_x;proto=https;by=unknown", "for=redacted-ip-*;proto=https;by=unknown"},
      {"Location", "/a?token=zebra&x=1#t", "/a?token=redacted-secret-*&x=1#t"},
      {"Referer", "https://z:y@h.example/p", "https://redacted-userinfo-*@h.example/p"},
      {"X-Acme-Access-Token", "zebra", "redacted-secret-*"},
      {"X-Note", "from a@b.co", "from u-*@redacted.invalid"},
      {"Link", "</a?api_key=zebra>; rel=next", "</a?api_key=redacted-secret-*>; rel=next"},
      {"WWW-Authenticate", "Basic realm=\"x\"", "Basic realm=\"x\""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name + ": " + c.value);
    const std::string out = field(c.name, c.value);
    EXPECT_EQ(masked(out), c.want);
    EXPECT_EQ(field(c.name, out), out);
  }
}

TEST(MessageRedaction, KeepsBasicCredentialsDecodable) {
  const std::string out = field("Authorization", "Basic " + base64_encode("user:zebra"));

  const auto decoded = base64_decode(out.substr(6));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(masked(*decoded), "redacted-basic-*:x");
  EXPECT_EQ(field("Authorization", out), out);
}

TEST(MessageRedaction, PutsAddressesIntoDocumentationRanges) {
  const struct {
    std::string name;
    std::string value;
    std::vector<std::string> parts;
  } cases[] = {
      {"X-Forwarded-For", "203.0.113.7, 10.1.2.3", {"192.0.2.", ", 192.0.2."}},
      {"X-Real-IP", "203.0.113.7", {"192.0.2."}},
      {"X-Forwarded-For", "203.0.113.7:8080", {"192.0.2.", ":8080"}},
      {"Forwarded",
       "for=\"[2a00:1450::5]:443\";proto=http;by=203.0.113.7",
       {"for=\"[2001:db8::", "]:443\";proto=http;by=192.0.2."}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.value);
    const std::string out = field(c.name, c.value);
    size_t at = 0;
    for (const auto& part : c.parts) {
      at = out.find(part, at);
      ASSERT_NE(at, std::string::npos) << out;
    }
    EXPECT_EQ(out.find("203.0"), std::string::npos) << out;
    EXPECT_EQ(out.find("10.1.2.3"), std::string::npos) << out;
    EXPECT_EQ(field(c.name, out), out);
  }
}

TEST(MessageRedaction, ReplacesWhatTargetsCarry) {
  const struct {
    std::string raw;
    std::string want;
  } cases[] = {
      {"/users/a@b.co/orders?x=1", "/users/u-*@redacted.invalid/orders?x=1"},
      {"/users/a%40b.co", "/users/u-*%40redacted.invalid"},
      {"/a;jsessionid=zebra", "/a;jsessionid=redacted-secret-*"},
      {"/a?password=ze%20bra&keep=%7e&api%5Fkey=x",  // names are decoded, what is clean is kept
       "/a?password=redacted-secret-*&keep=%7e&api%5Fkey=redacted-secret-*"},
      {"/a?user[password]=zebra&&b", "/a?user[password]=redacted-secret-*&&b"},
      {"/cb?code=zebra&state=xyz", "/cb?code=redacted-secret-*&state=xyz"},
      {"/err?code=not_found", "/err?code=not_found"},
      {"/a?email=a%2Bx%40b.co", "/a?email=u-*%40redacted.invalid"},
      {"/a?a@b.co", "/a?u-*@redacted.invalid"},
      // The plus sign may be a space or a part of the address: both are covered.
      {"/a?q=x+a@b.co+y", "/a?q=u-*@redacted.invalid+y"},
      {"http://z:y@h.example/p?token=t",
       "http://redacted-userinfo-*@h.example/p?token="
       "redacted-secret-*"},
      {"/go?next=https%3A%2F%2Fz%3Ay%40h.example%2F",
       "/go?next=https%3A%2F%2Fredacted-userinfo-*%40h.example%2F"},
      {"*", "*"},
      {"h.example:443", "h.example:443"},
      {"", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.raw);
    const std::string out = target(c.raw);
    EXPECT_EQ(masked(out), c.want);
    EXPECT_EQ(target(out), out);
  }
}

TEST(MessageRedaction, ReplacesWhatFormsCarry) {
  Message message;
  message.fields = {{"content-type", "application/x-www-form-urlencoded; charset=UTF-8"}};
  message.body =
      "grant_type=authorization_code&code=ze%62ra&client_secret=x&n=1+2&phone=%2B14155550123"
      "&pin=1234&plus=+14155550123";

  const auto body = make_redactor()->redact(message.view()).body();

  EXPECT_EQ(masked(body).substr(0, 97),
            "grant_type=authorization_code&code=redacted-secret-*&client_secret=redacted-secret-*&"
            "n=1+2&phone=");
  EXPECT_NE(body.find("&phone=%2B999"), std::string::npos) << body;
  EXPECT_NE(body.find("&pin=0000&"), std::string::npos) << body;
  EXPECT_EQ(body.find("4155550123"), std::string::npos) << body;
}

TEST(MessageRedaction, CarriesEverythingElseOver) {
  Message message = json_message("{}");
  message.direction = Direction::Response;
  message.trailers = {{"Grpc-Status", "0"}};

  const auto redacted = make_redactor()->redact(message.view());

  EXPECT_EQ(redacted.direction(), Direction::Response);
  EXPECT_EQ(redacted.status(), 200);
  EXPECT_EQ(redacted.method(), "GET");
  EXPECT_EQ(redacted.version(), "HTTP/1.1");
  EXPECT_EQ(redacted.trailers()[0].name, "Grpc-Status");
  EXPECT_EQ(redacted.body_outcome(), BodyOutcome::Kept);
  EXPECT_EQ(redacted.original_body_bytes(), 2U);
  EXPECT_EQ(redacted.body_state(), BodyState::Complete);
}

TEST(MessageRedaction, DropsABodyInDoubtAndSaysWhy) {
  using Fields = std::vector<std::pair<std::string, std::string>>;
  const struct {
    std::string name;
    Fields fields;
    std::string body;
    BodyState state;
    std::string reason;  // empty: kept
  } cases[] = {
      {"not gzip", {{"Content-Encoding", "gzip"}}, "x", BodyState::Complete, "undecodable"},
      {"stacked",
       {{"Content-Encoding", "identity"}, {"content-encoding", "br"}},
       "x",
       BodyState::Complete,
       "undecodable"},
      {"unknown coding",
       {{"Content-Encoding", "compress"}},
       "x",
       BodyState::Complete,
       "content-encoding"},
      {"codings on codings",
       {{"Content-Encoding", "gzip, gzip, gzip, gzip"}},
       "x",
       BodyState::Complete,
       "content-encoding"},
      {"identity", {{"Content-Encoding", " identity"}}, "x", BodyState::Complete, ""},
      {"picture", {{"Content-Type", "image/png"}}, "x", BodyState::Complete, "media type"},
      {"no type known",
       {{"Content-Type", "application/octet-stream"}},
       "x",
       BodyState::Complete,
       "media type"},
      {"multipart",
       {{"Content-Type", "multipart/form-data; boundary=b"}},
       "x",
       BodyState::Complete,
       "multipart"},
      {"garbled type", {{"Content-Type", "json"}}, "x", BodyState::Complete, "media type"},
      {"two types",
       {{"Content-Type", "text/plain"}, {"Content-Type", "image/png"}},
       "x",
       BodyState::Complete,
       "media type"},
      {"utf-16",
       {{"Content-Type", "text/plain; charset=utf-16"}},
       "x",
       BodyState::Complete,
       "charset"},
      {"utf-7",
       {{"Content-Type", "text/html; charset=\"UTF-7\""}},
       "x",
       BodyState::Complete,
       "charset"},
      {"utf-8", {{"Content-Type", "text/html; charset=\"UTF-8\""}}, "x", BodyState::Complete, ""},
      {"not utf-8",
       {{"Content-Type", "text/plain"}},
       "caf\xE9 latin",
       BodyState::Complete,
       "not utf-8"},
      {"cut character",
       {{"Content-Type", "text/plain"}},
       "12345678\xC3",
       BodyState::Complete,
       "not utf-8"},
      {"nul bytes",
       {},
       std::string("a\0@\0b\0.\0c\0o\0", 12),
       BodyState::Complete,
       "control characters"},
      {"nul byte in the middle",
       {},
       "0123456789\x01 0123456789",
       BodyState::Complete,
       "control characters"},
      {"too large", {}, "front", BodyState::TooLarge, "too large"},
      {"larger than a capture",
       {},
       std::string(limits::kCaptureBytes + 1, 'x'),
       BodyState::Complete,
       "too large"},
      {"aborted", {}, "{\"email\":\"a@b", BodyState::Aborted, "aborted"},
      {"not kept", {}, "", BodyState::NotKept, "not kept"},
      {"suffix types",
       {{"Content-Type", "application/problem+json"}},
       "{}",
       BodyState::Complete,
       ""},
      {"xml", {{"Content-Type", "application/atom+xml"}}, "<a/>", BodyState::Complete, ""},
      {"sniffed", {}, "hello", BodyState::Complete, ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Message message;
    message.fields = c.fields;
    message.body = c.body;
    message.body_state = c.state;

    const auto redacted = make_redactor()->redact(message.view());

    EXPECT_EQ(redacted.drop_reason(), c.reason);
    EXPECT_EQ(redacted.body_outcome(), c.reason.empty() ? BodyOutcome::Kept : BodyOutcome::Dropped);
    EXPECT_EQ(redacted.body(), c.reason.empty() ? c.body : "");
    EXPECT_EQ(redacted.original_body_bytes(), c.body.size());
    EXPECT_EQ(redacted.body_state(), c.state);
  }
}

TEST(MessageRedaction, TellsAnEmptyBodyFromADroppedOne) {
  Message message;
  message.fields = {{"Content-Type", "image/png"}};

  EXPECT_EQ(make_redactor()->redact(message.view()).body_outcome(), BodyOutcome::Empty);
}

TEST(MessageRedaction, ReadsJsonBehindAByteOrderMark) {
  const auto body =
      make_redactor()->redact(json_message("\xEF\xBB\xBF{\"password\":\"x\"}").view()).body();

  EXPECT_EQ(masked(body), "\xEF\xBB\xBF{\"password\":\"redacted-secret-*\"}");
}

// Names that held nothing are remembered; one that holds something is not, however often it comes.
TEST(MessageRedaction, TreatsAMessageAlikeHoweverOftenItComes) {
  Message message;
  message.method = "GET";
  message.fields = {{"Accept", "*/*"},
                    {"X-" + sample("email"), "a"},
                    {"accept", sample("email")},
                    {"Via", "1.1 shop"},
                    {sample("email"), "b"}};
  const auto redactor = make_redactor();
  const auto first = redactor->redact(message.view());

  EXPECT_EQ(first.fields()[0].name, "Accept");
  EXPECT_EQ(first.fields()[1].name.find(sample("email")), std::string::npos);
  for (int i = 0; i < 3; ++i) {
    const auto again = redactor->redact(message.view());
    ASSERT_EQ(again.fields().size(), first.fields().size());
    for (size_t j = 0; j < first.fields().size(); ++j) {
      EXPECT_EQ(again.fields()[j].name, first.fields()[j].name);
      EXPECT_EQ(again.fields()[j].value, first.fields()[j].value);
    }
    EXPECT_EQ(again.hits(), first.hits());
  }
  for (const auto& [name, count] : first.hits()) {
    EXPECT_EQ(redactor->totals().at(name), 4 * count) << name;
  }
}

TEST(MessageRedaction, IsTheSameWithABodyThatWasParsedBefore) {
  const std::vector<std::string> bodies = {
      R"({"email":"a@b.co","note":"call c@d.org","inner":"{\"password\":\"zebra crossing\"}"})",
      R"([{"card":4111111111111111,"iban":"DE89370400440532013000"},[],{},null])",
      R"({"a\u0040b":"a\u0040b.co","a":1,"a":"e@f.net"})",
      R"("a@b.co")",
      " {\"token\":\"x\"}\n",
      "{}",
  };
  for (const std::string& body : bodies) {
    SCOPED_TRACE(body);
    const Message message = json_message(body);
    const MessageView view = message.view();
    const auto document = json::Document::parse(view.body);
    ASSERT_TRUE(document.has_value());

    const auto parsed_here = make_redactor()->redact(view);
    const auto parsed_before = make_redactor()->redact(view, {}, &*document);

    EXPECT_EQ(parsed_before.body(), parsed_here.body());
    EXPECT_EQ(parsed_before.hits(), parsed_here.hits());
    EXPECT_EQ(parsed_before.body_outcome(), parsed_here.body_outcome());
  }
}

TEST(MessageRedaction, TakesABodyThatWasParsedForThatBodyAlone) {
  // Neither for a part of it, nor for the message behind it.
  const auto redactor = make_redactor();
  const Message first = json_message(R"({"text":"[\"a@b.co\"]"})");
  const auto document = json::Document::parse(first.body);
  ASSERT_TRUE(document.has_value());

  const auto redacted = redactor->redact(first.view(), {}, &*document);
  const auto text = redactor->redact_document(R"(["c@d.org"])", TextFormat::Auto);

  EXPECT_EQ(masked(redacted.body()), R"({"text":"[\"u-*@redacted.invalid\"]"})");
  EXPECT_EQ(masked(text.view()), R"(["u-*@redacted.invalid"])");
}

TEST(RedactorCreate, NamesAnUnknownPack) {
  const auto unknown = Redactor::create({{"default", "pci"}}, fake_crypto(), "k");
  const auto none = Redactor::create({{}}, fake_crypto(), "k");
  const auto alone = Redactor::create({{"opt-in"}}, fake_crypto(), "k");
  const auto no_key = Redactor::create({}, fake_crypto(), "");

  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::InvalidArgument);
  EXPECT_EQ(unknown.error().message, "unknown redaction pack 'pci' (known: default, opt-in)");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message, "no redaction pack is on (known: default, opt-in)");
  ASSERT_FALSE(alone);
  EXPECT_EQ(alone.error().message, "redaction pack 'opt-in' adds to 'default', which is not on");
  ASSERT_FALSE(no_key);
  EXPECT_EQ(no_key.error().code, ErrorCode::InvalidArgument);
}

TEST(RedactorCounts, AddsUpOverMessagesAndTexts) {
  const auto redactor = make_redactor();

  const auto first = redactor->redact(json_message(R"(["a@b.co","c@d.org"])").view());
  static_cast<void>(redactor->redact_text("a@b.co and 4111111111111111"));

  EXPECT_EQ(first.hits(), (Hits{{"email", 2}}));
  EXPECT_EQ(redactor->totals(), (Hits{{"card.pan", 1}, {"email", 3}}));
  EXPECT_EQ(Redactor::vouch("a@b.co").view(), "a@b.co");
}

}  // namespace
}  // namespace faultline::redaction::testing
