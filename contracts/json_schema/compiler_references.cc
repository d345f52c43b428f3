// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/compiler.h"
#include "contracts/reference.h"

#include <algorithm>
#include <string>
#include <utility>

// `$ref`, `$dynamicRef`, `$recursiveRef`, and the circles that they can close.
namespace faultline::contracts::json_schema {
namespace {

/// Every edge along which a value is judged again without going into it.
std::vector<SchemaId*> in_place_edges(Schema& schema) {
  std::vector<SchemaId*> edges;
  const auto add = [&edges](SchemaId& id) {
    if (id != kNoSchema) edges.push_back(&id);
  };
  add(schema.ref);
  // Where a dynamic reference leads is not known here; its circles end at the budget.
  if (schema.dynamic && schema.dynamic->candidates.empty()) add(schema.dynamic->target);
  if (schema.object) {
    for (Dependency& dependency : schema.object->dependencies) add(dependency.schema);
  }
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

void Compiler::compile_references(Schema& schema) {
  for (const json::Member& member : schema.source.members()) {
    const std::string_view name = member.name();
    if (name == "$ref") {
      if (const auto target = follow(schema, member)) {
        schema.ref = add(target->schema, target->resource);
      }
    } else if ((name == "$dynamicRef" && dialect() > Dialect::Draft2019) ||
               (name == "$recursiveRef" && dialect() == Dialect::Draft2019)) {
      on_dynamic_reference(schema, member);
    }
  }
}

std::optional<ResourceIndex::Target> Compiler::follow(Schema& schema, const json::Member& member) {
  const json::Value ref = member.value;
  if (!ref.is_string()) {
    error(codes::kReference, "'" + std::string(member.name()) + "' must be a text", ref.span());
    return std::nullopt;
  }
  auto target = index_.resolve(resource_, ref.string());
  switch (target.kind) {
    case ResourceIndex::Target::Kind::Found:
      return target;
    case ResourceIndex::Target::Kind::External: {
      schema.unsupported.push_back({"reference:" + std::string(ref.string()), types::kAny});
      auto& problem =
          warning(codes::kNotChecked,
                  "'" + std::string(ref.string()) + "' is outside this document", ref.span());
      problem.label = "not followed";
      problem.notes.emplace_back("what it describes counts as unverifiable");
      return std::nullopt;
    }
    case ResourceIndex::Target::Kind::Dangling:
      schema.unsupported.push_back({"reference:" + std::string(ref.string()), types::kAny});
      explain_dangling(member);
      return std::nullopt;
  }
  return std::nullopt;
}

void Compiler::explain_dangling(const json::Member& member) {
  const std::string_view text = member.value.string();
  const json::Value root = index_[resource_].root;
  // The common case has the better words: a pointer inside the document itself.
  if (text.starts_with("#/") && index_[resource_].file == problems_.file()) {
    const auto reference = resolve_reference(root, member.value, problems_);
    if (reference.kind == Reference::Kind::Dangling) return;
  }
  error(codes::kReference, "'" + std::string(text) + "' leads nowhere", member.value.span()).label =
      text.starts_with('#') ? "not in this document" : "not in that document";
}

void Compiler::on_dynamic_reference(Schema& schema, const json::Member& member) {
  const auto target = follow(schema, member);
  if (!target) return;
  auto dynamic = std::make_unique<DynamicReference>();
  dynamic->is_recursive = member.name() == "$recursiveRef";
  dynamic->target = add(target->schema, target->resource);
  // Without the mark at the place where it leads by itself, it is an ordinary reference
  // (2020-12 core, section 8.2.3.2; 2019-09 core, section 8.2.4.2.1).
  const bool is_dynamic = dynamic->is_recursive ? index_[target->resource].is_recursive
                                                : !target->dynamic_anchor.empty();
  if (is_dynamic) {
    dynamic->anchor = target->dynamic_anchor;
    dynamic->candidates.emplace_back(target->resource, dynamic->target);
  }
  schema.dynamic = std::move(dynamic);
}

/// Gives every dynamic reference the places it can lead to among the resources that schemas were
/// compiled of: only those can be in its scope. True when that added schemas.
bool Compiler::add_candidates() {
  std::vector<bool> is_entered(index_.size(), false);
  for (const Schema& schema : program_.schemas) is_entered[schema.resource] = true;
  for (Schema& schema : program_.schemas) {
    if (!schema.dynamic || schema.dynamic->candidates.empty()) continue;
    DynamicReference& dynamic = *schema.dynamic;
    for (ResourceId id = 0; id < is_entered.size(); ++id) {
      if (!is_entered[id] || dynamic.in(id) != kNoSchema) continue;
      const Resource& resource = index_[id];
      const auto anchor = resource.anchors.find(dynamic.anchor);
      if (dynamic.is_recursive && resource.is_recursive) {
        dynamic.candidates.emplace_back(id, add(resource.root, id));
      } else if (!dynamic.is_recursive && anchor != resource.anchors.end() &&
                 anchor->second.is_dynamic) {
        dynamic.candidates.emplace_back(id, add(anchor->second.schema, id));
      }
    }
  }
  return compiled_ < sources_.size();
}

void Compiler::close_dynamic() {
  for (Schema& schema : program_.schemas) {
    if (!schema.dynamic) continue;
    if (schema.dynamic->candidates.size() > 1) {
      program_.has_dynamic_scope = true;
      continue;
    }
    schema.dynamic->candidates.clear();  // only one place: an ordinary reference
    if (schema.ref == kNoSchema) schema.ref = std::exchange(schema.dynamic, nullptr)->target;
  }
}

/// A schema that is nothing but a reference leaves no trace in a report, so those that name it can
/// name its target at once. Not where it matters which resources were passed.
void Compiler::skip_references() {
  if (program_.has_dynamic_scope) return;
  const auto skip = [this](SchemaId& id) {
    SchemaId end = id;
    while (end != kNoSchema && program_.schemas[end].is_reference()) {
      end = program_.schemas[end].ref;
    }
    // Those on the way lead to the end as well, so that a chain is walked once, not from each link.
    while (id != end) id = std::exchange(program_.schemas[id].ref, end);
  };
  for (Schema& schema : program_.schemas) {
    for (SchemaId* id : in_place_edges(schema)) skip(*id);
    if (schema.object) {
      schema.object->names.change_each([&skip](KnownName& known) { skip(known.schema); });
      for (PatternProperty& property : schema.object->patterns) skip(property.schema);
      for (SchemaId* id : {&schema.object->additional, &schema.object->property_names,
                           &schema.object->unevaluated}) {
        skip(*id);
      }
    }
    if (schema.array) {
      for (SchemaId& id : schema.array->prefix) skip(id);
      for (SchemaId* id :
           {&schema.array->items, &schema.array->contains, &schema.array->unevaluated}) {
        skip(*id);
      }
    }
  }
}

SchemaId Compiler::unknown_schema() {
  if (unknown_ == kNoSchema) {
    Schema schema;
    schema.source = index_[0].root;
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
      const Schema& closing = program_.schemas[step.id];
      resource_ = closing.resource;
      warning(codes::kCycle, "this schema contains itself", closing.source.span())
          .notes.emplace_back("a value is never judged by such a circle: it is unverifiable");
      const SchemaId from = step.id;
      const size_t edge = step.edge - 1;
      const SchemaId unknown = unknown_schema();  // may move the schemas
      *in_place_edges(program_.schemas[from])[edge] = unknown;
    }
  }
}

}  // namespace faultline::contracts::json_schema
