// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/writer.h"
#include "rules/object_reader.h"
#include "rules/schema.h"

#include <fmt/core.h>

namespace faultline::rules {
namespace {

using json::Writer;

constexpr std::string_view kDurationPattern = "^(0|[0-9]+(\\.[0-9]+)?(h|m|s|ms|us|ns))$";
constexpr std::string_view kSizePattern = "^[0-9]+(\\.[0-9]+)?(B|KiB|MiB|GiB|KB|MB|GB)?$";
constexpr std::string_view kRatePattern = "^[0-9]+(\\.[0-9]+)?(B|KiB|MiB|GiB|KB|MB|GB)?/s$";
constexpr std::string_view kProbabilityPattern = "^[0-9]+(\\.[0-9]+)?%?$";
constexpr std::string_view kNamePattern = "^[A-Za-z0-9._-]{1,64}$";
constexpr std::string_view kRuleNamePattern = "^[A-Za-z0-9._/-]{1,128}$";
constexpr std::string_view kAddressPattern = ":[0-9]{1,5}$";
constexpr std::string_view kPathPattern = "^/[^?# ]*$";
constexpr std::string_view kPointerPattern = "^(/([^~]|~[01])*)?$";
constexpr std::string_view kComparisonPattern = "^ *(>=|<=|==) *[0-9]+ *$";
constexpr std::string_view kMediaTypePattern = "^[^/ ;]+/[^/ ;]+$";
constexpr std::string_view kStatusPattern = "^[1-5]([xX]{2}|[0-9]{2}(-[1-5][0-9]{2})?)$";

// A value, or a text with a variable in it, which only the loader can judge.
void begin_or_variable(Writer& out) { out.key("anyOf").begin_array(); }
void end_or_variable(Writer& out) {
  out.begin_object().member("$ref", "#/definitions/variable").end_object().end_array();
}

void pattern(Writer& out, std::string_view regex) {
  begin_or_variable(out);
  out.begin_object().member("type", "string").member("pattern", regex).end_object();
  end_or_variable(out);
}

void plain_type(Writer& out, std::string_view type) {
  begin_or_variable(out);
  out.begin_object().member("type", type).end_object();
  end_or_variable(out);
}

void scalar_types(Writer& out) {
  out.key("type").begin_array().value("string").value("number").value("boolean").end_array();
}

void words(Writer& out, const FieldInfo& field) {
  begin_or_variable(out);
  out.begin_object().key("enum").begin_array();
  for (const auto word : words_of(field)) {
    out.value(word);
    if (word == "null") out.null();
  }
  out.end_array().end_object();
  end_or_variable(out);
}

template <typename Item>
void list(Writer& out, Item item) {
  out.member("type", "array").key("items").begin_object();
  item();
  out.end_object();
}

template <typename Item>
void one_or_list(Writer& out, Item item) {
  out.key("anyOf").begin_array().begin_object();
  item();
  out.end_object().begin_object();
  list(out, item);
  out.member("minItems", 1).end_object().end_array();
}

void reference(Writer& out, std::string_view object) {
  out.member("$ref", fmt::format("#/definitions/{}", object));
}

void scope(Writer& out, const FieldInfo& field) {
  out.key("anyOf").begin_array().begin_object();
  words(out, field);
  out.end_object().begin_object();
  reference(out, "scope");
  out.end_object().end_array();
}

void status(Writer& out) {
  out.key("anyOf").begin_array();
  out.begin_object().member("type", "integer").member("minimum", 100).member("maximum", 599);
  out.end_object();
  out.begin_object().member("type", "string").member("pattern", kStatusPattern).end_object();
  end_or_variable(out);
}

void probability(Writer& out) {
  out.key("anyOf").begin_array();
  out.begin_object().member("type", "number").member("minimum", 0).member("maximum", 1);
  out.end_object();
  out.begin_object().member("type", "string").member("pattern", kProbabilityPattern).end_object();
  end_or_variable(out);
}

void collection(Writer& out, const FieldInfo& field) {
  switch (field.type) {
    case FieldType::Texts:
      return list(out, [&out] { scalar_types(out); });
    case FieldType::Enumerations:
      return list(out, [&] { words(out, field); });
    case FieldType::Integers:
      return one_or_list(out, [&out] { plain_type(out, "integer"); });
    case FieldType::TextOrTexts:
      return one_or_list(out, [&out] { scalar_types(out); });
    case FieldType::Statuses:
      return one_or_list(out, [&out] { status(out); });
    case FieldType::DurationPair:
      list(out, [&out] { pattern(out, kDurationPattern); });
      out.member("minItems", 2).member("maxItems", 2);
      return;
    case FieldType::Durations:
      list(out, [&out] { pattern(out, kDurationPattern); });
      out.member("minItems", 2);
      return;
    case FieldType::TextMap:
      out.member("type", "object").key("additionalProperties").begin_object();
      scalar_types(out);
      out.end_object();
      return;
    case FieldType::Objects:
      list(out, [&] { reference(out, field.of); });
      if (field.required) out.member("minItems", 1);
      return;
    default:
      return;
  }
}

void type_of(Writer& out, const FieldInfo& field) {
  switch (field.type) {
    case FieldType::Text:
      return scalar_types(out);
    case FieldType::Name:
      return pattern(out, field.object == "rule" ? kRuleNamePattern : kNamePattern);
    case FieldType::Integer:
      return plain_type(out, "integer");
    case FieldType::Boolean:
      return plain_type(out, "boolean");
    case FieldType::Decimal:
      return plain_type(out, "number");
    case FieldType::Duration:
      return pattern(out, kDurationPattern);
    case FieldType::ByteSize:
      return pattern(out, kSizePattern);
    case FieldType::Rate:
      return pattern(out, kRatePattern);
    case FieldType::Probability:
      return probability(out);
    case FieldType::Address:
      return pattern(out, kAddressPattern);
    case FieldType::Upstream:
      return plain_type(out, "string");
    case FieldType::PathTemplate:
      return pattern(out, kPathPattern);
    case FieldType::Pointer:
      return pattern(out, kPointerPattern);
    case FieldType::Comparison:
      return pattern(out, kComparisonPattern);
    case FieldType::MediaType:
      return pattern(out, kMediaTypePattern);
    case FieldType::Enumeration:
      return words(out, field);
    case FieldType::Scope:
      return scope(out, field);
    case FieldType::Object:
      return reference(out, field.of);
    default:
      return collection(out, field);
  }
}

// Draft-07 ignores what stands beside $ref, so a referring property wraps it.
void property(Writer& out, const FieldInfo& field) {
  out.key(field.key).begin_object();
  auto doc = std::string(field.doc);
  if (!field.fallback.empty()) doc += fmt::format(" Default: {}.", field.fallback);
  out.member("description", doc);
  if (field.type == FieldType::Object) {
    out.key("allOf").begin_array().begin_object();
    type_of(out, field);
    out.end_object().end_array();
  } else {
    type_of(out, field);
  }
  out.end_object();
}

void object(Writer& out, const ObjectInfo& info) {
  const auto fields = fields_of(info.name);
  out.member("type", "object").member("additionalProperties", false);
  if (info.one_key) out.member("minProperties", 1).member("maxProperties", 1);
  out.key("properties").begin_object();
  for (const auto& field : fields) property(out, field);
  out.end_object();
  bool has_required = false;
  for (const auto& field : fields) {
    if (!field.required) continue;
    if (!has_required) out.key("required").begin_array();
    has_required = true;
    out.value(field.key);
  }
  if (has_required) out.end_array();
}

}  // namespace

std::string config_json_schema() {
  Writer out(Writer::Layout::Pretty);
  out.begin_object();
  out.member("$schema", "http://json-schema.org/draft-07/schema#");
  out.member("title", "faultline configuration");
  object(out, object_info(""));
  out.key("definitions").begin_object();
  out.key("variable").begin_object();
  out.member("description", "A text with ${NAME} or ${NAME:-default} from the environment.");
  out.member("type", "string").member("pattern", "\\$\\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\\}");
  out.end_object();
  for (const auto& info : object_table()) {
    if (info.name.empty()) continue;
    out.key(info.name).begin_object();
    object(out, info);
    out.end_object();
  }
  out.end_object().end_object();
  return out.take() + "\n";
}

}  // namespace faultline::rules
