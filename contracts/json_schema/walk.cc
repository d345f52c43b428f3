// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/walk.h"

#include "contracts/json_schema/evaluator.h"
#include "contracts/json_schema/evaluator_core.h"
#include "proxy/json/pointer.h"

namespace faultline::contracts::json_schema {
namespace {

constexpr int kClosureDepth = 16;

class Walker {
 public:
  Walker(const Program& program, Direction direction, MemberVisitor* visitor)
      : program_(program), direction_(direction), visitor_(visitor) {}

  [[nodiscard]] SchemaSet closure(std::span<const SchemaId> schemas, json::Value value) {
    SchemaSet set;
    for (const SchemaId id : schemas) close_over(set, id, value, 0);
    return set;
  }

  void walk(const SchemaSet& roots, json::Value value, const WalkPath& path) {
    if (!value.is_object() && !value.is_array()) return;
    const SchemaSet set = closure(roots.ids(), value);
    if (value.is_array()) {
      walk_array(set, value, path);
    } else {
      walk_object(set, value, path);
    }
  }

 private:
  /// A schema that says something of objects, and the name it most likely comes to next.
  struct Speaker {
    const ObjectRules* rules;
    const KnownName* next;
  };

  void close_over(SchemaSet& set, SchemaId id, json::Value value, int depth) {
    if (id == kNoSchema || depth > kClosureDepth || !set.add(id)) return;
    const Schema& schema = program_[id];
    close_over(set, schema.ref, value, depth + 1);
    if (schema.dynamic) close_over(set, schema.dynamic->target, value, depth + 1);
    if (schema.object) close_over_dependencies(set, *schema.object, value, depth);
    if (!schema.combination) return;
    const Combination& parts = *schema.combination;
    for (const SchemaId part : parts.all_of) close_over(set, part, value, depth + 1);
    close_over_branches(set, parts.any_of, value, depth);
    close_over_branches(set, parts.one_of, value, depth);
    for (const SchemaId part : {parts.condition, parts.then_branch, parts.else_branch}) {
      close_over(set, part, value, depth + 1);
    }
  }

  void close_over_dependencies(SchemaSet& set, const ObjectRules& rules, json::Value value,
                               int depth) {
    for (const Dependency& dependency : rules.dependencies) {
      if (value.find(dependency.name)) close_over(set, dependency.schema, value, depth + 1);
    }
  }

  /// Those the value may be; all of them when it is none.
  void close_over_branches(SchemaSet& set, const CompactList<SchemaId>& branches, json::Value value,
                           int depth) {
    bool is_any = false;
    for (const SchemaId branch : branches) {
      Evaluator<Mode::Fast> evaluator(program_, direction_, steps_, nullptr);
      const Outcome outcome = evaluator.judge(value, branch);
      steps_ = evaluator.steps();
      if (outcome == Outcome::Invalid) continue;
      is_any = true;
      close_over(set, branch, value, depth + 1);
    }
    if (is_any) return;
    for (const SchemaId branch : branches) close_over(set, branch, value, depth + 1);
  }

  void walk_array(const SchemaSet& set, json::Value value, const WalkPath& path) {
    uint32_t position = 0;
    for (const json::Value element : value.elements()) {
      SchemaSet below;
      for (const SchemaId id : set.ids()) {
        const auto& rules = program_[id].array;
        if (!rules) continue;
        const SchemaId items =
            position < rules->prefix.size() ? rules->prefix[position] : rules->items;
        if (items != kNoSchema) below.add(items);
      }
      walk(below, element, WalkPath::element(path, position++));
    }
  }

  void walk_object(const SchemaSet& set, json::Value value, const WalkPath& path) {
    const bool is_open = admits_anything(set);
    std::array<Speaker, SchemaSet::kCapacity> all;
    size_t count = 0;
    for (const SchemaId id : set.ids()) {
      const ObjectRules* rules = program_[id].object.get();
      if (rules != nullptr) all[count++] = {rules, rules->names.names().begin()};
    }
    const auto speakers = std::span(all).first(count);
    for (const json::Member& member : value.members()) {
      MemberFacts facts;
      facts.is_open = is_open;
      for (Speaker& speaker : speakers) add_facts(speaker, member, facts);
      const WalkPath below =
          WalkPath::member(path, member.name(), !facts.is_declared && facts.is_open);
      visitor_->on_member(member, facts, below);
      walk(facts.schemas, member.value, below);
    }
  }

  /// True unless some schema lists properties and none speaks about the rest.
  [[nodiscard]] bool admits_anything(const SchemaSet& set) const {
    bool has_list = false;
    for (const SchemaId id : set.ids()) {
      const Schema& schema = program_[id];
      for (const Unsupported& part : schema.unsupported) {
        if ((part.types & types::kObject) != 0) return true;
      }
      if (!schema.object) continue;
      if (schema.object->additional != kNoSchema) return true;
      if (schema.object->unevaluated != kNoSchema) return true;
      has_list = has_list || schema.object->has_properties;
    }
    return !has_list || set.is_overfull();
  }

  static void add_facts(Speaker& speaker, const json::Member& member, MemberFacts& facts) {
    const ObjectRules& rules = *speaker.rules;
    bool is_matched = false;
    const KnownName* known = rules.names.find(member.key, speaker.next);
    if (known != nullptr) {
      speaker.next = known + 1;
      facts.is_declared = true;
      facts.is_required = facts.is_required || known->is_required;
      if (known->schema != kNoSchema) {
        is_matched = true;
        facts.schemas.add(known->schema);
      }
    }
    for (const PatternProperty& property : rules.patterns) {
      if (!property.pattern->matches(member.name())) continue;
      is_matched = true;
      facts.is_declared = true;
      facts.schemas.add(property.schema);
    }
    if (!is_matched && rules.additional != kNoSchema) facts.schemas.add(rules.additional);
  }

  const Program& program_;
  Direction direction_;
  MemberVisitor* visitor_;
  uint32_t steps_ = kEvaluationSteps;
};

}  // namespace

std::string WalkPath::spell(bool as_template) const {
  std::vector<const WalkPath*> steps;
  for (const WalkPath* step = this; step->parent_ != nullptr; step = step->parent_) {
    steps.push_back(step);
  }
  std::string pointer;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    const WalkPath& at = **step;
    if (at.kind_ == Kind::Element) {
      pointer += as_template ? "/*" : "/" + std::to_string(at.position_);
    } else if (at.kind_ == Kind::MapMember && as_template) {
      pointer += "/{}";
    } else {
      json::append_token(pointer, at.name_);
    }
  }
  return pointer;
}

void walk_members(const Program& program, SchemaId id, json::Value value, Direction direction,
                  MemberVisitor& visitor) {
  SchemaSet roots;
  roots.add(id);
  Walker(program, direction, &visitor).walk(roots, value, WalkPath());
}

SchemaSet in_place_closure(const Program& program, std::span<const SchemaId> schemas,
                           json::Value value, Direction direction) {
  return Walker(program, direction, nullptr).closure(schemas, value);
}

}  // namespace faultline::contracts::json_schema
