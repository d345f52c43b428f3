// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/compiler.h"
#include "proxy/base/text.h"

#include <array>
#include <string>
#include <utility>

namespace faultline::contracts::json_schema {
namespace {

struct TypeName {
  std::string_view name;
  TypeMask mask;
};
constexpr std::array kTypeNames = {
    TypeName{"null", types::kNull},       TypeName{"boolean", types::kBoolean},
    TypeName{"integer", types::kInteger}, TypeName{"number", types::kNumber},
    TypeName{"string", types::kString},   TypeName{"array", types::kArray},
    TypeName{"object", types::kObject},
};

TypeMask type_named(std::string_view name) noexcept {
  for (const auto& known : kTypeNames) {
    if (known.name == name) return known.mask;
  }
  return 0;
}

/// Some keywords say nothing about values of other types.
TypeMask types_judged_by(std::string_view keyword) noexcept {
  for (const std::string_view name :
       {"unevaluatedProperties", "dependentSchemas", "dependentRequired", "dependencies",
        "patternProperties", "propertyNames"}) {
    if (keyword == name) return types::kObject;
  }
  for (const std::string_view name : {"unevaluatedItems", "additionalItems", "prefixItems",
                                      "contains", "minContains", "maxContains"}) {
    if (keyword == name) return types::kArray;
  }
  return types::kAny;
}

bool is_known_dialect(json::Value uri) noexcept {
  return uri.is_string() && (uri.string() == "https://json-schema.org/draft/2020-12/schema" ||
                             uri.string() == "https://spec.openapis.org/oas/3.1/dialect/base");
}

template <typename T>
T& make(std::unique_ptr<T>& part) {
  if (!part) part = std::make_unique<T>();
  return *part;
}

}  // namespace

struct KeywordTable {
  using Handler = void (Compiler::*)(Schema&, const json::Member&);
  struct Keyword {
    std::string_view name;
    Handler handler;
    bool is_in_30;  // part of OpenAPI 3.0's subset
  };
  static constexpr std::array kKeywords = {
      Keyword{"type", &Compiler::on_type, true},
      Keyword{"properties", &Compiler::on_properties, true},
      Keyword{"required", &Compiler::on_required, true},
      Keyword{"items", &Compiler::on_items, true},
      Keyword{"enum", &Compiler::on_enum, true},
      Keyword{"format", &Compiler::on_format, true},
      Keyword{"allOf", &Compiler::on_branches, true},
      Keyword{"anyOf", &Compiler::on_branches, true},
      Keyword{"oneOf", &Compiler::on_branches, true},
      Keyword{"not", &Compiler::on_single_branch, true},
      Keyword{"additionalProperties", &Compiler::on_additional_properties, true},
      Keyword{"minProperties", &Compiler::on_object_limit, true},
      Keyword{"maxProperties", &Compiler::on_object_limit, true},
      Keyword{"minItems", &Compiler::on_array_limit, true},
      Keyword{"maxItems", &Compiler::on_array_limit, true},
      Keyword{"uniqueItems", &Compiler::on_unique_items, true},
      Keyword{"minLength", &Compiler::on_string_limit, true},
      Keyword{"maxLength", &Compiler::on_string_limit, true},
      Keyword{"pattern", &Compiler::on_pattern, true},
      Keyword{"minimum", &Compiler::on_number_limit, true},
      Keyword{"maximum", &Compiler::on_number_limit, true},
      Keyword{"exclusiveMinimum", &Compiler::on_exclusive, true},
      Keyword{"exclusiveMaximum", &Compiler::on_exclusive, true},
      Keyword{"multipleOf", &Compiler::on_number_limit, true},
      Keyword{"readOnly", &Compiler::on_access, true},
      Keyword{"writeOnly", &Compiler::on_access, true},
      Keyword{"discriminator", &Compiler::on_discriminator, true},
      Keyword{"const", &Compiler::on_const, false},
      Keyword{"patternProperties", &Compiler::on_pattern_properties, false},
      Keyword{"propertyNames", &Compiler::on_property_names, false},
      Keyword{"prefixItems", &Compiler::on_prefix_items, false},
      Keyword{"contains", &Compiler::on_contains, false},
      Keyword{"minContains", &Compiler::on_array_limit, false},
      Keyword{"maxContains", &Compiler::on_array_limit, false},
      Keyword{"if", &Compiler::on_single_branch, false},
      Keyword{"then", &Compiler::on_single_branch, false},
      Keyword{"else", &Compiler::on_single_branch, false},
      Keyword{"unevaluatedProperties", &Compiler::on_unevaluated, false},
      Keyword{"unevaluatedItems", &Compiler::on_unevaluated, false},
      Keyword{"dependentSchemas", &Compiler::on_unsupported, false},
      Keyword{"dependentRequired", &Compiler::on_unsupported, false},
      Keyword{"dependencies", &Compiler::on_unsupported, false},
      Keyword{"additionalItems", &Compiler::on_unsupported, false},
      Keyword{"$dynamicRef", &Compiler::on_unsupported, false},
      Keyword{"$recursiveRef", &Compiler::on_unsupported, false},
      Keyword{"$id", &Compiler::on_unsupported, false},
  };
};

void Compiler::compile_keywords(Schema& schema) {
  for (const json::Member& member : schema.source.members()) {
    // Keywords of another dialect may mean something else: none of them is read.
    if (member.name() == "$schema" && !is_known_dialect(member.value)) {
      return not_checked(schema, member, "this dialect is not supported");
    }
  }
  for (const json::Member& member : schema.source.members()) {
    const std::string_view name = member.name();
    for (const auto& keyword : KeywordTable::kKeywords) {
      if (keyword.name != name) continue;
      if (keyword.is_in_30 || dialect_ != Dialect::OpenApi30) {
        (this->*keyword.handler)(schema, member);
      } else {
        not_checked(schema, member, "OpenAPI 3.0 does not have it");
      }
      break;
    }
  }
  close_numbers(schema);
  close_nullable(schema);
  close_object(schema);
  close_discriminator(schema);
}

Diagnostic& Compiler::wrong_value(const json::Member& member, std::string_view wanted) {
  auto& problem = problems_.error(
      codes::kKeywordValue, "'" + std::string(member.name()) + "' must be " + std::string(wanted),
      member.value.span());
  problem.label = "this is " + std::string(json::kind_name(member.value.kind()));
  return problem;
}

bool Compiler::expect(const json::Member& member, json::Kind kind) {
  if (member.value.kind() == kind) return true;
  wrong_value(member, json::kind_name(kind));
  return false;
}

std::optional<uint64_t> Compiler::count_of(const json::Member& member) {
  const auto count = member.value.as_int64();
  if (count && *count >= 0) return static_cast<uint64_t>(*count);
  wrong_value(member, "a whole number of at least 0");
  return std::nullopt;
}

std::optional<json::Decimal> Compiler::number_of(const json::Member& member) {
  if (member.value.is_number()) return json::Decimal::parse(member.value.number_text());
  wrong_value(member, "a number");
  return std::nullopt;
}

std::vector<SchemaId> Compiler::schemas_of(const json::Member& member) {
  std::vector<SchemaId> schemas;
  if (!expect(member, json::Kind::Array)) return schemas;
  for (const json::Value element : member.value.elements()) schemas.push_back(add(element));
  return schemas;
}

void Compiler::not_checked(Schema& schema, const json::Member& member, std::string_view why) {
  schema.unsupported.push_back(
      {"keyword:" + std::string(member.name()), types_judged_by(member.name())});
  auto& problem = problems_.warning(
      codes::kNotChecked, "'" + std::string(member.name()) + "' is not checked", member.key.span());
  problem.label = why;
  problem.notes.emplace_back("values that reach this schema count as unverifiable");
}

void Compiler::on_type(Schema& schema, const json::Member& member) {
  const auto add_name = [&](json::Value name) {
    const TypeMask mask = name.is_string() ? type_named(name.string()) : TypeMask{0};
    if (mask == 0) {
      auto& problem =
          problems_.error(codes::kUnknownType,
                          name.is_string() ? "unknown type '" + std::string(name.string()) + "'"
                                           : "a type must be a text",
                          name.span());
      constexpr std::array<std::string_view, 7> kNames = {"null",   "boolean", "integer", "number",
                                                          "string", "array",   "object"};
      const auto close = name.is_string() ? did_you_mean(name.string(), kNames) : std::nullopt;
      if (close) {
        problem.help = "did you mean '" + std::string(*close) + "'?";
      } else if (name.is_null()) {
        problem.help = "write the type in quotes: 'null'";
      }
    }
    return mask;
  };
  if (!member.value.is_array()) {
    schema.types = add_name(member.value);
    if (schema.types == types::kNull && dialect_ == Dialect::OpenApi30) {
      problems_.error(codes::kUnknownType, "OpenAPI 3.0 has no type 'null'", member.value.span())
          .help = "use 'nullable: true' beside another type";
    }
    return;
  }
  if (dialect_ == Dialect::OpenApi30) {
    problems_
        .error(codes::kKeywordValue, "'type' must be one text in OpenAPI 3.0", member.value.span())
        .help = "lists of types need 'openapi: 3.1.0'";
    return;
  }
  schema.types = 0;
  for (const json::Value name : member.value.elements()) {
    schema.types = static_cast<TypeMask>(schema.types | add_name(name));
  }
}

void Compiler::on_enum(Schema& schema, const json::Member& member) {
  if (!expect(member, json::Kind::Array)) return;
  auto& rule = make(schema.enumeration);
  rule.values.assign(member.value.elements().begin(), member.value.elements().end());
  rule.index();
}

void Compiler::on_const(Schema& schema, const json::Member& member) {
  make(schema.constant).values = {member.value};
}

void Compiler::on_format(Schema& schema, const json::Member& member) {
  if (expect(member, json::Kind::String)) schema.format = format_of(member.value.string());
}

void Compiler::on_number_limit(Schema& schema, const json::Member& member) {
  const auto number = number_of(member);
  if (!number) return;
  auto& rules = make(schema.number);
  const std::string_view name = member.name();
  if (name == "minimum") {
    rules.minimum = number;
  } else if (name == "maximum") {
    rules.maximum = number;
  } else if (number->is_zero() || number->is_negative()) {
    wrong_value(member, "greater than 0");
  } else {
    rules.multiple_of = number;
  }
}

void Compiler::on_exclusive(Schema& schema, const json::Member& member) {
  const bool is_minimum = member.name() == "exclusiveMinimum";
  if (dialect_ == Dialect::OpenApi30) {
    if (member.value.is_bool()) return;  // close_numbers() reads it
    wrong_value(member, "true or false in OpenAPI 3.0");
    return;
  }
  if (!member.value.is_number()) {
    wrong_value(member, "a number in OpenAPI 3.1");
    return;
  }
  auto& rules = make(schema.number);
  (is_minimum ? rules.exclusive_minimum : rules.exclusive_maximum) = number_of(member);
}

void Compiler::on_string_limit(Schema& schema, const json::Member& member) {
  const auto count = count_of(member);
  if (!count) return;
  auto& rules = make(schema.string);
  (member.name() == "minLength" ? rules.length_min : rules.length_max) = *count;
}

void Compiler::on_pattern(Schema& schema, const json::Member& member) {
  if (!expect(member, json::Kind::String)) return;
  auto pattern = Pattern::compile(member.value.string());
  if (pattern) {
    make(schema.string).pattern = std::move(*pattern);
    return;
  }
  schema.unsupported.push_back({"keyword:pattern", types::kString});
  auto& problem =
      problems_.warning(codes::kPattern, "this pattern is not checked", member.value.span());
  problem.label = pattern.error().message;
  problem.notes.emplace_back("texts that reach this schema count as unverifiable");
}

void Compiler::on_object_limit(Schema& schema, const json::Member& member) {
  const auto count = count_of(member);
  if (!count) return;
  auto& rules = make(schema.object);
  (member.name() == "minProperties" ? rules.count_min : rules.count_max) = *count;
}

void Compiler::on_properties(Schema& schema, const json::Member& member) {
  if (expect(member, json::Kind::Object)) make(schema.object).has_properties = true;
}

void Compiler::on_pattern_properties(Schema& schema, const json::Member& member) {
  if (!expect(member, json::Kind::Object)) return;
  auto& rules = make(schema.object);
  rules.has_properties = true;
  for (const json::Member& property : member.value.members()) {
    auto pattern = Pattern::compile(property.name());
    if (pattern) {
      rules.patterns.push_back({property.name(), std::move(*pattern), add(property.value)});
      continue;
    }
    schema.unsupported.push_back({"keyword:patternProperties", types::kObject});
    problems_.warning(codes::kPattern, "this pattern is not checked", property.key.span()).label =
        pattern.error().message;
  }
}

void Compiler::on_additional_properties(Schema& schema, const json::Member& member) {
  make(schema.object).additional = add(member.value);
}

void Compiler::on_property_names(Schema& schema, const json::Member& member) {
  make(schema.object).property_names = add(member.value);
}

void Compiler::on_required(Schema& schema, const json::Member& member) {
  if (!member.value.is_array()) {
    wrong_value(member, "a list of property names").help =
        "name the property in the 'required' list of the object that has it";
    return;
  }
  auto& rules = make(schema.object);
  for (const json::Value name : member.value.elements()) {
    if (name.is_string()) {
      rules.required.push_back(name.string());
    } else {
      problems_.error(codes::kKeywordValue, "'required' must be a list of property names",
                      name.span());
    }
  }
}

void Compiler::on_items(Schema& schema, const json::Member& member) {
  if (member.value.is_array()) {
    problems_.error(codes::kKeywordValue, "'items' must be one schema", member.value.span()).help =
        "a schema for each position is written as 'prefixItems' in OpenAPI 3.1";
    return;
  }
  make(schema.array).items = add(member.value);
}

void Compiler::on_prefix_items(Schema& schema, const json::Member& member) {
  make(schema.array).prefix = schemas_of(member);
}

void Compiler::on_contains(Schema& schema, const json::Member& member) {
  make(schema.array).contains = add(member.value);
}

void Compiler::on_array_limit(Schema& schema, const json::Member& member) {
  const auto count = count_of(member);
  if (!count) return;
  auto& rules = make(schema.array);
  const std::string_view name = member.name();
  if (name == "minItems") {
    rules.count_min = *count;
  } else if (name == "maxItems") {
    rules.count_max = *count;
  } else {
    (name == "minContains" ? rules.contains_min : rules.contains_max) = *count;
  }
}

void Compiler::on_unique_items(Schema& schema, const json::Member& member) {
  if (expect(member, json::Kind::Bool)) make(schema.array).is_unique = member.value.boolean();
}

void Compiler::on_branches(Schema& schema, const json::Member& member) {
  auto branches = schemas_of(member);
  if (branches.empty()) {
    if (member.value.is_array()) wrong_value(member, "a list of at least one schema");
    return;
  }
  auto& parts = make(schema.combination);
  const std::string_view name = member.name();
  (name == "allOf"   ? parts.all_of
   : name == "anyOf" ? parts.any_of
                     : parts.one_of) = std::move(branches);
}

void Compiler::on_single_branch(Schema& schema, const json::Member& member) {
  const SchemaId branch = add(member.value);
  auto& parts = make(schema.combination);
  const std::string_view name = member.name();
  if (name == "not") {
    parts.negated = branch;
  } else if (name == "if") {
    parts.condition = branch;
  } else {
    (name == "then" ? parts.then_branch : parts.else_branch) = branch;
  }
}

void Compiler::on_access(Schema& schema, const json::Member& member) {
  if (!expect(member, json::Kind::Bool)) return;
  (member.name() == "readOnly" ? schema.is_read_only : schema.is_write_only) =
      member.value.boolean();
}

void Compiler::on_discriminator(Schema&, const json::Member& member) {
  const auto property = member.value.find("propertyName");
  if (!property || !property->is_string()) {
    problems_.error(codes::kKeywordValue, "'discriminator' needs a 'propertyName'",
                    member.value.span());
  }
}

void Compiler::on_unevaluated(Schema& schema, const json::Member& member) {
  const bool allows_all = (member.value.is_bool() && member.value.boolean()) ||
                          (member.value.is_object() && member.value.size() == 0);
  if (!allows_all) on_unsupported(schema, member);
}

void Compiler::on_unsupported(Schema& schema, const json::Member& member) {
  not_checked(schema, member, "not supported");
}

}  // namespace faultline::contracts::json_schema
