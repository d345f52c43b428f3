// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/evaluator_core.h"
#include "contracts/json_schema/exemptions.h"
#include "proxy/json/pointer.h"

#include <string>
#include <utility>

// Objects.
namespace faultline::contracts::json_schema {

template <Mode kMode>
Outcome Evaluator<kMode>::check_object(json::Value value, AtRef at, Evaluated* evaluated) {
  const ObjectRules& rules = *schemas_[at.schema].object;
  Tally tally;
  const auto require = [&](bool holds, std::string_view keyword) {
    return !holds && tally.add(reject(keyword, value, at));
  };
  if (require(value.size() >= rules.count_min, "minProperties")) return tally.outcome;
  if (require(value.size() <= rules.count_max, "maxProperties")) return tally.outcome;
  uint64_t seen_bits = 0;
  uint32_t position = 0;
  const KnownName* next = rules.names.names().begin();
  for (const json::Member& member : value.members()) {
    const KnownName* known = rules.names.find(member.key, next);
    if (known != nullptr) {
      seen_bits |= uint64_t{1} << known->required_bit;
      next = known + 1;
    }
    bool is_evaluated = false;
    if (tally.add(check_member(member, known, at, is_evaluated))) return tally.outcome;
    if (is_evaluated && evaluated != nullptr) evaluated->mark(position);
    ++position;
  }
  if (evaluated != nullptr && rules.has_unknown_pattern) evaluated->mark_uncertain();
  if (!rules.has_all_required(seen_bits) && tally.add(check_required(value, seen_bits, at))) {
    return tally.outcome;
  }
  if (!rules.dependencies.empty()) tally.add(check_dependencies(value, at, evaluated));
  return tally.outcome;
}

template <Mode kMode>
Outcome Evaluator<kMode>::check_member(const json::Member& member, const KnownName* known, AtRef at,
                                       bool& is_evaluated) {
  const ObjectRules& rules = *schemas_[at.schema].object;
  Tally tally;
  if (known != nullptr && known->schema != kNoSchema) {
    is_evaluated = true;
    const At below =
        member_at(at, known->schema, "properties", Frame::Step::Member, member, known->name);
    if (tally.add(run(member.value, below))) return tally.outcome;
  }
  for (const PatternProperty& property : rules.patterns) {
    const Outcome match =
        steps_ > 0 ? check_pattern(*property.pattern, member.key) : unknown(kBudget);
    if (match == Outcome::Unknown) return match;
    if (match == Outcome::Invalid) continue;
    is_evaluated = true;
    const At below = member_at(at, property.schema, "patternProperties", Frame::Step::MapMember,
                               member, property.text);
    if (tally.add(run(member.value, below))) return tally.outcome;
  }
  if (!is_evaluated && rules.additional != kNoSchema) {
    is_evaluated = true;
    if (tally.add(check_additional(member, at))) return tally.outcome;
  }
  if (rules.property_names != kNoSchema) {
    const At below =
        member_at(at, rules.property_names, "propertyNames", Frame::Step::MapMember, member);
    tally.add(run(member.key, below));
  }
  return tally.outcome;
}

template <Mode kMode>
Outcome Evaluator<kMode>::check_additional(const json::Member& member, AtRef at) {
  const ObjectRules& rules = *schemas_[at.schema].object;
  const Frame::Step step =
      program_[rules.additional].is_false ? Frame::Step::Member : Frame::Step::MapMember;
  const At below = member_at(at, rules.additional, "additionalProperties", step, member);
  if (!rules.has_unknown_pattern) return run(member.value, below);
  // A pattern that cannot run might match the name, and then this would not count.
  const Branch branch = run_branch(member.value, below);
  return branch.outcome == Outcome::Valid ? Outcome::Valid : unknown("keyword:patternProperties");
}

template <Mode kMode>
Outcome Evaluator<kMode>::check_required(json::Value value, uint64_t seen_bits, AtRef at) {
  const ObjectRules& rules = *schemas_[at.schema].object;
  Tally tally;
  for (size_t i = 0; i < rules.required.size(); ++i) {
    const bool is_present = i < KnownName::kRequiredBits
                                ? (seen_bits >> i & 1U) != 0
                                : value.find(rules.required[i]).has_value();
    if (is_present) continue;
    // A name that stands twice in the list has one bit.
    if (i < KnownName::kRequiredBits && value.find(rules.required[i])) continue;
    const bool is_request = direction_ == Direction::Request;
    const auto exempt = is_exempt(program_, top_of(at), rules.required[i], is_request, steps_);
    if (exempt.value_or(false)) continue;
    if (tally.add(exempt ? reject_missing(i, value, at) : unknown(kBudget))) break;
  }
  return tally.outcome;
}

template <Mode kMode>
Outcome Evaluator<kMode>::check_dependencies(json::Value value, AtRef at, Evaluated* evaluated) {
  Tally tally;
  for (const Dependency& dependency : schemas_[at.schema].object->dependencies) {
    if (steps_ == 0) return unknown(kBudget);
    --steps_;
    if (!value.find(dependency.name)) continue;
    if (tally.add(check_dependent_names(dependency, value, at))) break;
    if (dependency.schema == kNoSchema) continue;
    const At below =
        in_place(at, dependency.schema, dependency.keyword, Frame::kNoIndex, dependency.name);
    if (tally.add(run(value, below, evaluated))) break;
  }
  return tally.outcome;
}

template <Mode kMode>
Outcome Evaluator<kMode>::check_dependent_names(const Dependency& dependency, json::Value value,
                                                AtRef at) {
  Tally tally;
  for (uint32_t i = 0; i < dependency.required.size(); ++i) {
    if (value.find(dependency.required[i])) continue;
    if constexpr (kCollect) {
      std::string last = "/" + std::string(dependency.keyword);
      json::append_token(last, dependency.name);
      const auto written = json::resolve(schemas_[at.schema].source, last);
      describe_missing(dependency.required[i], value, at, last + "/" + std::to_string(i),
                       written ? written->at(i) : std::nullopt);
    }
    if (tally.add(Outcome::Invalid)) break;
  }
  return tally.outcome;
}

template <Mode kMode>
Outcome Evaluator<kMode>::check_with_unevaluated(json::Value value, AtRef at,
                                                 Evaluated* evaluated) {
  EvaluatedPool::Scope own(pool_, value.size());
  if (!own.has_room()) return unknown(kBudget);
  Tally tally;
  if (tally.add(check_all(value, at, &own.set))) return tally.outcome;
  // What failed has looked at nothing (2020-12 core, section 7.7.1.2): complaints about the rest
  // would be noise.
  if (tally.outcome != Outcome::Invalid) tally.add(check_unevaluated(value, at, own.set));
  if (evaluated != nullptr) {
    evaluated->add(own.set);
    evaluated->mark_all();
  }
  return tally.outcome;
}

template <Mode kMode>
Outcome Evaluator<kMode>::check_unevaluated(json::Value value, AtRef at,
                                            const Evaluated& evaluated) {
  Tally tally;
  uint32_t position = 0;
  if (value.is_array()) {
    const At below = element(at, schemas_[at.schema].array->unevaluated, "unevaluatedItems");
    for (const json::Value element : value.elements()) {
      if (evaluated.has(position++)) continue;
      if (tally.add(check_rest(element, below, evaluated))) break;
    }
    return tally.outcome;
  }
  const SchemaId schema = schemas_[at.schema].object->unevaluated;
  const Frame::Step step = program_[schema].is_false ? Frame::Step::Member : Frame::Step::MapMember;
  for (const json::Member& member : value.members()) {
    if (evaluated.has(position++)) continue;
    const At below = member_at(at, schema, "unevaluatedProperties", step, member);
    if (tally.add(check_rest(member.value, below, evaluated))) break;
  }
  return tally.outcome;
}

template <Mode kMode>
Outcome Evaluator<kMode>::check_rest(json::Value value, AtRef below, const Evaluated& evaluated) {
  if (!evaluated.is_uncertain()) return run(value, below);
  // Something that could not be checked might have looked at it.
  const Branch branch = run_branch(value, below);
  return branch.outcome == Outcome::Valid ? Outcome::Valid : unknown("unevaluated");
}

template class Evaluator<Mode::Fast>;
template class Evaluator<Mode::Exhaustive>;
template class Evaluator<Mode::Brief>;

}  // namespace faultline::contracts::json_schema
