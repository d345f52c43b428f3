// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/walk.h"
#include "contracts/openapi/checker.h"
#include "proxy/base/text.h"
#include "proxy/json/pointer.h"
#include "proxy/json/writer.h"

#include <algorithm>
#include <utility>

// Status, media types and bodies.
namespace faultline::contracts::openapi {
namespace {

/// Spells out which names of one object occurred twice before this many are named.
constexpr size_t kDuplicatesShown = 8;

/// The node whose source begins at `offset`.
json::Value node_at(const json::Document& document, uint32_t offset) {
  json::Value at = document.root();
  while (true) {
    json::Value next = at;
    for (const json::Value element : at.elements()) {
      if (element.span().offset > offset) break;
      next = element;
    }
    for (const json::Member& member : at.members()) {
      if (member.key.span().offset > offset) break;
      next = member.key.span().offset == offset ? member.key : member.value;
    }
    if (next.index() == at.index()) return at;
    at = next;
    if (at.span().offset == offset && !at.is_array() && !at.is_object()) return at;
  }
}

std::string list_of_keys(std::string_view name, const std::vector<MediaType>& content) {
  json::Writer writer;
  writer.begin_object().key(name).begin_array();
  for (const MediaType& type : content) writer.value(type.key);
  return writer.end_array().end_object().take();
}

/// The places of members that no schema names, where one lists what may be there.
class UndocumentedMembers final : public json_schema::MemberVisitor {
 public:
  struct Found {
    std::string pointer;
    std::string pointer_template;
    json::Value value;
  };
  void on_member(const json::Member& member, const json_schema::MemberFacts& facts,
                 const json_schema::WalkPath& path) override {
    if (facts.is_declared || facts.is_open) return;
    if (found_.size() < limits::kViolationsPerMessage) {
      found_.push_back({path.pointer(), path.pointer_template(), member.value});
    } else {
      ++left_out_;
    }
  }
  [[nodiscard]] const std::vector<Found>& found() const noexcept { return found_; }
  [[nodiscard]] uint64_t left_out() const noexcept { return left_out_; }

