// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/walk.h"
#include "contracts/openapi/checker.h"
#include "contracts/openapi/content_keys.h"
#include "proxy/base/text.h"
#include "proxy/coding/content_coding.h"
#include "proxy/json/pointer.h"
#include "proxy/json/surrogates.h"
#include "proxy/json/writer.h"

#include <algorithm>
#include <array>
#include <utility>

// Media types, and bodies of JSON and of text.
namespace faultline::contracts::openapi {
namespace {

/// Spells out which names of one object occurred twice before this many are named.
constexpr size_t kDuplicatesShown = 8;

/// Reasons are written down, so they name only charsets that are in use: the rest is traffic.
std::string known_charset(std::string name) {
  const bool is_known = name.starts_with("iso-8859-") || name.starts_with("windows-125") ||
                        name.starts_with("utf-16") || name.starts_with("utf-32") ||
                        name == "shift_jis" || name == "gb18030" || name == "big5";
  return is_known && name.size() <= 12 ? name : "other";
}

/// The same for content codings: those of IANA's registry that nobody here speaks.
std::string known_coding(const std::string& name) {
  constexpr std::array<std::string_view, 7> kNames = {
      "compress", "x-compress", "exi", "dcb", "dcz", "aes128gcm", "pack200-gzip"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end() ? name : "other";
}

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
    violation.expected = list_of_keys(content);
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
    violation.expected = list_of_keys(content);
    violation.actual =
        json::Writer().begin_object().member("content", actual->essence()).end_object().take();
  }
  return best;
}

bool Checker::can_read_body(BodyKind kind, const Place& place) {
  switch (message_.body_state) {
    case BodyState::Complete:
      return decode_codings(place);
    case BodyState::TooLarge:
      skip("too large");
      return can_read_front(kind);
    case BodyState::Aborted:
      skip("aborted");
      return can_read_front(kind);
    case BodyState::NotKept:
      skip("not kept");
      return false;
  }
  return false;
}

/// The items of a stream that arrived whole are judged, however the stream went on: one that never
/// ends is cut somewhere. The front of anything else has no value of its own.
bool Checker::can_read_front(BodyKind kind) {
  const bool is_row = kind == BodyKind::JsonLines || kind == BodyKind::JsonSequence ||
                      kind == BodyKind::EventStream;
  if (!is_row || message_.find("content-encoding") != nullptr) return false;
  body_ = message_.body;
  is_cut_ = true;
  return true;
}

/// The codings are undone on a copy; what is forwarded stays as it is.
bool Checker::decode_codings(const Place& place) {
  body_ = message_.body;
  std::vector<std::string_view> codings;
  for (const FieldView& field : message_.fields) {
    if (!iequals(field.name, "content-encoding")) continue;
    for (const auto coding : coding::codings_of(field.value)) codings.push_back(coding);
  }
  if (codings.empty()) return true;
  using Outcome = coding::DecodedContent::Outcome;
  auto decoded = coding::decode_content(message_.body, codings);
  switch (decoded.outcome) {
    case Outcome::Decoded:
      decoded_ = std::move(decoded.bytes);
      body_ = decoded_;
      return true;
    case Outcome::UnknownCoding:
      skip("content-coding:" + known_coding(decoded.coding));
      return false;
    case Outcome::TooManyCodings:
    case Outcome::TooLarge:
    case Outcome::Ratio:
      skip("too large");
      return false;
    case Outcome::Malformed:
      break;
  }
  Violation& violation =
      add({.place = &place}, "content_coding", FindingClass::Violation, Severity::Error);
  violation.expected =
      json::Writer().begin_object().member("coding", decoded.coding).end_object().take();
  violation.actual = "{\"malformed\":true}";
  return false;
}

/// Whether a body of this kind cannot be wrong: JSON must at least be JSON, a form be a form.
bool Checker::asks_nothing(const MediaType& type, BodyKind kind) const noexcept {
  if (kind == BodyKind::Json) return false;
  if (type.is_file) return true;
  if (!type.fields.empty() || type.item_schema.id != json_schema::kNoSchema) return false;
  if (type.schema.id == json_schema::kNoSchema) return true;
  const bool is_one_text =
      kind == BodyKind::Text || kind == BodyKind::Binary || kind == BodyKind::Xml;
  return is_one_text && type.is_any_text;
}

/// The media type whose key is the field's very text, as nearly always: then it is the most
/// specific one, and nothing needs to be taken apart.
const MediaType* Checker::same_media_type(const std::vector<MediaType>& content) const noexcept {
  const FieldView* field = message_.find("content-type");
  if (field == nullptr) return nullptr;
  for (const MediaType& type : content) {
    if (type.is_exact && type.key == field->value) {
      return &type;
    }
  }
  return nullptr;
}

void Checker::check_content(const std::vector<MediaType>& content, const Place& place) {
  const MediaType* type = same_media_type(content);
  std::optional<MediaRange> actual;
  const bool is_same = type != nullptr;
  if (!is_same) {
    actual = media_type();
    type = choose_media_type(content, actual, place);
  }
  if (type == nullptr) return;
  if (is_same || actual) marks_.media_type(*operation_, response_, *type);
  if (!type->not_checked.empty()) return skip(type->not_checked);
  const MediaRange& range = actual ? *actual : type->range;
  const BodyKind kind = actual ? range.kind() : type->kind;
  if (asks_nothing(*type, kind) || !can_read_body(kind, place)) return;
  const std::string* charset = range.parameter("charset");
  if (charset != nullptr && !iequals(*charset, "utf-8") && !iequals(*charset, "utf8") &&
      !iequals(*charset, "us-ascii")) {
    return skip("charset:" + known_charset(to_lower(*charset)));
  }
  check_body(*type, range, kind, place);
}

void Checker::check_body(const MediaType& type, const MediaRange& range, BodyKind kind,
                         const Place& place) {
  switch (kind) {
    case BodyKind::Json:
      return check_json(type, place);
    case BodyKind::Form:
      return check_form(type, place);
    case BodyKind::Multipart:
      return check_multipart(type, range, place);
    case BodyKind::JsonSequence:
    case BodyKind::JsonLines:
    case BodyKind::EventStream:
      return check_items(type, kind, place);
    case BodyKind::Text:
      return check_text(type, place);
    case BodyKind::Xml:
    case BodyKind::Binary:
      return skip(media_type_reason(&type.range, kind));
  }
}

void Checker::report_syntax(const Subject& subject, std::string_view content,
                            const std::string& error, std::string_view text) {
  Violation& violation = add(subject, "syntax", FindingClass::Violation, Severity::Error);
  violation.expected = json::Writer().begin_object().member("content", content).end_object().take();
  violation.actual = "{\"error\":" + json_quote(error) + "}";
  violation.raw_value = text.substr(0, kRawValueBytes);
}

void Checker::check_json(const MediaType& type, const Place& place) {
  const auto parsed = memory_.parser.parse(body_);
  if (!parsed) {
    if (parsed.error().code == ErrorCode::LimitExceeded) return skip("budget");
    return report_syntax({.place = &place}, "json", parsed.error().message, body_);
  }
  const json::Document& document = **parsed;
  const SchemaUse& use = type.schema;
  const json_schema::Judgement judged = judge_body(document.root(), use);
  if (judged.outcome != json_schema::Outcome::Valid) {
    report_value(document.root(), use, {.place = &place}, body_);
  }
  check_duplicates(document);
  check_surrogates(document);
  const bool is_all_named = use.id == json_schema::kNoSchema || judged.is_all_named;
  if (!is_all_named) {
    check_undocumented_members(document.root(), use, {.place = &place}, body_);
  }
  if (body_.data() != message_.body.data()) return;
  result_.body = &document;
  const bool is_judged_by_readings = judged.outcome == json_schema::Outcome::Valid &&
                                     is_all_named && !document.has_lone_surrogates();
  if (is_judged_by_readings && memory_.readings) result_.body_readings = &*memory_.readings;
}

/// A text is one value, read by its schema as that of a parameter is. How one would be a list or an
/// object (CSV, say) OpenAPI does not tell.
void Checker::check_text(const MediaType& type, const Place& place) {
  if ((reader_.types_of(type.schema.id) & (kTextTypes | json_schema::types::kNull)) == 0) {
    return skip(media_type_reason(&type.range, BodyKind::Text));
  }
  if (!is_utf8(body_)) return skip("charset:unknown");
  check_value(reader_.scalar(body_, type.schema.id), type.schema, {.place = &place}, body_);
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

void Checker::check_surrogates(const json::Document& document) {
  if (!document.has_lone_surrogates()) return;
  const auto texts = json::lone_surrogates(document);
  for (size_t i = 0; i < texts.size(); ++i) {
    if (i == kDuplicatesShown) {
      result_.violations_left_out += texts.size() - i;
      return;
    }
    Violation& violation = add({.place = &operation_->place}, "lone_surrogate",
                               FindingClass::Violation, Severity::Warning);
    violation.rule = "json.lone_surrogate";
    violation.pointer = json::pointer_of(texts[i]);
    violation.pointer_template = json::pointer_template_of(texts[i]);
    violation.expected = "{\"unicode\":true}";
    violation.actual = "{\"unicode\":false}";
    violation.hint = "half of a surrogate pair is no character; parsers replace it or fail";
  }
}

void Checker::check_undocumented_members(json::Value value, const SchemaUse& use,
                                         const Subject& subject, std::string_view text) {
  UndocumentedMembers members;
  json_schema::walk_members(model_.program, use.id, value, message_.direction, members);
  result_.violations_left_out += members.left_out();
  // Behind an item others may come that are wrong; these find room.
  const bool is_item = !subject.name.empty();
  const size_t room = limits::kViolationsPerMessage / (is_item ? 2 : 1);
  for (const auto& found : members.found()) {
    if (result_.violations.size() >= room) {
      ++result_.violations_left_out;
      continue;
    }
    Violation& violation =
        add(subject, "undocumented_property", FindingClass::Undocumented, Severity::Note);
    violation.pointer += found.pointer;
    violation.pointer_template += found.pointer_template;
    violation.expected = "{\"documented\":true}";
    violation.actual = "{\"documented\":false}";
    const SourceSpan span = found.value.span();
    if (span.offset > text.size()) continue;
    violation.raw_value = text.substr(span.offset, std::min<size_t>(span.length, kRawValueBytes));
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
  const Place nowhere = {"", model_.documents->root()};
  const MediaType* type = choose_media_type(*content, media_type(), nowhere);
  if (type == nullptr) return json_schema::kNoSchema;
  return type->schema.id;
}

}  // namespace faultline::contracts::openapi
