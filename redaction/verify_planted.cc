// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/verify_planted.h"

#include "proxy/base/hash.h"
#include "proxy/base/random.h"
#include "proxy/base/text.h"
#include "redaction/redactor.h"
#include "redaction/verify_canaries.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace faultline::redaction {
namespace {

// Owns what a view borrows.
struct Planted {
  std::string position;
  std::string target = "/";
  std::vector<std::pair<std::string, std::string>> fields;
  std::pair<std::string, std::string> trailer;
  std::string body;

  [[nodiscard]] MessageView view() const {
    MessageView view;
    view.method = "POST";
    view.version = "HTTP/1.1";
    view.target = target;
    for (const auto& [name, value] : fields) view.fields.push_back({name, value});
    if (!trailer.first.empty()) view.trailers.push_back({trailer.first, trailer.second});
    view.body = body;
    return view;
  }
};

Planted in_field(std::string position, std::string name, std::string value) {
  Planted out;
  out.position = std::move(position);
  out.fields = {{std::move(name), std::move(value)}};
  return out;
}

Planted in_target(std::string position, std::string target) {
  Planted out;
  out.position = std::move(position);
  out.target = std::move(target);
  return out;
}

Planted in_body(std::string position, std::string type, std::string body) {
  Planted out;
  out.position = std::move(position);
  out.fields = {{"Content-Type", std::move(type)}};
  out.body = std::move(body);
  return out;
}

std::string member(std::string_view name, std::string_view text) {
  return "{\"a\":{" + json_quote(name) + ":" + json_quote(text) + "}}";
}

std::string unicode_all(std::string_view text) {
  std::string out;
  for (const char c : text) out += "\\u00" + hex_encode(std::string_view(&c, 1));
  return out;
}

std::string base64url(std::string_view text) {
  std::string out = base64_encode(text);
  std::replace(out.begin(), out.end(), '+', '-');
  std::replace(out.begin(), out.end(), '/', '_');
  out.erase(std::min(out.find('='), out.size()));
  return out;
}

std::vector<Planted> heads(const std::string& canary) {
  std::vector<Planted> all;
  all.push_back(in_target("path", "/a/" + canary + "/b"));
  all.push_back(in_target("query", "/?q=" + canary));
  all.push_back(in_target("query percent", "/?q=%66" + canary.substr(1)));
  all.push_back(in_target("query name", "/?" + canary + "=1"));
  all.push_back(in_field("header", "X-Note", "a " + canary));
  all.push_back(in_field("bearer", "Authorization", "Bearer " + canary));
  all.push_back(in_field("basic", "Authorization", "Basic " + base64_encode("u:" + canary)));
  all.push_back(in_field("cookie", "Cookie", "a=1; b=" + canary));
  all.push_back(in_field("set-cookie", "Set-Cookie", "b=" + canary + "; Path=/"));
  all.push_back(in_field("referer", "Referer", "https://h.example/?x=" + canary));
  all.push_back(in_field("userinfo", "Location", "https://u:" + canary + "@h.example/"));
  all.push_back(in_field("subprotocol", "Sec-WebSocket-Protocol", "bearer, " + canary));
  all.push_back(in_field("binary metadata", "note-bin", base64_encode(canary)));
  Planted trailer;
  trailer.position = "trailer";
  trailer.trailer = {"X-End", canary};
  all.push_back(std::move(trailer));
  return all;
}

std::vector<Planted> bodies(const std::string& canary) {
  const std::string json = "application/json";
  const std::string part = "--b\r\nContent-Disposition: form-data; name=";
  std::vector<Planted> all;
  all.push_back(in_body("json string", json, member("x", canary)));
  all.push_back(in_body("json by name", json, member("password", "p-" + canary)));
  all.push_back(in_body("json name", json, member(canary, "x")));
  all.push_back(in_body("json escaped", json, "{\"x\":\"" + unicode_all(canary) + "\"}"));
  all.push_back(in_body("json in json", json, member("x", member("y", canary))));
  all.push_back(in_body("base64", json, member("x", base64_encode("a text: " + canary))));
  all.push_back(in_body("base64url", json, member("x", base64url("a text?>?: " + canary))));
  all.push_back(in_body("hex", json, member("x", hex_encode("a text: " + canary))));
  all.push_back(in_body("percent", json, member("x", "%66" + canary.substr(1))));
  all.push_back(in_body("broken json", json, "{\"x\":\"" + canary + "\""));
  all.push_back(in_body("pair", json, R"({"name":"otp","value":")" + canary + "\"}"));
  all.push_back(in_body("graphql variable", json,
                        R"({"query":"query Q { a }","variables":{"x":")" + canary + "\"}}"));
  all.push_back(
      in_body("graphql literal", json, R"({"query":"{ a(x: \")" + canary + "\\\") { b } }\"}"));
  all.push_back(in_body("graphql error", json,
                        R"({"errors":[{"message":"got invalid value \")" + canary + "\\\"\"}]}"));
  all.push_back(in_body("form", "application/x-www-form-urlencoded", "a=1&b=" + canary));
  all.push_back(in_body("multipart", "multipart/form-data; boundary=b",
                        part + "x\r\n\r\n" + canary + "\r\n--b--\r\n"));
  all.push_back(in_body("multipart file", "multipart/form-data; boundary=b",
                        part + "x; filename=" + canary + ".txt\r\n\r\nx\r\n--b--\r\n"));
  all.push_back(in_body("xml element", "application/xml", "<a><b>" + canary + "</b></a>"));
  all.push_back(in_body("xml attribute", "application/xml", "<a b=\"" + canary + "\"/>"));
  all.push_back(
      in_body("xml reference", "application/xml", "<a>&#102;" + canary.substr(1) + "</a>"));
  all.push_back(
      in_body("event stream", "text/event-stream", "data: {\"x\":\"" + canary + "\"}\n\n"));
  all.push_back(
      in_body("lines of json", "application/x-ndjson", "{\"x\":1}\n{\"x\":\"" + canary + "\"}\n"));
  all.push_back(in_body("text", "text/plain", "before " + canary + " after"));
  all.push_back(in_body("not text", "image/png", canary));
  return all;
}

using Fields = std::vector<RedactedMessage::Field>;

std::string lines_of(const Fields& fields) {
  std::string lines;
  for (const auto& field : fields) lines += field.name + ": " + field.value + "\n";
  return lines;
}

std::string text_of(const RedactedMessage& message) {
  return message.method() + "\n" + message.target() + "\n" + message.version() + "\n" +
         lines_of(message.fields()) + lines_of(message.trailers()) + message.body();
}

std::string text_of(const RedactedRecord& record) {
  return record.topic() + "\n" + record.key().value_or("") + "\n" + lines_of(record.headers()) +
         record.value().value_or("");
}

struct PlantedRecord {
  std::string position;
  RecordView record;
};

std::vector<PlantedRecord> records(std::string_view canary) {
  return {{"record key", {"orders", canary, {}, "x"}},
          {"record header", {"orders", "k", {{"x-note", canary}}, "x"}},
          {"record header name", {"orders", "k", {{canary, "x"}}, "x"}},
          {"record value", {"orders", "k", {}, canary}},
          {"record topic", {canary, "k", {}, "x"}}};
}

uint64_t kept_by(const Redactor& redactor) {
  const Tally tally = redactor.tally();
  uint64_t kept = 0;
  for (size_t i = 0; i < kClasses.size(); ++i) kept += tally.kept(static_cast<ClassId>(i));
  return kept;
}

}  // namespace

PlantedReport plant_canaries(Redactor& redactor, uint64_t seed) {
  random::Inputs inputs;
  inputs.seed = seed;
  const std::string canary = "fl-canary-" + hex64(random::draw(inputs)).substr(0, 12);
  const verify::Canaries canaries({canary});
  PlantedReport report;
  const auto look = [&](const std::string& position, const auto& view) {
    ++report.positions;
    const uint64_t kept = kept_by(redactor);
    std::vector<verify::CanaryHit> hits;
    canaries.scan(text_of(redactor.redact(view)), hits);
    // What the policy lets stand there is no leak.
    if (!hits.empty() && kept_by(redactor) == kept) report.survived.push_back(position);
  };
  for (const auto& all : {heads(canary), bodies(canary)}) {
    for (const Planted& planted : all) look(planted.position, planted.view());
  }
  for (const auto& planted : records(canary)) look(planted.position, planted.record);
  return report;
}

}  // namespace faultline::redaction
