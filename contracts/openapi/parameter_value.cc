// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/parameter_value.h"

#include "contracts/json_schema/evaluator.h"
#include "proxy/base/text.h"

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <utility>

namespace faultline::contracts::openapi {
namespace {

namespace types = json_schema::types;
using json_schema::Combination;
using json_schema::kNoSchema;
using json_schema::Schema;
using json_schema::TypeMask;

constexpr int kSearchDepth = 16;

/// Whether the text is a number as JSON spells it.
bool is_number(std::string_view text) noexcept {
  return json::plain_int64_of(text) || json::Decimal::parse(text);
}

std::vector<SchemaId> parts_of(const Schema& schema) {
  std::vector<SchemaId> parts;
  if (schema.ref != kNoSchema) parts.push_back(schema.ref);
  if (schema.combination) {
    const Combination& combination = *schema.combination;
    for (const auto* list : {&combination.all_of, &combination.any_of, &combination.one_of}) {
      parts.insert(parts.end(), list->begin(), list->end());
    }
  }
  return parts;
}

}  // namespace

// The copy has no text of its own that places could point into.
void append_copy(json::TreeBuilder& builder, json::Value value) {
  const SourceSpan span = {};
  switch (value.kind()) {
    case json::Kind::Null:
      return builder.null(span);
    case json::Kind::Bool:
      return builder.boolean(value.boolean(), span);
    case json::Kind::Number:
      return builder.number(value.number_text(), span);
    case json::Kind::String:
      return builder.string(value.string(), span);
    case json::Kind::Array:
      builder.begin_array(span);
      for (const json::Value element : value.elements()) append_copy(builder, element);
      return builder.end_array(0);
    case json::Kind::Object:
      builder.begin_object(span);
      for (const json::Member& member : value.members()) {
        builder.key(member.name(), {});
        append_copy(builder, member.value);
      }
      return builder.end_object(0);
  }
}

Pairs parse_pairs(std::string_view text, bool may_be_encoded) {
  Pairs pairs;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find('&'));
    text.remove_prefix(part.size() == text.size() ? part.size() : part.size() + 1);
    if (part.empty()) continue;
    const size_t equals = std::min(part.find('='), part.size());
    const std::string_view name = part.substr(0, equals);
    const std::string_view raw = part.substr(std::min(equals + 1, part.size()));
    if (may_be_encoded && is_percent_encoded(name, true)) {
      pairs.add_decoded(percent_decode(name, true), raw);
    } else {
      pairs.add(name, raw);
    }
  }
  return pairs;
}

Pairs parse_cookies(std::span<const FieldView> fields) {
  Pairs pairs;
  for (const FieldView& field : fields) {
    if (!iequals(field.name, "cookie")) continue;
    for (const auto part : split(field.value, ';')) {
      const std::string_view cookie = trim(part);
      const size_t equals = cookie.find('=');
      if (equals == std::string_view::npos) continue;
      pairs.add(cookie.substr(0, equals), cookie.substr(equals + 1));
    }
  }
  return pairs;
}

std::vector<NamedTexts> group_pairs(const std::vector<const Pair*>& pairs,
                                    const Parameter& parameter) {
  std::map<std::string_view, size_t> places;
  std::vector<NamedTexts> members;
  for (const Pair* pair : pairs) {
    const auto [place, is_new] = places.try_emplace(pair->name, members.size());
    if (is_new) members.push_back({std::string(pair->name), {}});
    members[place->second].texts.push_back(decode_text(parameter, pair->raw));
  }
  return members;
}

enum class TextReader::Reading : uint8_t { Null, Bool, Number, Text };

json::Value TextReader::scalar(std::string_view text, SchemaId schema, TypeMask possible) const {
  const TypeMask mask = possible & (kTextTypes | types::kNull);
  if (mask == types::kString) return scalar_.string(text);
  if (mask != 0 && (mask & ~types::kNumber) == 0) {
    if (const auto value = json::plain_int64_of(text)) return scalar_.integer(*value, text);
  }
  return read(text, reading_of(text, schema));
}

json::Value TextReader::read(std::string_view text, Reading reading) const {
  switch (reading) {
    case Reading::Null:
      return scalar_.null(text);
    case Reading::Bool:
      return scalar_.boolean(text == "true", text);
    case Reading::Number:
      return scalar_.number(text);
    case Reading::Text:
      return scalar_.string(text);
  }
  return scalar_.string(text);
}

/// Of several possible readings the first that the schema accepts; when it accepts none, the one
/// that says most.
TextReader::Reading TextReader::reading_of(std::string_view text, SchemaId schema) const {
  const TypeMask mask = types_of(schema);
  std::array<Reading, 4> readings;
  size_t count = 0;
  if ((mask & types::kNull) != 0 && text == "null") readings[count++] = Reading::Null;
  if ((mask & types::kBoolean) != 0 && (text == "true" || text == "false")) {
    readings[count++] = Reading::Bool;
  }
  if ((mask & types::kNumber) != 0 && is_number(text)) readings[count++] = Reading::Number;
  if ((mask & types::kString) != 0 || count == 0) readings[count++] = Reading::Text;
  if (count == 1 || schema == kNoSchema) return readings[0];
  for (const Reading reading : std::span(readings).first(count)) {
    const auto outcome =
        json_schema::verdict(program_, schema, read(text, reading), Direction::Request);
    if (outcome != json_schema::Outcome::Invalid) return reading;
  }
  return readings[0];
}

json::Document TextReader::list(const std::vector<std::string>& texts, SchemaId schema,
                                std::span<const Style> inner) const {
  const SchemaId items = items_of(schema);
  json::TreeBuilder builder;
  builder.begin_array({});
  for (const std::string& text : texts) append_item(builder, text, items, inner);
  builder.end_array(0);
  return builder.finish();
}

