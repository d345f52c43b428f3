// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/compiler.h"
#include "proxy/base/text.h"

#include <algorithm>
#include <array>
#include <iterator>
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

template <typename T>
T& make(std::unique_ptr<T>& part) {
  if (!part) part = std::make_unique<T>();
  return *part;
}

}  // namespace

void Compiler::compile_keyword(Schema& schema, const json::Member& member, KeywordId keyword) {
  using K = KeywordId;
  switch (keyword) {
    case K::Type:
      return on_type(schema, member);
    case K::Enum:
      return on_enum(schema, member);
    case K::Const:
      return on_const(schema, member);
    case K::Format:
      return on_format(schema, member);
    case K::ContentEncoding:
    case K::ContentMediaType:
      return on_content(schema, member, keyword);
    case K::Minimum:
    case K::Maximum:
    case K::MultipleOf:
      return on_number_limit(schema, member, keyword);
    case K::ExclusiveMinimum:
    case K::ExclusiveMaximum:
      return on_exclusive(schema, member, keyword);
    case K::MinLength:
    case K::MaxLength:
      return on_string_limit(schema, member, keyword);
    case K::Pattern:
      return on_pattern(schema, member);
    case K::AllOf:
    case K::AnyOf:
    case K::OneOf:
      return on_branches(schema, member, keyword);
    case K::Not:
    case K::If:
    case K::Then:
    case K::Else:
      return on_single_branch(schema, member, keyword);
    case K::ReadOnly:
    case K::WriteOnly:
      return on_access(schema, member, keyword);
    case K::Discriminator:
      return on_discriminator(member);
    case K::Definitions:
    case K::ContentSchema:
      return;  // places for schemas that something else refers to; an annotation
    default:
      return compile_container_keyword(schema, member, keyword);
  }
}

void Compiler::compile_container_keyword(Schema& schema, const json::Member& member,
                                         KeywordId keyword) {
  using K = KeywordId;
  switch (keyword) {
    case K::Properties:
      return on_properties(schema, member);
    case K::PatternProperties:
      return on_pattern_properties(schema, member);
    case K::AdditionalProperties:
      make(schema.object).additional = add_inner(member.value);
      return;
    case K::UnevaluatedProperties:
      make(schema.object).unevaluated = add_inner(member.value);
      return;
    case K::PropertyNames:
      make(schema.object).property_names = add_inner(member.value);
      return;
    case K::MinProperties:
    case K::MaxProperties:
      return on_object_limit(schema, member, keyword);
    case K::Required:
      return on_required(schema, member);
    case K::Dependencies:
    case K::DependentRequired:
    case K::DependentSchemas:
      return on_dependencies(schema, member);
    case K::Items:
      return on_items(schema, member);
    case K::AdditionalItems:
      return on_additional_items(schema, member);
    case K::PrefixItems:
      make(schema.array).prefix = schemas_of(member);
      return;
    case K::UnevaluatedItems:
      make(schema.array).unevaluated = add_inner(member.value);
      return;
    case K::Contains:
      make(schema.array).contains = add_inner(member.value);
      schema.array->contains_is_evaluated = dialect() >= Dialect::Draft2020;
      return;
    case K::MinContains:
    case K::MaxContains:
    case K::MinItems:
    case K::MaxItems:
      return on_array_limit(schema, member, keyword);
    case K::UniqueItems:
      return on_unique_items(schema, member);
    default:
      return;
  }
}

bool Compiler::expect(const json::Member& member, json::Kind kind) {
  if (member.value.kind() == kind) return true;
  wrong_value(member, json::kind_name(kind));
  return false;
}

std::optional<Count> Compiler::count_of(const json::Member& member) {
  const auto count = member.value.as_int64();
  if (count && *count >= 0) return static_cast<Count>(std::min<int64_t>(*count, kNoLimit));
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
  for (const json::Value element : member.value.elements()) schemas.push_back(add_inner(element));
  return schemas;
}

