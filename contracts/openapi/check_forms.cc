// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/checker.h"
#include "proxy/base/text.h"
#include "proxy/json/pointer.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

// Urlencoded forms: the pairs become one object, which the schema judges.
namespace faultline::contracts::openapi {
namespace {

using json_schema::TypeMask;

bool is_deep(const Encoding* encoding) noexcept {
  return encoding != nullptr && encoding->style && encoding->style->style == Style::DeepObject;
}

bool wants_json(const Encoding* encoding) noexcept {
  return encoding != nullptr && !encoding->style && encoding->content_types.size() == 1 &&
         encoding->content_types[0].is_json();
}

/// Of a media type that nobody here reads; nothing where the value is, or may be, a text as it is.
const MediaRange* unread_type(const Encoding* encoding, TypeMask mask) noexcept {
  const bool is_said =
      encoding != nullptr && !encoding->style && encoding->content_types.size() == 1;
  if (!is_said || (mask & json_schema::types::kString) != 0) return nullptr;
  const BodyKind kind = encoding->content_types[0].kind();
  const bool is_read = kind == BodyKind::Json || kind == BodyKind::Text;
  return is_read ? nullptr : &encoding->content_types[0];
}

/// Whether a finding about `pointer` may come from a member that was not read: it is about that
/// member, or about the whole by what the member decides.
bool may_come_from(const Violation& violation, const std::string& unread) {
  const std::string& pointer = violation.pointer;
  if (pointer.empty()) {
    constexpr std::array<std::string_view, 3> kChoices = {"oneOf", "anyOf", "not"};
    return std::find(kChoices.begin(), kChoices.end(), violation.keyword) != kChoices.end();
  }
  return pointer.starts_with(unread) &&
         (pointer.size() == unread.size() || pointer[unread.size()] == '/');
}

/// What was given for one name, in order.
struct Field {
  std::string_view name;
  std::vector<std::string_view> raw;
  const Encoding* encoding = nullptr;
  DeepNode deep = {};
};

}  // namespace

/// A value that is written in the style of its encoding. False when it is not.
bool Checker::append_styled(json::TreeBuilder& builder, const Parameter& style,
                            const std::vector<std::string_view>& raw, SchemaId schema) const {
  const TypeMask mask = reader_.types_of(schema);
  if (is_list_only(mask)) {
    const auto items = spelled_list(style, raw);
    if (!items) return false;
    const SchemaId item = reader_.items_of(schema);
    builder.begin_array({});
    for (const std::string& text : *items) reader_.append(builder, text, item);
    builder.end_array(0);
    return true;
  }
  if (is_object_only(mask)) {
    const auto members = spelled_object(style, raw);
    if (!members) return false;
    reader_.append_object(builder, *members, schema);
    return true;
  }
  std::string room;
  const auto text = spelled_scalar(style, raw.front(), room);
  if (!text) return false;
  reader_.append(builder, *text, schema);
  return true;
}

void Checker::check_form(const MediaType& type, const Place& place) {
  const auto pairs = parse_pairs(body_);
  if (!type.fields.empty()) {
    for (const Parameter& field : type.fields) check_pairs(field, pairs);
    return;
  }
  std::vector<Field> fields;
  std::map<std::string_view, size_t> places;
  size_t nodes = 0;
  for (const Pair& pair : pairs) {
    const std::string_view name = pair.name;
    const std::string_view root = name.substr(0, name.find('['));
    const Encoding* encoding = type.encoding_of(is_deep(type.encoding_of(root)) ? root : name);
    const std::string_view key = is_deep(encoding) ? root : name;
    const auto [entry, is_new] = places.try_emplace(key, fields.size());
    if (is_new) fields.push_back({.name = key, .raw = {}, .encoding = encoding});
    Field& field = fields[entry->second];
    field.raw.push_back(pair.raw);
    if (is_deep(encoding) && !add_deep_text(field.deep, name.substr(root.size()),
                                            percent_decode(pair.raw, true), nodes)) {
      return skip("parameter-style:deepObject");
    }
  }
  json::TreeBuilder builder;
  builder.begin_object({});
  for (const Field& field : fields) {
    builder.key(field.name, {});
    const SchemaId schema = reader_.property_of(type.schema.id, field.name);
    if (is_deep(field.encoding)) {
      reader_.append_deep(builder, field.deep, schema);
    } else if (const auto* type_of_field = unread_type(field.encoding, reader_.types_of(schema))) {
      append_unread(builder, field.name, field.raw.front(),
                    media_type_reason(type_of_field, type_of_field->kind()));
    } else if (wants_json(field.encoding)) {
      const std::string text = percent_decode(field.raw.front(), true);
      append_json(builder, text, "/" + json::escape_token(field.name), place);
    } else if (field.encoding == nullptr || !field.encoding->style ||
               !append_styled(builder, *field.encoding->style, field.raw, schema)) {
      std::vector<std::string> texts;
      for (const std::string_view raw : field.raw) texts.push_back(percent_decode(raw, true));
      reader_.append_property(builder, texts, schema);
    }
  }
  builder.end_object(0);
  const json::Document document = builder.finish();
  check_members(document.root(), type.schema, place);
}

void Checker::append_unread(json::TreeBuilder& builder, std::string_view name,
                            std::string_view text, const std::string& reason) {
  builder.string(text, {});
  unread_.push_back("/" + json::escape_token(name));
  skip(reason);
}

void Checker::check_members(json::Value form, const SchemaUse& use, const Place& place) {
  const auto first = static_cast<std::ptrdiff_t>(result_.violations.size());
  check_value(form, use, {.place = &place}, {});
  auto& found = result_.violations;
  const auto end = std::remove_if(found.begin() + first, found.end(), [&](const Violation& one) {
    return std::any_of(unread_.begin(), unread_.end(),
                       [&](const std::string& unread) { return may_come_from(one, unread); });
  });
  found.erase(end, found.end());
}

/// A member that is a JSON text itself.
void Checker::append_json(json::TreeBuilder& builder, std::string_view text,
                          const std::string& pointer, const Place& place) {
  const auto document = json::Document::parse(text);
  if (document) return append_copy(builder, document->root());
  builder.string(text, {});
  if (document.error().code == ErrorCode::LimitExceeded) return skip("budget");
  report_syntax({.name = pointer, .place = &place}, "json", document.error().message, text);
}

}  // namespace faultline::contracts::openapi
