// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/loader.h"
#include "proxy/base/text.h"

#include <algorithm>
#include <array>
#include <utility>

// OpenAPI 2.0: parameters that are their own schema, bodies and forms among the parameters, media
// types in `consumes` and `produces`.
namespace faultline::contracts::openapi {
namespace {

struct FormatName {
  std::string_view name;
  Style style;
};
/// `multi` is a form that is exploded.
constexpr std::array kFormats = {
    FormatName{"csv", Style::Form},         FormatName{"ssv", Style::SpaceDelimited},
    FormatName{"tsv", Style::TabDelimited}, FormatName{"pipes", Style::PipeDelimited},
    FormatName{"multi", Style::Form},
};

constexpr int kItemDepth = 8;

bool is_form_place(ParameterIn in) noexcept {
  return in == ParameterIn::Query || in == ParameterIn::Form;
}

std::string_view text_of(json::Value owner, std::string_view name) noexcept {
  const auto value = owner.find(name);
  return value && value->is_string() ? value->string() : std::string_view();
}

}  // namespace

void Loader::load_parameter2(json::Value value, Parameter& parameter) {
  load_format2(value, parameter);
  if (parameter.is_file) return;
  parameter.schema = {add_schema(value), parameter.place.pointer};
}

/// `collectionFormat`, also of items that are lists themselves.
void Loader::load_format2(json::Value value, Parameter& parameter) {
  parameter.style = is_form_place(parameter.in) ? Style::Form : Style::Simple;
  json::Value level = value;
  for (int depth = 0; depth < kItemDepth && text_of(level, "type") == "array"; ++depth) {
    Style style = depth == 0 ? parameter.style : Style::Form;
    const auto written = member(level, "collectionFormat", json::Kind::String);
    if (written) {
      const auto* known =
          std::find_if(kFormats.begin(), kFormats.end(),
                       [&](const FormatName& entry) { return entry.name == written->string(); });
      const bool is_multi = written->string() == "multi";
      if (known == kFormats.end() || (is_multi && (depth > 0 || !is_form_place(parameter.in)))) {
        error(codes::kUnknownValue,
              "'" + std::string(written->string()) + "' is no format of this list", *written);
        return;
      }
      parameter.explode = parameter.explode || is_multi;
      if (known->style != Style::Form) style = known->style;
    }
    if (depth == 0) {
      parameter.style = style;
    } else {
      parameter.inner.push_back(style);
    }
    const auto items = level.find("items");
    if (!items) return;
    level = *items;
  }
}

/// The operation's list replaces that of the document; an empty one clears it.
std::vector<std::string_view> Loader::media_types2(json::Value operation, std::string_view name) {
  auto list = member(operation, name, json::Kind::Array);
  if (!list) list = member(root_, name, json::Kind::Array);
  std::vector<std::string_view> types;
  if (list) {
    for (const json::Value type : list->elements()) {
      if (type.is_string()) types.push_back(type.string());
    }
  }
  return types;
}

void Loader::load_content2(json::Value schema, const std::string& pointer,
                           const std::vector<std::string_view>& keys,
                           std::vector<MediaType>& content) {
  MediaType type;
  type.is_file = text_of(schema, "type") == "file";
  if (!type.is_file) type.schema = {add_schema(schema), pointer};
  if (keys.empty()) {  // nothing is said about media types: any will do
    type.key = "*/*";
    type.set_range(*MediaRange::parse(type.key));
    content.push_back(std::move(type));
    return;
  }
  for (const std::string_view key : keys) {
    auto range = MediaRange::parse(key);
    if (!range) {
      error(codes::kUnknownValue, "'" + std::string(key) + "' is no media type", schema);
      continue;
    }
    MediaType& added = content.emplace_back(type);
    added.key = key;
    added.set_range(std::move(*range));
  }
}

/// A field of a form among the parameters.
void Loader::load_field2(json::Value value, std::string pointer, std::vector<Parameter>& fields) {
  Parameter field;
  field.name = text_of(value, "name");
  field.in = ParameterIn::Form;
  field.is_file = text_of(value, "type") == "file";
  field.is_required = flag(value, "required", false);
  field.allows_empty = flag(value, "allowEmptyValue", false);
  field.place = {std::move(pointer), value};
  load_parameter2(value, field);
  const auto known = std::find_if(fields.begin(), fields.end(),
                                  [&](const Parameter& other) { return other.name == field.name; });
  if (known != fields.end()) {
    *known = std::move(field);
  } else {
    fields.push_back(std::move(field));
  }
}

/// `in: body` and `in: formData` among the parameters of the owner.
void Loader::load_body_list2(json::Value owner, const std::string& pointer, Operation& operation,
                             std::vector<Parameter>& fields) {
  const auto list = owner.find("parameters");
  if (!list) return;
  uint32_t position = 0;
  for (const json::Value written : list->elements()) {
    std::string place = pointer + "/parameters/" + std::to_string(position++);
    const Followed followed = follow(written);
    if (!followed.is_found) continue;  // told when the parameters were loaded
    const std::string_view in = text_of(followed.value, "in");
    if (in == "formData") load_field2(followed.value, std::move(place), fields);
    if (in != "body") continue;
    RequestBody& body = operation.body.emplace();
    body.is_required = flag(followed.value, "required", false);
    body.place = {place, followed.value};
    const auto schema = followed.value.find("schema");
    if (!schema) continue;
    load_content2(*schema, place + "/schema", media_types2(operation.place.source, "consumes"),
                  body.content);
  }
}

void Loader::load_body2(json::Value item, const std::string& item_pointer, Operation& operation) {
  std::vector<Parameter> fields;
  load_body_list2(item, item_pointer, operation, fields);
  load_body_list2(operation.place.source, operation.place.pointer, operation, fields);
  if (fields.empty()) return;
  RequestBody& body = operation.body.emplace();
  body.place = operation.place;
  body.is_required = std::any_of(fields.begin(), fields.end(),
                                 [](const Parameter& field) { return field.is_required; });
  std::vector<std::string_view> keys = media_types2(operation.place.source, "consumes");
  std::erase_if(keys, [](std::string_view key) {
    const auto range = MediaRange::parse(key);
    return !range || (range->kind() != BodyKind::Form && range->kind() != BodyKind::Multipart);
  });
  if (keys.empty()) {
    const bool has_file = std::any_of(fields.begin(), fields.end(),
                                      [](const Parameter& field) { return field.is_file; });
    if (!has_file) keys.emplace_back("application/x-www-form-urlencoded");
    keys.emplace_back("multipart/form-data");
  }
  for (const std::string_view key : keys) {
    MediaType& type = body.content.emplace_back();
    type.key = key;
    type.set_range(*MediaRange::parse(key));
    type.fields = fields;
  }
}

}  // namespace faultline::contracts::openapi