 private:
  std::vector<Found> found_;
  uint64_t left_out_ = 0;
};

}  // namespace

void Checker::check_request_body() {
  const bool has_body = !message_.body.empty();
  if (!operation_->body) {
    const bool is_ignored =
        message_.method == "GET" || message_.method == "HEAD" || message_.method == "DELETE";
    if (has_body && !is_ignored) {
      add({.place = &operation_->place}, "undocumented", FindingClass::Undocumented,
          Severity::Warning)
          .expected = "{\"requestBody\":false}";
    }
    return;
  }
  const RequestBody& body = *operation_->body;
  if (!body.not_checked.empty()) return skip(body.not_checked);
  if (!has_body && message_.body_state == BodyState::Complete) {
    if (!body.is_required) return;
    Violation& violation =
        add({.place = &body.place}, "required", FindingClass::Violation, Severity::Error);
    violation.expected = "{\"required\":true}";
    violation.actual = "{\"present\":false}";
    return;
  }
  check_content(body.content, body.place);
}

const Response* Checker::find_response() const {
  const std::string code = std::to_string(message_.status);
  const std::string range = code.substr(0, 1) + "XX";
  const Response* best = nullptr;
  for (const Response& response : operation_->responses) {
    if (response.code == code) return &response;
    if (response.code == range) best = &response;
    if (response.code == "default" && best == nullptr) best = &response;
  }
  return best;
}

bool Checker::response_has_no_body() const noexcept {
  return message_.method == "HEAD" || message_.status == 204 || message_.status == 304 ||
         (message_.status >= 100 && message_.status < 200);
}

void Checker::check_response() {
  if (response_has_no_body()) {
    // A length on these is only wrong where the status forbids one (RFC 9110 8.6); on HEAD and
    // 304 it tells what GET would bring.
    const FieldView* length = message_.find("content-length");
    const bool announces = message_.status == 204 && message_.method != "HEAD" &&
                           length != nullptr && trim(length->value) != "0";
    if (!message_.body.empty() || announces) {
      Violation& violation =
          add({.place = &operation_->place}, "forbidden", FindingClass::Violation, Severity::Error);
      violation.expected = "{\"body\":false}";
      violation.actual = "{\"body\":true}";
    }
  }
  const Response* response = find_response();
  if (response == nullptr) return check_status();
  if (!response->not_checked.empty()) return skip(response->not_checked);
  for (const Parameter& header : response->headers) check_header(header);
  if (response_has_no_body()) return;
  if (response->content.empty()) {
    if (!message_.body.empty()) {
      add({.place = &response->place}, "undocumented", FindingClass::Undocumented,
          Severity::Warning)
          .expected = "{\"content\":[]}";
    }
    return;
  }
  if (message_.body.empty() && message_.body_state == BodyState::Complete) {
    Violation& violation =
        add({.place = &response->place}, "missing", FindingClass::Violation, Severity::Error);
    violation.expected = list_of_keys("content", response->content);
    violation.actual = "{\"present\":false}";
    return;
  }
  check_content(response->content, response->place);
}

void Checker::check_status() {
  // Informational responses belong to the connection, not to the operation.
  if (message_.status >= 100 && message_.status < 200) return;
  Violation& violation = add({.location = Location::Status, .place = &operation_->place},
                             "undocumented", FindingClass::Undocumented, Severity::Error);
  violation.pointer = std::to_string(message_.status);
  violation.pointer_template = violation.pointer;
  json::Writer expected;
  expected.begin_object().key("status").begin_array();
  for (const Response& response : operation_->responses) expected.value(response.code);
  violation.expected = expected.end_array().end_object().take();
  violation.actual =
      json::Writer().begin_object().member("status", message_.status).end_object().take();
}

std::optional<MediaRange> Checker::media_type() const {
  const FieldView* field = message_.find("content-type");
  return field == nullptr ? std::nullopt : MediaRange::parse(field->value);
}

const MediaType* Checker::choose_media_type(const std::vector<MediaType>& content,
                                            const std::optional<MediaRange>& actual,
                                            const Place& place) {
  if (!actual) {
    Violation& violation = add({Location::Header, "Content-Type", &place}, "content_type",
                               FindingClass::Violation, Severity::Warning);
    violation.expected = list_of_keys("content", content);
    violation.actual =
        message_.find("content-type") == nullptr ? "{\"present\":false}" : "{\"malformed\":true}";
    return content.size() == 1 ? &content.front() : nullptr;
  }
  const MediaType* best = nullptr;
  int best_fit = 0;
  for (const MediaType& type : content) {
    const int how = fit(type.range, *actual);
    if (how > best_fit) {
      best = &type;
      best_fit = how;
    }
  }
  if (best == nullptr) {
    Violation& violation =
        add({.place = &place}, "media_type", FindingClass::Undocumented, Severity::Error);
    violation.expected = list_of_keys("content", content);
    violation.actual =
        json::Writer().begin_object().member("content", actual->essence()).end_object().take();
  }
  return best;
}

bool Checker::can_read_body() {
  switch (message_.body_state) {
    case BodyState::Complete:
      break;
    case BodyState::TooLarge:
      skip("too large");
      return false;
    case BodyState::Aborted:
      skip("aborted");
      return false;
    case BodyState::NotKept:
      skip("not kept");
      return false;
  }
  for (const FieldView& field : message_.fields) {
    if (iequals(field.name, "content-encoding") && !iequals(trim(field.value), "identity") &&
        !trim(field.value).empty()) {
      skip("content-coding");
      return false;
    }
  }
  return true;
}

void Checker::check_content(const std::vector<MediaType>& content, const Place& place) {
  const auto actual = media_type();
  const MediaType* type = choose_media_type(content, actual, place);
  if (type == nullptr) return;
  const MediaRange& range = actual ? *actual : type->range;
  const bool is_json = range.is_json();
  const bool has_schema = type->schema.id != json_schema::kNoSchema;
  if (!is_json && (!has_schema || type->is_any_text)) return;
  if (!can_read_body()) return;
  const std::string* charset = range.parameter("charset");
  if (charset != nullptr && *charset != "utf-8" && *charset != "utf8" && *charset != "us-ascii") {
    return skip("charset:" + *charset);
  }
  if (is_json) return check_json(*type, place);
  const std::string essence = range.essence();
  if (essence == "application/x-www-form-urlencoded" && !type->has_encoding) {
    return check_form(*type, place);
  }
  skip("media-type:" + essence);
}

void Checker::check_json(const MediaType& type, const Place& place) {
  const auto document = json::Document::parse(message_.body);
  if (!document) {
    if (document.error().code == ErrorCode::LimitExceeded) return skip("budget");
    Violation& violation =
        add({.place = &place}, "syntax", FindingClass::Violation, Severity::Error);
    violation.expected = "{\"content\":\"json\"}";
    violation.actual = "{\"error\":" + json_quote(document.error().message) + "}";
    violation.raw_value = message_.body.substr(0, 256);
    return;
  }
  const SchemaUse& use = type.schema;
  if (use.id != json_schema::kNoSchema) {
    const auto outcome =
        json_schema::verdict(model_.program, use.id, document->root(), message_.direction);
    if (outcome != json_schema::Outcome::Valid) {
      json_schema::Report report;
      json_schema::collect(model_.program, use.id, document->root(), message_.direction, report);
      add_schema_errors(report, use, {.place = &place}, message_.body);
    }
  }
  check_duplicates(*document);
  if (message_.direction == Direction::Response && use.id != json_schema::kNoSchema) {
    check_undocumented_members(*document, use, place);
  }
}

void Checker::check_form(const MediaType& type, const Place& place) {
  const auto pairs = parse_pairs(message_.body);
  std::vector<const Pair*> all;
  all.reserve(pairs.size());
  for (const Pair& pair : pairs) all.push_back(&pair);
  const json::Document document = reader_.object(all, type.schema.id);
  const auto outcome =
      json_schema::verdict(model_.program, type.schema.id, document.root(), message_.direction);
  if (outcome == json_schema::Outcome::Valid) return;
  json_schema::Report report;
  json_schema::collect(model_.program, type.schema.id, document.root(), message_.direction, report);
  add_schema_errors(report, type.schema, {.place = &place}, {});
}

void Checker::check_duplicates(const json::Document& document) {
  const auto& duplicates = document.duplicate_keys();
  for (size_t i = 0; i < duplicates.size(); ++i) {
    if (i == kDuplicatesShown) {
      result_.violations_left_out += duplicates.size() - i;
      return;
    }
    const json::Value key = node_at(document, duplicates[i].offset);
    Violation& violation = add({.place = &operation_->place}, "duplicate_key",
                               FindingClass::Violation, Severity::Warning);
    violation.rule = "json.duplicate_key";
    violation.pointer = json::pointer_of(key);
    violation.pointer_template = json::pointer_template_of(key);
    violation.expected = "{\"unique\":true}";
    violation.actual = "{\"unique\":false}";
    violation.hint = "parsers disagree about which of the two counts";
  }
}

void Checker::check_undocumented_members(const json::Document& document, const SchemaUse& use,
                                         const Place& place) {
  UndocumentedMembers members;
  json_schema::walk_members(model_.program, use.id, document.root(), message_.direction, members);
  result_.violations_left_out += members.left_out();
  for (const auto& found : members.found()) {
    Violation& violation =
        add({.place = &place}, "undocumented_property", FindingClass::Undocumented, Severity::Note);
    violation.pointer = found.pointer;
    violation.pointer_template = found.pointer_template;
    violation.expected = "{\"documented\":true}";
    violation.actual = "{\"documented\":false}";
    const SourceSpan span = found.value.span();
    violation.raw_value = message_.body.substr(span.offset, std::min<size_t>(span.length, 256));
  }
}

SchemaId Checker::body_schema() {
  if (!locate()) return json_schema::kNoSchema;
  const std::vector<MediaType>* content = nullptr;
  if (message_.direction == Direction::Request) {
    if (operation_->body) content = &operation_->body->content;
  } else {
    const Response* response = find_response();
    if (response != nullptr) content = &response->content;
  }
  if (content == nullptr || content->empty()) return json_schema::kNoSchema;
  const Place nowhere = {"", model_.document->root()};
  const MediaType* type = choose_media_type(*content, media_type(), nowhere);
  if (type == nullptr) return json_schema::kNoSchema;
  return type->schema.id;
}

}  // namespace faultline::contracts::openapi