void TextReader::append_item(json::TreeBuilder& builder, const std::string& text, SchemaId schema,
                             std::span<const Style> inner) const {
  if (inner.empty()) return append(builder, text, schema);
  const SchemaId items = items_of(schema);
  builder.begin_array({});
  for (const std::string& part : split_item(text, inner.front())) {
    append_item(builder, part, items, inner.subspan(1));
  }
  builder.end_array(0);
}

json::Document TextReader::object(const std::vector<NamedTexts>& members, SchemaId schema) const {
  json::TreeBuilder builder;
  append_object(builder, members, schema);
  return builder.finish();
}

void TextReader::append_object(json::TreeBuilder& builder, const std::vector<NamedTexts>& members,
                               SchemaId schema) const {
  builder.begin_object({});
  for (const NamedTexts& member : members) {
    builder.key(member.name, {});
    append_property(builder, member.texts, property_of(schema, member.name));
  }
  builder.end_object(0);
}

json::Document TextReader::deep_object(const DeepNode& root, SchemaId schema) const {
  json::TreeBuilder builder;
  append_deep(builder, root, schema);
  return builder.finish();
}

void TextReader::append_deep(json::TreeBuilder& builder, const DeepNode& node,
                             SchemaId schema) const {
  if (node.members.empty()) return append_property(builder, node.texts, schema);
  const bool is_list = node.is_list() && (types_of(schema) & types::kArray) != 0 &&
                       (types_of(schema) & types::kObject) == 0;
  if (is_list) {
    const SchemaId items = items_of(schema);
    builder.begin_array({});
    for (const DeepNode& member : node.members) {
      if (!member.members.empty()) append_deep(builder, member, items);
      for (const std::string& text : member.texts) append(builder, text, items);
    }
    return builder.end_array(0);
  }
  builder.begin_object({});
  for (const DeepNode& member : node.members) {
    builder.key(member.name, {});
    append_deep(builder, member, property_of(schema, member.name));
  }
  builder.end_object(0);
}

TypeMask TextReader::types_of(SchemaId schema) const noexcept {
  return json_schema::possible_types(program_, schema);
}

void TextReader::append_property(json::TreeBuilder& builder, const std::vector<std::string>& texts,
                                 SchemaId schema) const {
  const TypeMask mask = types_of(schema);
  if (texts.size() > 1 || is_list_only(mask)) {
    const SchemaId items = items_of(schema);
    builder.begin_array({});
    for (const std::string& text : texts) append(builder, text, items);
    builder.end_array(0);
    return;
  }
  if ((mask & types::kObject) != 0 && (mask & kTextTypes) == 0) {
    const auto nested = json::Document::parse(texts.front());
    if (nested) return append_copy(builder, nested->root());
  }
  append(builder, texts.front(), schema);
}

void TextReader::append(json::TreeBuilder& builder, std::string_view text, SchemaId schema) const {
  const SourceSpan span = {0, static_cast<uint32_t>(text.size())};
  switch (reading_of(text, schema)) {
    case Reading::Null:
      return builder.null(span);
    case Reading::Bool:
      return builder.boolean(text == "true", span);
    case Reading::Number:
      return builder.number(text, span);
    case Reading::Text:
      return builder.string(text, span);
  }
}

SchemaId TextReader::items_of(SchemaId id, int depth) const noexcept {
  if (id == kNoSchema || depth > kSearchDepth) return kNoSchema;
  const Schema& schema = program_[id];
  if (schema.array && schema.array->items != kNoSchema) return schema.array->items;
  for (const SchemaId part : parts_of(schema)) {
    const SchemaId found = items_of(part, depth + 1);
    if (found != kNoSchema) return found;
  }
  return kNoSchema;
}

SchemaId TextReader::property_of(SchemaId id, std::string_view name, int depth) const noexcept {
  const SchemaId named = find_property(id, name, false, depth);
  return named != kNoSchema ? named : find_property(id, name, true, depth);
}

bool TextReader::names_property(SchemaId id, std::string_view name) const noexcept {
  return find_property(id, name, false, 0) != kNoSchema;
}

bool TextReader::has_property(SchemaId id, std::string_view name) const noexcept {
  return find_property(id, name, true, 0) != kNoSchema || !tells_properties(id, 0);
}

bool TextReader::tells_properties(SchemaId id, int depth) const noexcept {
  if (id == kNoSchema || depth > kSearchDepth) return false;
  const Schema& schema = program_[id];
  if (schema.object && (schema.object->has_properties || schema.object->additional != kNoSchema)) {
    return true;
  }
  const auto parts = parts_of(schema);
  return std::any_of(parts.begin(), parts.end(),
                     [&](SchemaId part) { return tells_properties(part, depth + 1); });
}

SchemaId TextReader::find_property(SchemaId id, std::string_view name, bool with_rest,
                                   int depth) const noexcept {
  if (id == kNoSchema || depth > kSearchDepth) return kNoSchema;
  const Schema& schema = program_[id];
  if (schema.object) {
    const auto* known = schema.object->names.find(name, json::hash_name(name));
    if (known != nullptr && known->schema != kNoSchema) return known->schema;
    for (const auto& property : schema.object->patterns) {
      if (property.pattern->matches(name)) return property.schema;
    }
    const SchemaId rest = schema.object->additional;
    if (with_rest && rest != kNoSchema && !program_[rest].is_false) return rest;
  }
  for (const SchemaId part : parts_of(schema)) {
    const SchemaId found = find_property(part, name, with_rest, depth + 1);
    if (found != kNoSchema) return found;
  }
  return kNoSchema;
}

}  // namespace faultline::contracts::openapi
