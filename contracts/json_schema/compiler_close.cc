// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/closed_branches.h"
#include "contracts/json_schema/compiler.h"

#include <algorithm>
#include <string>
#include <utility>

// What can be said of a schema only when all of its keywords have been read.
namespace faultline::contracts::json_schema {

void Compiler::close(Schema& schema) {
  close_numbers(schema);
  if (is_openapi()) close_nullable(schema);
  close_object(schema);
  if (is_openapi()) close_discriminator(schema);
}

void Compiler::close_numbers(Schema& schema) {
  if (!schema.number || dialect() > Dialect::Draft4) return;
  // Up to draft 4 `exclusiveMinimum: true` changes what `minimum` means.
  const auto is_on = [&](std::string_view keyword) {
    const auto value = schema.source.find(keyword);
    return value && value->is_bool() && value->boolean();
  };
  using Kind = NumberBound::Kind;
  if (is_on("exclusiveMinimum")) schema.number->make_exclusive(Kind::ExclusiveMinimum);
  if (is_on("exclusiveMaximum")) schema.number->make_exclusive(Kind::ExclusiveMaximum);
}

bool Compiler::reads_null_leniently(Schema& schema) {
  if (!options_.is_nullable_lenient || dialect() != Dialect::OpenApi30) return false;
  const auto value = schema.source.find(options_.is_openapi2 ? "x-nullable" : "nullable");
  if (!value || !value->is_bool() || !value->boolean()) return false;
  schema.allows_null = true;
  schema.types = static_cast<TypeMask>(schema.types | types::kNull);
  return true;
}

void Compiler::close_nullable(Schema& schema) {
  if (reads_null_leniently(schema)) return;
  for (const json::Member& member : schema.source.members()) {
    if (member.name() != "nullable") continue;
    if (!expect(member, json::Kind::Bool) || !member.value.boolean()) return;
    if (dialect() == Dialect::OpenApi30 && schema.types != types::kAny) {
      schema.types = static_cast<TypeMask>(schema.types | types::kNull);
      return;
    }
    // Without `type` null is allowed anyway.
    if (dialect() == Dialect::OpenApi30 && !schema.combination && schema.ref == kNoSchema) return;
    auto& problem = warning(codes::kNoEffect, "'nullable' has no effect here", member.key.span());
    problem.help = dialect() == Dialect::OpenApi30
                       ? "'nullable' counts only beside 'type' in the same schema"
                       : "OpenAPI 3.1 says it in the type: [..., 'null']";
    return;
  }
}

void Compiler::close_object(Schema& schema) {
  if (!schema.object) return;
  std::vector<KnownName> names;
  std::unordered_map<std::string_view, size_t> places;  // looked up only
  const auto properties = schema.source.find("properties");
  if (properties && schema.object->has_properties) {
    for (const json::Member& property : properties->members()) {
      if (!places.try_emplace(property.name(), names.size()).second) continue;
      KnownName known;
      known.name = property.name();
      known.schema = add_inner(property.value);
      names.push_back(known);
    }
  }
  uint32_t position = 0;
  for (const std::string_view name : schema.object->required) {
    const auto [place, is_new] = places.try_emplace(name, names.size());
    if (is_new) {
      KnownName known;
      known.name = name;
      names.push_back(known);
    }
    KnownName& known = names[place->second];
    known.is_required = true;
    known.required_bit = static_cast<uint8_t>(std::min(position++, KnownName::kRequiredBits));
  }
  for (const KnownName& known : names) {
    if (known.required_bit == KnownName::kRequiredBits) continue;
    schema.object->required_bits |= uint64_t{1} << known.required_bit;
  }
  // In OpenAPI 3.0 a member may be absent although it is required: see is_exempt().
  const auto required = std::count_if(names.begin(), names.end(),
                                      [](const KnownName& known) { return known.is_required; });
  schema.object->size_min = schema.object->count_min;
  if (program_.dialect != Dialect::OpenApi30) {
    schema.object->size_min = std::max(schema.object->size_min, static_cast<Count>(required));
  }
  schema.object->names.build(std::move(names));
}

void Compiler::close_discriminator(Schema& schema) {
  const auto written = schema.source.find("discriminator");
  if (!written || !written->is_object() || !schema.combination) return;
  const auto property = written->find("propertyName");
  if (!property || !property->is_string()) return;
  const auto branches =
      schema.source.find("oneOf") ? schema.source.find("oneOf") : schema.source.find("anyOf");
  if (!branches) return;  // on a parent in allOf form it selects nothing
  Discriminator discriminator;
  discriminator.property = property->string();
  const auto mapping = written->find("mapping");
  uint32_t position = 0;
  for (const json::Value branch : branches->elements()) {
    const auto ref = branch.find("$ref");
    if (ref && ref->is_string()) {
      const std::string_view target = ref->string();
      const std::string_view name = target.substr(target.rfind('/') + 1);
      bool is_mapped = false;
      for (const json::Member& entry : mapping ? mapping->members() : branch.members()) {
        if (!mapping || !entry.value.is_string()) continue;
        if (entry.value.string() != target && entry.value.string() != name) continue;
        discriminator.branches.emplace_back(entry.name(), position);
        is_mapped = true;
      }
      if (!is_mapped) discriminator.branches.emplace_back(name, position);
    }
    ++position;
  }
  schema.combination->discriminator =
      std::make_unique<const Discriminator>(std::move(discriminator));
}

void Compiler::warn_of_closed_branches() {
  for (const ClosedBranch& closed : closed_branches(program_)) {
    const Schema& branch = program_[closed.branch];
    resource_ = branch.resource;
    const Dialect dialect = index_[resource_].language.dialect;
    const bool has_unevaluated = dialect >= Dialect::Draft2019;
    warning(codes::kClosedPart,
            "this part of 'allOf' forbids '" + closed.forbidden + "', which another one describes",
            branch.source.span())
        .help = has_unevaluated
                    ? "'unevaluatedProperties: false' beside 'allOf' knows those of all parts"
                    : "'additionalProperties: false' knows the properties of its own schema only";
  }
}

/// Which types of value the evaluator has to look into; the others are done with `types`.
void Compiler::close_judged(Schema& schema) {
  TypeMask judged = 0;
  const auto add = [&judged](bool holds, TypeMask mask) {
    if (holds) judged = static_cast<TypeMask>(judged | mask);
  };
  add(schema.object != nullptr, types::kObject);
  add(schema.array != nullptr, types::kArray);
  add(schema.string != nullptr, types::kString);
  add(schema.number != nullptr, types::kNumber);
  add(schema.format != Format::None,
      judges_numbers(schema.format) ? types::kNumber : types::kString);
  add(!schema.enums.empty() || schema.combination || schema.dynamic || schema.ref != kNoSchema,
      types::kAny);
  for (const Unsupported& part : schema.unsupported) add(true, part.types);
  schema.judged = judged;
  if (schema.number) schema.number->close();
  if (schema.object) {
    ObjectRules& rules = *schema.object;
    rules.is_plain = rules.property_names == kNoSchema && rules.dependencies.empty() &&
                     !rules.has_unknown_pattern;
  }
  const bool has_rest = (schema.object && schema.object->unevaluated != kNoSchema) ||
                        (schema.array && schema.array->unevaluated != kNoSchema);
  schema.is_lean = !schema.is_false && !schema.dynamic && !has_rest && !schema.allows_null;
}

}  // namespace faultline::contracts::json_schema
