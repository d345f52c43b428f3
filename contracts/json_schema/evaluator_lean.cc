// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/evaluator_core.h"

// The fast mode where nobody asks what was looked at and the dynamic scope says nothing, which is
// nearly everywhere: the same steps as check_all(), in one place so that a visit is one call. What
// is not spelled out here goes to the general functions.
namespace faultline::contracts::json_schema {
namespace {

/// Adds the outcome of a part that must hold as well; true when the work is done.
inline bool is_settled(Outcome part, Outcome& whole) noexcept {
  if (part != Outcome::Valid) whole = part;
  return part == Outcome::Invalid;
}

}  // namespace

class LeanEvaluator {
 public:
  explicit LeanEvaluator(Evaluator<false>& engine) : engine_(engine) {}

  /// The branches that may hold: all, unless a member of the value tells.
  static uint64_t candidates(json::Value value, const Selector* selector) noexcept {
    return selector != nullptr && value.is_object() ? selector->candidates(value) : Selector::kAll;
  }
  /// The loops below count on: a selector never stands beside more than 64 branches.
  static bool is_among(uint64_t candidates, size_t branch) noexcept {
    return (candidates >> (branch % Selector::kBranchesMax) & 1U) != 0;
  }

  [[gnu::always_inline]] Outcome any_of_holds(json::Value value, const Combination& parts,
                                              FastFrame at) {
    Outcome best = Outcome::Invalid;
    const uint64_t candidates = this->candidates(value, parts.any_selector.get());
    for (size_t i = 0; i < parts.any_of.size(); ++i) {
      if (!is_among(candidates, i)) continue;
      const Outcome outcome = engine_.run(value, engine_.in_place(at, parts.any_of[i]));
      if (outcome == Outcome::Valid) return outcome;
      if (outcome == Outcome::Unknown) best = outcome;
    }
    return best;
  }

  [[gnu::always_inline]] Outcome one_of_holds(json::Value value, const Combination& parts,
                                              FastFrame at) {
    uint32_t sure = 0;
    bool is_possible = false;
    const uint64_t candidates = this->candidates(value, parts.one_selector.get());
    for (size_t i = 0; i < parts.one_of.size(); ++i) {
      if (!is_among(candidates, i)) continue;
      const Outcome outcome = engine_.run(value, engine_.in_place(at, parts.one_of[i]));
      if (outcome == Outcome::Valid && ++sure > 1) return Outcome::Invalid;
      is_possible = is_possible || outcome == Outcome::Unknown;
    }
    if (is_possible) return Outcome::Unknown;
    return sure == 1 ? Outcome::Valid : Outcome::Invalid;
  }

  [[gnu::always_inline]] Outcome lean_combination(json::Value value, const Combination& parts,
                                                  FastFrame at) {
    Outcome whole = Outcome::Valid;
    for (const SchemaId part : parts.all_of) {
      if (is_settled(engine_.run(value, engine_.in_place(at, part)), whole)) return whole;
    }
    if (!parts.any_of.empty() && is_settled(any_of_holds(value, parts, at), whole)) {
      return whole;
    }
    if (!parts.one_of.empty() && is_settled(one_of_holds(value, parts, at), whole)) {
      return whole;
    }
    if (parts.negated != kNoSchema && is_settled(engine_.check_not(value, at), whole)) return whole;
    if (parts.condition != kNoSchema)
      is_settled(engine_.check_condition(value, at, nullptr), whole);
    return whole;
  }

  /// The loop that most of all time is spent in: names alone decide which schema judges a member.
  [[gnu::always_inline]] Outcome lean_object(json::Value value, const ObjectRules& rules,
                                             FastFrame at) {
    if (!rules.is_plain) return engine_.check_object(value, at, nullptr);
    if (value.size() < rules.size_min || value.size() > rules.count_max) return Outcome::Invalid;
    uint64_t seen_bits = 0;
    size_t next = 0;
    Outcome whole = Outcome::Valid;
    for (const json::Member& member : value.members()) {
      const KnownName* known = rules.names.find(member, next);
      SchemaId schema = rules.additional;
      if (known != nullptr) {
        seen_bits |= known->required_bit();
        if (known->schema != kNoSchema) schema = known->schema;
      }
      if (schema == kNoSchema) continue;
      if (is_settled(engine_.run(member.value, {.schema = schema, .top = schema}), whole))
        return whole;
    }
    if (!rules.has_all_required(seen_bits))
      is_settled(engine_.check_required(value, seen_bits, at), whole);
    return whole;
  }

  [[gnu::always_inline]] Outcome lean_array(json::Value value, const ArrayRules& rules,
                                            FastFrame at) {
    if (!rules.prefix.empty() || rules.contains != kNoSchema) {
      return engine_.check_array(value, at, nullptr);
    }
    if (value.size() < rules.count_min || value.size() > rules.count_max) return Outcome::Invalid;
    Outcome whole = Outcome::Valid;
    if (rules.is_unique && value.size() > 1 && is_settled(engine_.check_unique(value, at), whole)) {
      return whole;
    }
    if (rules.items == kNoSchema) return whole;
    for (const json::Value element : value.elements()) {
      if (is_settled(engine_.run(element, {.schema = rules.items, .top = rules.items}), whole))
        break;
    }
    return whole;
  }

  [[gnu::always_inline]] Outcome run_lean(json::Value value, const Schema& schema, FastFrame at) {
    Outcome whole = Outcome::Valid;
    switch (value.kind()) {
      case json::Kind::Object:
        if (schema.object && is_settled(lean_object(value, *schema.object, at), whole))
          return whole;
        break;
      case json::Kind::Array:
        if (schema.array && is_settled(lean_array(value, *schema.array, at), whole)) return whole;
        break;
      default:
        if (is_settled(engine_.check_kind(value, at, nullptr), whole)) return whole;
        break;
    }
    if ((schema.enumeration || schema.constant) &&
        is_settled(engine_.check_values(value, at), whole)) {
      return whole;
    }
    if (schema.ref != kNoSchema &&
        is_settled(engine_.run(value, engine_.in_place(at, schema.ref)), whole)) {
      return whole;
    }
    if (schema.combination && is_settled(lean_combination(value, *schema.combination, at), whole)) {
      return whole;
    }
    for (const Unsupported& part : schema.unsupported) {
      if (type_matches(schema, part.types, value)) whole = Outcome::Unknown;
    }
    return whole;
  }

 private:
  Evaluator<false>& engine_;
};

template <>
Outcome Evaluator<false>::run_deep(json::Value value, FastFrame at, Evaluated* evaluated) {
  const Schema& schema = schemas_[at.schema];
  // run() has looked at the type, unless one of these is so.
  if (!schema.is_lean || evaluated != nullptr || program_.has_dynamic_scope || steps_ == 0 ||
      depth_ == kEvaluationDepth) {
    return run_full(value, at, evaluated);
  }
  --steps_;
  ++depth_;
  const Outcome outcome = LeanEvaluator(*this).run_lean(value, schema, at);
  --depth_;
  return outcome;
}

}  // namespace faultline::contracts::json_schema
