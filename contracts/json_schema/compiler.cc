// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/compiler.h"

#include "contracts/reference.h"
#include "proxy/base/text.h"

#include <algorithm>
#include <string>
#include <utility>

namespace faultline::contracts::json_schema {
namespace {

/// Every edge along which a value is judged again without going into it.
std::vector<SchemaId*> in_place_edges(Schema& schema) {
  std::vector<SchemaId*> edges;
  const auto add = [&edges](SchemaId& id) {
    if (id != kNoSchema) edges.push_back(&id);
  };
  add(schema.ref);
  if (schema.combination) {
    Combination& parts = *schema.combination;
    for (auto* branches : {&parts.all_of, &parts.any_of, &parts.one_of}) {
      for (SchemaId& id : *branches) add(id);
    }
    for (SchemaId* id :
         {&parts.negated, &parts.condition, &parts.then_branch, &parts.else_branch}) {
      add(*id);
    }
  }
  return edges;
}

}  // namespace

Compiler::Compiler(json::Value root, Dialect dialect, Problems& problems)
    : root_(root), dialect_(dialect), problems_(problems) {
  program_.file = problems.file();
  program_.dialect = dialect;
}

SchemaId Compiler::add(json::Value value) {
  const auto next = static_cast<SchemaId>(sources_.size());
  const auto [entry, is_new] = ids_.try_emplace(value.index(), next);
  if (is_new) sources_.push_back(value);
  return entry->second;
}

Program Compiler::finish() {
  // Compiling one schema adds those it names, so this loop is the recursion.
  while (compiled_ < sources_.size()) compile(compiled_++);
  cut_cycles();
  return std::move(program_);
}

void Compiler::compile(SchemaId id) {
  Schema schema;
  schema.source = sources_[id];
  if (!mark_all_.empty()) schema.unsupported.push_back({mark_all_, types::kAny});
  if (schema.source.is_bool()) {
    schema.is_false = !schema.source.boolean();
  } else if (!schema.source.is_object()) {
    problems_.error(
        codes::kWrongKind,
        "a schema must be an object, not " + std::string(json::kind_name(schema.source.kind())),
        schema.source.span());
  } else {
    const auto ref = schema.source.find("$ref");
    if (ref) compile_reference(schema, *ref);
    // Up to 3.0 a reference stands alone: what is written beside it does not count.
    if (!ref || dialect_ != Dialect::OpenApi30) compile_keywords(schema);
  }
  program_.schemas.push_back(std::move(schema));
}

void Compiler::compile_reference(Schema& schema, json::Value ref) {
  if (!ref.is_string()) {
    problems_.error(codes::kReference, "'$ref' must be a text", ref.span());
    return;
  }
  const auto reference = resolve_reference(root_, ref, problems_);
  switch (reference.kind) {
    case Reference::Kind::Local:
      schema.ref = add(reference.target);
      return;
    case Reference::Kind::External: {
      schema.unsupported.push_back({"keyword:$ref", types::kAny});
      auto& problem = problems_.warning(
          codes::kNotChecked, "'" + std::string(ref.string()) + "' is outside this document",
          ref.span());
      problem.label = "not followed";
      problem.notes.emplace_back("what it describes counts as unverifiable");
      return;
    }
    case Reference::Kind::Dangling:
      return;
  }
}

void Compiler::close_numbers(Schema& schema) {
  if (!schema.number || dialect_ != Dialect::OpenApi30) return;
  // In 3.0 `exclusiveMinimum: true` changes what `minimum` means.
  const auto is_on = [&](std::string_view keyword) {
    const auto value = schema.source.find(keyword);
    return value && value->is_bool() && value->boolean();
  };
  if (is_on("exclusiveMinimum")) {
    schema.number->exclusive_minimum = std::exchange(schema.number->minimum, std::nullopt);
  }
  if (is_on("exclusiveMaximum")) {
    schema.number->exclusive_maximum = std::exchange(schema.number->maximum, std::nullopt);
  }
}

void Compiler::close_nullable(Schema& schema) {
  for (const json::Member& member : schema.source.members()) {
    if (member.name() != "nullable") continue;
    if (!expect(member, json::Kind::Bool) || !member.value.boolean()) return;
    if (dialect_ == Dialect::OpenApi30 && schema.types != types::kAny) {
      schema.types = static_cast<TypeMask>(schema.types | types::kNull);
      return;
    }
    if (dialect_ == Dialect::OpenApi30 && !schema.combination) return;  // null is allowed anyway
    auto& problem =
        problems_.warning(codes::kNoEffect, "'nullable' has no effect here", member.key.span());
    problem.help = dialect_ == Dialect::OpenApi30
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
  if (properties) {
    for (const json::Member& property : properties->members()) {
      if (!places.try_emplace(property.name(), names.size()).second) continue;
      KnownName known;
      known.name = property.name();
      known.schema = add(property.value);
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
    names[place->second].required = position++;
  }
  schema.object->names.build(std::move(names));
}

void Compiler::close_discriminator(Schema& schema) {
  const auto written = schema.source.find("discriminator");
  if (!written || !schema.combination) return;
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
  schema.combination->discriminator = std::move(discriminator);
}

SchemaId Compiler::unknown_schema() {
  if (unknown_ == kNoSchema) {
    Schema schema;
    schema.source = root_;
    schema.unsupported.push_back({"reference-cycle", types::kAny});
    unknown_ = static_cast<SchemaId>(program_.schemas.size());
    program_.schemas.push_back(std::move(schema));
  }
  return unknown_;
}

/// A schema that judges the same value by itself again never comes to an end: the edge that closes
/// such a circle leads to a schema of which nothing is known.
void Compiler::cut_cycles() {
  enum class Mark : uint8_t { New, Open, Done };
  std::vector<Mark> marks(program_.schemas.size(), Mark::New);
  struct Step {
    SchemaId id;
    size_t edge;
  };
  std::vector<Step> path;
  for (SchemaId start = 0; start < marks.size(); ++start) {
    if (marks[start] != Mark::New) continue;
    path.push_back({start, 0});
    while (!path.empty()) {
      Step& step = path.back();
      marks[step.id] = Mark::Open;
      const auto edges = in_place_edges(program_.schemas[step.id]);
      if (step.edge == edges.size()) {
        marks[step.id] = Mark::Done;
        path.pop_back();
        continue;
      }
      SchemaId& target = *edges[step.edge++];
      if (target >= marks.size() || marks[target] == Mark::Done) continue;
      if (marks[target] == Mark::New) {
        path.push_back({target, 0});
        continue;
      }
      auto& problem = problems_.warning(codes::kCycle, "this schema contains itself",
                                        program_.schemas[step.id].source.span());
      problem.notes.emplace_back("a value is never judged by such a circle: it is unverifiable");
      const SchemaId from = step.id;
      const size_t edge = step.edge - 1;
      const SchemaId unknown = unknown_schema();  // may move the schemas
      *in_place_edges(program_.schemas[from])[edge] = unknown;
    }
  }
}

}  // namespace faultline::contracts::json_schema
