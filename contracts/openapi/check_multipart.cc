// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/checker.h"
#include "proxy/base/text.h"
#include "proxy/json/pointer.h"
#include "proxy/json/writer.h"

#include <algorithm>
#include <map>
#include <utility>

// Bodies of parts: those of a form become one object, which the schema judges.
namespace faultline::contracts::openapi {
namespace {

using json_schema::TypeMask;

/// How a part is read: by its own Content-Type, else by the encoding's, else by its schema
/// (OpenAPI 3.1.1, Encoding Object, `contentType`).
BodyKind kind_of(const Part& part, const Encoding* encoding, TypeMask mask) {
  const auto own = MediaRange::parse(part.field("content-type"));
  if (own && own->kind() != BodyKind::Text) return own->kind();
  if (!own && encoding != nullptr && encoding->content_types.size() == 1) {
    return encoding->content_types[0].kind();
  }
  return is_object_only(mask) && !own ? BodyKind::Json : BodyKind::Text;
}

}  // namespace

void Checker::check_multipart(const MediaType& type, const MediaRange& range, const Place& place) {
  const std::string* boundary = range.parameter("boundary");
  if (boundary == nullptr || boundary->empty()) {
    Violation& violation = add({Location::Header, "Content-Type", &place}, "content_type",
                               FindingClass::Violation, Severity::Error);
    violation.expected = "{\"parameter\":\"boundary\"}";
    violation.actual = "{\"present\":false}";
    return;
  }
  const auto parts = parse_multipart(body_, *boundary);
  if (!parts) {
    if (parts.error().code == ErrorCode::LimitExceeded) return skip("budget");
    return report_syntax({.place = &place}, "multipart", parts.error().message, {});
  }
  // Only parts of a form have names, by which a schema could speak of them.
  if (range.subtype != "form-data") {
    return skip(media_type_reason(&type.range, BodyKind::Multipart));
  }
  check_part_heads(type, *parts, place);
  if (!type.fields.empty()) return check_part_fields(type, *parts);
  std::vector<std::pair<std::string_view, std::vector<const Part*>>> fields;
  std::map<std::string_view, size_t> places;
  for (const Part& part : *parts) {
    const auto [entry, is_new] = places.try_emplace(part.name, fields.size());
    if (is_new) fields.push_back({part.name, {}});
    fields[entry->second].second.push_back(&part);
  }
  json::TreeBuilder builder;
  builder.begin_object({});
  for (const auto& [name, of_name] : fields) {
    builder.key(name, {});
    append_parts(builder, type, of_name, place);
  }
  builder.end_object(0);
  const json::Document document = builder.finish();
  check_members(document.root(), type.schema, place);
}

/// 2.0: each field is a parameter. Its codec decodes, so what a part says is encoded for it.
void Checker::check_part_fields(const MediaType& type, const std::vector<Part>& parts) {
  std::vector<std::string> texts;
  texts.reserve(parts.size());
  Pairs pairs;
  for (const Part& part : parts) {
    const bool is_file = part.has_filename;
    texts.push_back(is_file ? std::string("-") : percent_encode(part.body));
    pairs.add(part.name, texts.back());
  }
  for (const Parameter& field : type.fields) check_pairs(field, pairs);
}

/// The media types and fields that an encoding asks of its parts.
void Checker::check_part_heads(const MediaType& type, const std::vector<Part>& parts,
                               const Place& place) {
  for (const Part& part : parts) {
    const Encoding* encoding = type.encoding_of(part.name);
    if (encoding == nullptr) continue;
    const std::string pointer = "/" + json::escape_token(part.name);
    const auto own = MediaRange::parse(part.field("content-type"));
    const bool fits_one =
        encoding->content_types.empty() || !own ||
        std::any_of(encoding->content_types.begin(), encoding->content_types.end(),
                    [&](const MediaRange& range) { return fit(range, *own) > 0; });
    if (!fits_one) {
      Violation& violation = add({.name = pointer, .place = &place}, "media_type",
                                 FindingClass::Violation, Severity::Error);
      json::Writer expected;
      expected.begin_object().key("content").begin_array();
      for (const MediaRange& range : encoding->content_types) expected.value(range.essence());
      violation.expected = expected.end_array().end_object().take();
      violation.actual =
          json::Writer().begin_object().member("content", own->essence()).end_object().take();
    }
    for (const Parameter& header : encoding->headers) check_header(header, part.fields);
  }
}

void Checker::append_parts(json::TreeBuilder& builder, const MediaType& type,
                           const std::vector<const Part*>& parts, const Place& place) {
  const SchemaId schema = reader_.property_of(type.schema.id, parts.front()->name);
  const TypeMask mask = reader_.types_of(schema);
  const bool is_list = is_list_only(mask);
  // One part of JSON may be the whole list; otherwise each part is an item.
  const BodyKind first = kind_of(*parts.front(), type.encoding_of(parts.front()->name), mask);
  if (parts.size() == 1 && (!is_list || first == BodyKind::Json)) {
    return append_part(builder, type, *parts.front(), schema, place);
  }
  const SchemaId items = reader_.items_of(schema);
  builder.begin_array({});
  for (const Part* part : parts) append_part(builder, type, *part, items, place);
  builder.end_array(0);
}

void Checker::append_part(json::TreeBuilder& builder, const MediaType& type, const Part& part,
                          SchemaId schema, const Place& place) {
  const TypeMask mask = reader_.types_of(schema);
  const Encoding* const encoding = type.encoding_of(part.name);
  const BodyKind kind = kind_of(part, encoding, mask);
  switch (kind) {
    case BodyKind::Json:
      return append_json(builder, part.body, "/" + json::escape_token(part.name), place);
    case BodyKind::Text:
      if (is_utf8(part.body)) {
        return reader_.append_property(builder, {std::string(part.body)}, schema);
      }
      break;
    default:
      break;
  }
  if ((mask & json_schema::types::kString) == 0) {
    const bool is_named = encoding != nullptr && encoding->content_types.size() == 1;
    return append_unread(
        builder, part.name, {},
        media_type_reason(is_named ? encoding->content_types.data() : nullptr, kind));
  }
  // XML that is described as a text is one.
  if (kind == BodyKind::Xml && is_utf8(part.body)) return builder.string(part.body, {});
  // Bytes: their number is what a schema can ask of them (OpenAPI 3.0.4, "maxLength MAY be used to
  // set an upper bound on the length of a binary string in octets").
  builder.string(std::string(part.body.size(), '.'), {});
}

}  // namespace faultline::contracts::openapi
