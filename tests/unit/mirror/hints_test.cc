// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/mirror/hints.h"

#include "proxy/base/random.h"
#include "proxy/mirror/pipeline.h"
#include "proxy/tls/digest.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

// What a contract says about places, and that redaction leaves what it says about messages.
namespace faultline::mirror {
namespace {

using redaction::Hint;
using redaction::NameKind;

constexpr std::string_view kContract = R"(openapi: 3.0.3
info: { title: users, version: '1' }
servers: [{ url: /api/v2 }]
paths:
  /users/{email}/keys/{id}:
    parameters:
      - { name: email, in: path, required: true, schema: { type: string } }
      - { name: id, in: path, required: true, schema: { type: string } }
      - { name: q, in: query, x-pii: name, schema: { type: string } }
    post:
      parameters:
        - { name: X-Tenant, in: header, schema: { $ref: '#/components/schemas/Hidden' } }
      requestBody:
        content:
          application/json: { schema: { $ref: '#/components/schemas/User' } }
      responses:
        '200':
          description: ok
          content:
            application/json: { schema: { $ref: '#/components/schemas/User' } }
components:
  schemas:
    Hidden: { type: string, x-sensitive: true }
    User:
      type: object
      required: [email, born]
      properties:
        code: { type: string, format: password }
        email: { type: string, format: email }
        born: { type: string, format: date }
        dob: { type: string, format: date-time }
        ip: { type: string, format: ipv4 }
        deviceid: { type: string, format: uuid }
        ssn: { type: integer }
        lat: { type: number }
        lastname: { type: string }
        tags: { type: array, items: { $ref: '#/components/schemas/Hidden' } }
        self: { $ref: '#/components/schemas/User' }
        any: { allOf: [{ type: object, properties: { nick: { type: string, x-pii: true } } }] }
)";

class HintsTest : public ::testing::Test {
 protected:
  HintsTest() {
    auto loaded = contracts::load_openapi("users.yaml", std::string(kContract));
    EXPECT_TRUE(loaded.contract);
    contracts_.add(std::shared_ptr<const contracts::Contract>(std::move(loaded.contract)));
    auto redactor = redaction::Redactor::create({}, *crypto_, "a key");
    EXPECT_TRUE(redactor.has_value());
    redactor_ = std::move(*redactor);
  }

  [[nodiscard]] static const Hint* find(const redaction::Hints& hints, Hint::In in,
                                        std::string_view name) {
    for (const Hint& hint : hints) {
      if (hint.in == in && hint.name == name) return &hint;
    }
    return nullptr;
  }

  [[nodiscard]] static bool has_body(const redaction::Hints& hints,
                                     const std::vector<std::string>& pointer, NameKind kind) {
    for (const Hint& hint : hints) {
      if (hint.in == Hint::In::Body && hint.pointer == pointer && hint.kind == kind) return true;
    }
    return false;
  }

  [[nodiscard]] static MessageView post(std::string_view body) {
    MessageView view;
    view.method = "POST";
    view.target = "/api/v2/users/u/keys/7?q=Zebra";
    view.version = "HTTP/1.1";
    view.fields = {{"Content-Type", "application/json"}, {"X-Tenant", "zebra"}};
    view.body = body;
    return view;
  }