std::vector<std::string_view> Compiler::names_of(const json::Member& member) {
  std::vector<std::string_view> names;
  for (const json::Value name : member.value.elements()) {
    if (name.is_string()) {
      names.push_back(name.string());
    } else {
      error(codes::kKeywordValue,
            "'" + std::string(member.name()) + "' must be a list of property names", name.span());
    }
  }
  return names;
}

void Compiler::on_type(Schema& schema, const json::Member& member) {
  const auto add_name = [&](json::Value name) {
    const TypeMask mask = name.is_string() ? type_named(name.string()) : TypeMask{0};
    if (mask == 0) {
      auto& problem = error(codes::kUnknownType,
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
    if (options_.is_openapi2 && member.value.is_string() && member.value.string() == "file") return;
    schema.types = add_name(member.value);
    if (schema.types == 0) schema.types = types::kAny;  // reported; nothing else is known
    if (schema.types == types::kNull && dialect() == Dialect::OpenApi30) {
      error(codes::kUnknownType, "OpenAPI 3.0 has no type 'null'", member.value.span()).help =
          "use 'nullable: true' beside another type";
    }
    return;
  }
  if (dialect() == Dialect::OpenApi30) {
    error(codes::kKeywordValue, "'type' must be one text in OpenAPI 3.0", member.value.span())
        .help = "lists of types need 'openapi: 3.1.0'";
    return;
  }
  schema.types = 0;
  for (const json::Value name : member.value.elements()) {
    schema.types = static_cast<TypeMask>(schema.types | add_name(name));
  }
  if (schema.types == 0) schema.types = types::kAny;
}

void Compiler::on_enum(Schema& schema, const json::Member& member) {
  if (!expect(member, json::Kind::Array)) return;
  add_enum(schema, false, {member.value.elements().begin(), member.value.elements().end()});
}

void Compiler::on_const(Schema& schema, const json::Member& member) {
  add_enum(schema, true, {member.value});
}

void Compiler::add_enum(Schema& schema, bool is_const, std::vector<json::Value> values) {
  EnumRule rule;
  rule.values = std::move(values);
  rule.is_const = is_const;
  rule.index();
  // Of a keyword that is written twice the last one counts.
  for (EnumRule& known : schema.enums) {
    if (known.is_const == is_const) {
      known = std::move(rule);
      return;
    }
  }
  schema.enums.push_back(std::move(rule));
}

void Compiler::on_format(Schema& schema, const json::Member& member) {
  using Formats = CompileOptions::Formats;
  if (!expect(member, json::Kind::String)) return;
  const bool by_dialect =
      is_openapi() || (language_.vocabularies & vocabularies::kFormatAssertion) != 0;
  if (options_.formats == Formats::Annotate ||
      (options_.formats == Formats::ByDialect && !by_dialect)) {
    return;
  }
  schema.format = format_of(member.value.string(), dialect());
}

void Compiler::on_content(Schema& schema, const json::Member& member, KeywordId keyword) {
  // Since 2019-09 they are annotations only.
  if (!expect(member, json::Kind::String) || !options_.asserts_content ||
      dialect() != Dialect::Draft7) {
    return;
  }
  auto& rules = make(schema.string);
  if (keyword == KeywordId::ContentEncoding) {
    rules.is_base64 = rules.is_base64 || member.value.string() == "base64";
  } else {
    rules.is_json = rules.is_json || member.value.string() == "application/json";
  }
}

void Compiler::on_number_limit(Schema& schema, const json::Member& member, KeywordId keyword) {
  const auto number = number_of(member);
  if (!number) return;
  using Kind = NumberBound::Kind;
  auto& rules = make(schema.number);
  if (keyword == KeywordId::MultipleOf && (number->is_zero() || number->is_negative())) {
    wrong_value(member, "greater than 0");
    return;
  }
  rules.set(keyword == KeywordId::Minimum   ? Kind::Minimum
            : keyword == KeywordId::Maximum ? Kind::Maximum
                                            : Kind::MultipleOf,
            *number);
}

void Compiler::on_exclusive(Schema& schema, const json::Member& member, KeywordId keyword) {
  const std::string where = dialect() == Dialect::OpenApi30   ? " in OpenAPI 3.0"
                            : dialect() == Dialect::OpenApi31 ? " in OpenAPI 3.1"
                                                              : "";
  if (dialect() <= Dialect::Draft4) {
    if (member.value.is_bool()) return;  // close_numbers() reads it
    wrong_value(member, "true or false" + where);
    return;
  }
  if (!member.value.is_number()) {
    wrong_value(member, "a number" + where);
    return;
  }
  if (const auto number = number_of(member)) {
    using Kind = NumberBound::Kind;
    make(schema.number)
        .set(keyword == KeywordId::ExclusiveMinimum ? Kind::ExclusiveMinimum
                                                    : Kind::ExclusiveMaximum,
             *number);
  }
}

void Compiler::on_string_limit(Schema& schema, const json::Member& member, KeywordId keyword) {
  const auto count = count_of(member);
  if (!count) return;
  auto& rules = make(schema.string);
  (keyword == KeywordId::MinLength ? rules.length_min : rules.length_max) = *count;
}

/// The program of a pattern; each text is compiled once. Null when it cannot run: then values of
/// those types are unverifiable.
const Pattern* Compiler::pattern_of(Schema& schema, json::Value text, std::string_view what,
                                    TypeMask types) {
  const auto [known, is_new] = patterns_.try_emplace(std::string(text.string()), nullptr);
  std::string problem_text;
  if (is_new || known->second == nullptr) {
    auto pattern = Pattern::compile(text.string());
    if (pattern) {
      program_.patterns.push_back(std::make_unique<const Pattern>(std::move(*pattern)));
      known->second = program_.patterns.back().get();
    } else {
      problem_text = pattern.error().message;
    }
  }
  if (known->second != nullptr) return known->second;
  schema.unsupported.push_back({"keyword:" + std::string(what), types});
  auto& problem = warning(codes::kPattern, "this pattern is not checked", text.span());
  problem.label = problem_text;
  if (types == types::kString) {
    problem.notes.emplace_back("texts that reach this schema count as unverifiable");
  }
  return nullptr;
}

void Compiler::on_pattern(Schema& schema, const json::Member& member) {
  if (!expect(member, json::Kind::String)) return;
  const Pattern* pattern = pattern_of(schema, member.value, "pattern", types::kString);
  if (pattern != nullptr) make(schema.string).pattern = pattern;
}

void Compiler::on_object_limit(Schema& schema, const json::Member& member, KeywordId keyword) {
  const auto count = count_of(member);
  if (!count) return;
  auto& rules = make(schema.object);
  (keyword == KeywordId::MinProperties ? rules.count_min : rules.count_max) = *count;
}

void Compiler::on_properties(Schema& schema, const json::Member& member) {
  if (expect(member, json::Kind::Object)) make(schema.object).has_properties = true;
}

void Compiler::on_pattern_properties(Schema& schema, const json::Member& member) {
  if (!expect(member, json::Kind::Object)) return;
  auto& rules = make(schema.object);
  rules.has_properties = true;
  std::vector<PatternProperty> patterns;
  for (const json::Member& property : member.value.members()) {
    const SchemaId below = add_inner(property.value);
    const Pattern* pattern = pattern_of(schema, property.key, "patternProperties", types::kObject);
    if (pattern != nullptr) {
      patterns.push_back({property.name(), pattern, below});
    } else {
      rules.has_unknown_pattern = true;
    }
  }
  rules.patterns = std::move(patterns);
}

void Compiler::on_required(Schema& schema, const json::Member& member) {
  // A parameter of OpenAPI 2.0 is its own schema; there `required` speaks of the parameter.
  if (options_.is_openapi2 && schema.source.find("in") && member.value.is_bool()) return;
  if (!member.value.is_array()) {
    wrong_value(member, "a list of property names").help =
        "name the property in the 'required' list of the object that has it";
    return;
  }
  make(schema.object).required = names_of(member);
}

void Compiler::on_dependencies(Schema& schema, const json::Member& member) {
  if (!expect(member, json::Kind::Object)) return;
  auto& rules = make(schema.object);
  // 2019-09 has three keywords for it.
  std::vector<Dependency> dependencies(std::make_move_iterator(rules.dependencies.begin()),
                                       std::make_move_iterator(rules.dependencies.end()));
  for (const json::Member& entry : member.value.members()) {
    Dependency dependency;
    dependency.name = entry.name();
    dependency.keyword = member.name();
    if (entry.value.is_array()) {
      dependency.required = names_of(entry);
    } else if (member.name() == "dependentRequired") {
      wrong_value(entry, "a list of property names");
    } else {
      dependency.schema = add_inner(entry.value);
    }
    dependencies.push_back(std::move(dependency));
  }
  rules.dependencies = std::move(dependencies);
}

void Compiler::on_items(Schema& schema, const json::Member& member) {
  auto& rules = make(schema.array);
  if (!member.value.is_array()) {
    rules.items = add_inner(member.value);
    return;
  }
  if (dialect() == Dialect::OpenApi30 || dialect() >= Dialect::Draft2020) {
    error(codes::kKeywordValue, "'items' must be one schema", member.value.span()).help =
        "a schema for each position is written as 'prefixItems' in " +
        std::string(is_openapi() ? "OpenAPI 3.1" : "2020-12");
    return;
  }
  rules.prefix = schemas_of(member);
  rules.is_tuple_of_items = true;
}

void Compiler::on_additional_items(Schema& schema, const json::Member& member) {
  const auto items = schema.source.find("items");
  if (!items || !items->is_array()) return;  // then it says nothing
  make(schema.array).items = add_inner(member.value);
}

void Compiler::on_array_limit(Schema& schema, const json::Member& member, KeywordId keyword) {
  const auto count = count_of(member);
  if (!count) return;
  auto& rules = make(schema.array);
  switch (keyword) {
    case KeywordId::MinItems:
      rules.count_min = *count;
      return;
    case KeywordId::MaxItems:
      rules.count_max = *count;
      return;
    case KeywordId::MinContains:
      rules.contains_min = *count;
      return;
    default:
      rules.contains_max = *count;
  }
}

void Compiler::on_unique_items(Schema& schema, const json::Member& member) {
  if (expect(member, json::Kind::Bool)) make(schema.array).is_unique = member.value.boolean();
}

void Compiler::on_branches(Schema& schema, const json::Member& member, KeywordId keyword) {
  auto branches = schemas_of(member);
  if (branches.empty()) {
    if (member.value.is_array()) wrong_value(member, "a list of at least one schema");
    return;
  }
  auto& parts = make(schema.combination);
  (keyword == KeywordId::AllOf   ? parts.all_of
   : keyword == KeywordId::AnyOf ? parts.any_of
                                 : parts.one_of) = std::move(branches);
}

void Compiler::on_single_branch(Schema& schema, const json::Member& member, KeywordId keyword) {
  const SchemaId branch = add_inner(member.value);
  auto& parts = make(schema.combination);
  switch (keyword) {
    case KeywordId::Not:
      parts.negated = branch;
      return;
    case KeywordId::If:
      parts.condition = branch;
      return;
    case KeywordId::Then:
      parts.then_branch = branch;
      return;
    default:
      parts.else_branch = branch;
  }
}

void Compiler::on_access(Schema& schema, const json::Member& member, KeywordId keyword) {
  // Outside OpenAPI 3.0 they are annotations and may be anything.
  if (!member.value.is_bool()) {
    if (is_openapi()) static_cast<void>(expect(member, json::Kind::Bool));
    return;
  }
  if (keyword == KeywordId::ReadOnly) {
    schema.is_read_only = member.value.boolean();
  } else {
    schema.is_write_only = member.value.boolean();
  }
}

void Compiler::on_discriminator(const json::Member& member) {
  if (options_.is_openapi2 && member.value.is_string()) return;
  const auto property = member.value.find("propertyName");
  if (!property || !property->is_string()) {
    error(codes::kKeywordValue, "'discriminator' needs a 'propertyName'", member.value.span());
  }
}

}  // namespace faultline::contracts::json_schema