  std::unique_ptr<Crypto> crypto_ = tls::make_crypto();
  contracts::ContractSet contracts_;
  std::unique_ptr<redaction::Redactor> redactor_;
};

constexpr std::string_view kOperation = "POST /users/{email}/keys/{id}";

TEST_F(HintsTest, AnnotationsBecomeHints) {
  const auto hints = hints_of(contracts_, kOperation, Direction::Request);

  const Hint* segment = find(hints, Hint::In::PathSegment, "email");
  ASSERT_NE(segment, nullptr);
  EXPECT_EQ(segment->segment, 2U);
  EXPECT_EQ(segment->kind, NameKind::Pii);
  EXPECT_EQ(find(hints, Hint::In::PathSegment, "id"), nullptr);
  const Hint* query = find(hints, Hint::In::Query, "q");
  ASSERT_NE(query, nullptr);
  EXPECT_EQ(query->kind, NameKind::Pii);
  const Hint* field = find(hints, Hint::In::Field, "X-Tenant");
  ASSERT_NE(field, nullptr);
  EXPECT_EQ(field->kind, NameKind::Secret);
  EXPECT_TRUE(has_body(hints, {"code"}, NameKind::Secret));
  EXPECT_TRUE(has_body(hints, {"tags", "*"}, NameKind::Secret));
  EXPECT_TRUE(has_body(hints, {"any", "nick"}, NameKind::Pii));
  EXPECT_TRUE(has_body(hints, {"self", "code"}, NameKind::Secret));
}

TEST_F(HintsTest, AResponseHasThoseOfItsBodyAndOfTheTarget) {
  const auto hints = hints_of(contracts_, kOperation, Direction::Response);

  EXPECT_TRUE(has_body(hints, {"code"}, NameKind::Secret));
  EXPECT_NE(find(hints, Hint::In::PathSegment, "email"), nullptr);
  EXPECT_EQ(find(hints, Hint::In::Field, "X-Tenant"), nullptr);
  EXPECT_TRUE(hints_of(contracts_, "GET /nowhere", Direction::Request).empty());
}

TEST_F(HintsTest, TheRedactorFollowsThem) {
  const auto view = post(R"({"code":"zebra","tags":["okapi"],"any":{"nick":"quagga"},"x":"y"})");

  const auto out = redactor_->redact(view, hints_of(contracts_, kOperation, Direction::Request));

  for (const auto* value : {"zebra", "okapi", "quagga"}) {
    EXPECT_EQ(out.body().find(value), std::string::npos) << out.body();
  }
  EXPECT_NE(out.body().find(R"("x":"y")"), std::string::npos);
  EXPECT_EQ(out.target().find("Zebra"), std::string::npos) << out.target();
  EXPECT_TRUE(out.target().starts_with("/api/v2/users/redacted-pii-")) << out.target();
  EXPECT_NE(out.target().find("/keys/7?"), std::string::npos) << out.target();
  EXPECT_EQ(out.fields()[1].value.find("zebra"), std::string::npos);
}

// Members that are right, of the wrong type, of the wrong format, or missing, in any mixture.
std::string random_user(uint64_t seed) {
  uint64_t draws = 0;
  const auto below = [&](uint64_t range) {
    random::Inputs inputs;
    inputs.seed = seed;
    inputs.draw = draws++;
    return random::scale(random::draw(inputs), range);
  };
  struct Choice {
    std::string_view name;
    std::vector<std::string_view> values;
  };
  const std::vector<Choice> kChoices = {
      {"code", {R"("hunter22")", "5", "null"}},
      {"email", {R"("a@b.example")", R"("alice@example.com")", "1234567"}},
      {"born", {R"("1985-03-17")", "true"}},
      {"dob", {R"("1985-03-17T10:00:00Z")", R"("1985-03-17")", "17"}},
      {"ip", {R"("203.0.113.7")", R"("2a00:1450::5")", "[]"}},
      {"deviceid", {R"("123e4567-e89b-42d3-a456-426614174000")", R"("x-1")"}},
      {"ssn", {"123456789", R"("123456789")", "1.5"}},
      {"lat", {"52.5", R"("52.5")", "-13"}},
      {"lastname", {R"("Zebra")", "7", "{}"}},
      {"tags", {R"(["a","b"])", R"(["a",1])", R"("a")"}},
      {"any", {R"({"nick":"z"})", R"({"nick":3})"}},
  };
  std::string body = "{";
  for (const Choice& choice : kChoices) {
    const uint64_t pick = below(choice.values.size() + 1);
    if (pick == choice.values.size()) continue;
    if (body.size() > 1) body += ',';
    body += "\"" + std::string(choice.name) + "\":" + std::string(choice.values[pick]);
  }
  return body + "}";
}

std::vector<std::string> findings_of(const contracts::CheckResult& result) {
  std::vector<std::string> all;
  for (const auto& violation : result.violations) {
    all.push_back(violation.rule + " " + violation.pointer + " " + violation.keyword);
  }
  return all;
}

TEST_F(HintsTest, ACheckSaysTheSameOfTheRedactedMessage) {
  uint64_t with_findings = 0;
  for (uint64_t seed = 1; seed <= 1500; ++seed) {
    const std::string body = random_user(seed);
    const auto view = post(body);
    const auto before = contracts_.check(view);

    const auto redacted =
        redactor_->redact(view, hints_of(contracts_, before.operation, Direction::Request));
    const auto after = contracts_.check(redacted.view());

    ASSERT_EQ(before.operation, kOperation);
    ASSERT_EQ(findings_of(before), findings_of(after)) << "seed " << seed << "\n"
                                                       << body << "\n"
                                                       << redacted.body();
    ASSERT_EQ(before.verdict, after.verdict);
    with_findings += before.violations.empty() ? 0 : 1;
  }
  EXPECT_GT(with_findings, 500U);
}

/// Of a key and of a value: tags on a field, on a type that is used twice, and below a union.
constexpr std::string_view kKeySchema = R"({"type":"record","name":"shop.Key","fields":[
  {"name":"shop","type":"string"},
  {"name":"buyer","type":["null","string"],"confluent:tags":["PII"]}]})";
constexpr std::string_view kValueSchema = R"({"type":"record","name":"shop.Order","fields":[
  {"name":"ref","type":"string","confluent:tags":["SENSITIVE"]},
  {"name":"to","type":["null",{"type":"record","name":"Place","fields":[
    {"name":"line","type":"string","confluent:tags":["PII"]},
    {"name":"kind","type":"string"}]}]},
  {"name":"more","type":{"type":"map","values":{"type":"array","items":"Place"}}},
  {"name":"previous","type":["null","Order"]}]})";

redaction::Hints hints_of_record(std::string_view key, std::string_view value) {
  redaction::Hints hints;
  const auto append = [&](std::string_view text, Hint::In in) {
    const auto loaded = contracts::avro::load_schema("s.avsc", std::string(text));
    EXPECT_TRUE(loaded.schema);
    if (!loaded.schema) return;
    for (Hint& hint : hints_of(*loaded.schema, in)) hints.push_back(std::move(hint));
  };
  append(key, Hint::In::Key);
  append(value, Hint::In::Body);
  return hints;
}

size_t count_of(std::string_view text, std::string_view part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

TEST_F(HintsTest, TagsOfAvroSchemasBindInKeysAndValuesHoweverTheyAreWritten) {
  const auto hints = hints_of_record(kKeySchema, kValueSchema);
  const struct {
    std::string key;
    std::string value;
  } spellings[] = {
      {R"({"shop":"horse","buyer":"zebra"})",
       R"({"ref":"zebra","to":{"line":"zebra","kind":"horse"},)"
       R"("more":{"horse":[{"line":"zebra","kind":"horse"}]},)"
       R"("previous":{"ref":"zebra","to":null,"more":{},"previous":null}})"},
      {R"({"shop":"horse","buyer":{"string":"zebra"}})",
       R"({"ref":"zebra","to":{"shop.Place":{"line":"zebra","kind":"horse"}},)"
       R"("more":{"horse":[{"line":"zebra","kind":"horse"}]},)"
       R"("previous":{"shop.Order":{"ref":"zebra","to":null,"more":{},"previous":null}}})"},
      {R"({"shop":"horse","buyer":{"string":"zebra"}})",
       R"({"ref":"zebra","to":{"Place":{"line":"zebra","kind":"horse"}},)"
       R"("more":{"horse":[{"line":"zebra","kind":"horse"}]},)"
       R"("previous":{"Order":{"ref":"zebra","to":null,"more":{},"previous":null}}})"},
  };
  for (const auto& spelling : spellings) {
    SCOPED_TRACE(spelling.value);
    redaction::RecordView record;
    record.topic = "orders";
    record.key = spelling.key;
    record.value = spelling.value;

    const auto out = redactor_->redact(record, hints);

    ASSERT_TRUE(out.key() && out.value());
    EXPECT_EQ(count_of(*out.key(), "zebra"), 0U) << *out.key();
    EXPECT_EQ(count_of(*out.key(), "horse"), 1U) << *out.key();
    EXPECT_EQ(count_of(*out.value(), "zebra"), 0U) << *out.value();
    EXPECT_EQ(count_of(*out.value(), "horse"), 3U) << *out.value();
    EXPECT_EQ(count_of(*out.value(), "redacted-pii-"), 2U) << *out.value();
    EXPECT_EQ(count_of(*out.value(), "redacted-secret-"), 2U) << *out.value();
    // Without the schemas no name and no form gives these values away.
    EXPECT_EQ(redactor_->redact(record).value(), spelling.value);
  }
}

TEST_F(HintsTest, AKeyMayBeMarkedAsAWholeAndABinaryValueIsLeftOut) {
  const auto hints = hints_of_record(R"({"type":"string","confluent:tags":["PII"]})", kValueSchema);
  redaction::RecordView record;
  record.key = "zebra";
  record.value = std::string_view("\0\0\0\0\x07\x0azebra", 11);

  const auto out = redactor_->redact(record, hints);

  ASSERT_TRUE(out.key());
  EXPECT_EQ(out.key()->rfind("redacted-pii-", 0), 0U) << *out.key();
  EXPECT_FALSE(out.value());
  EXPECT_EQ(out.drop_reason(), "control characters");
}

}  // namespace
}  // namespace faultline::mirror
