// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/evaluator_core.h"

// The fast mode where nobody asks what was looked at and the dynamic scope says nothing, which is
// nearly everywhere: the same steps as check_all(), but only those that the schema's route for the
// kind of value needs. What is not spelled out here goes to the general functions.
namespace faultline::contracts::json_schema {
namespace {

/// Adds the outcome of a part that must hold as well; true when the work is done.
inline bool is_settled(Outcome part, Outcome& whole) noexcept {
  if (part != Outcome::Valid) whole = part;
  return part == Outcome::Invalid;
}

/// A part of the value: the first schema to judge it.
inline FastFrame place(SchemaId schema) noexcept { return {.schema = schema, .top = schema}; }

inline FastFrame in_place(FastFrame at, SchemaId schema) noexcept {
  return {.schema = schema, .top = at.top};
}

/// The branches that may hold: all, unless a member of the value tells.
inline uint64_t candidates_of(json::Value value, const Selector* selector) noexcept {
  return selector != nullptr && value.is_object() ? selector->candidates(value) : Selector::kAll;
}
/// A selector never stands beside more than 64 branches.
inline bool is_among(uint64_t candidates, size_t branch) noexcept {
  return (candidates >> (branch % Selector::kBranchesMax) & 1U) != 0;
}

}  // namespace

/// Its functions take the evaluator as an argument, so that the compiler leaves all in registers.
class LeanEvaluator {
 public:
  using Engine = Evaluator<Mode::Fast>;

  /// Every step is a call in tail position, so that choosing one takes no stack frame.
  [[gnu::always_inline]] static Outcome run_step(Engine& engine, json::Value value,
                                                 Route::Step step, FastFrame at) {
    const Schema& schema = engine.schemas_[at.schema];
    switch (step) {
      case Route::Step::Number:
        return is_whole_in_range(value, schema) ? Outcome::Valid : run_number(engine, value, at);
      case Route::Step::Text:
        return engine.check_string(value, at);
      case Route::Step::Listed:
        return run_listed(value, schema.enums[0]);
      default:
        return run_inside(engine, value, step, at);
    }
  }

  /// Whether the step itself looks at more than kinds, names and sizes.
  [[nodiscard]] static bool reads(Route route, const Schema* schemas) noexcept {
    if (route.step() == Route::Step::Members) return false;
    return route.step() != Route::Step::Items || schemas[route.schema()].array->is_unique;
  }

 private:
  /// The whole number that nearly every number is, against bounds that are all a schema asks of it.
  /// The formats of numbers that are not Int32 allow whatever fits 64 bits.
  static bool is_whole_in_range(json::Value value, const Schema& schema) noexcept {
    if (!value.is_plain_int64() || (schema.types & types::kInteger) == 0) return false;
    if (schema.format == Format::Int32) return false;
    const NumberRules* const rules = schema.number.get();
    return rules == nullptr || (rules->has_whole_range && value.plain_int64() >= rules->whole_min &&
                                value.plain_int64() <= rules->whole_max);
  }

  [[gnu::noinline]] static Outcome run_listed(json::Value value, const EnumRule& rule) {
    return rule.contains(value) ? Outcome::Valid : Outcome::Invalid;
  }

  /// What may go further down takes a level.
  [[gnu::noinline]] static Outcome run_inside(Engine& engine, json::Value value, Route::Step step,
                                              FastFrame at) {
    const Schema& schema = engine.schemas_[at.schema];
    ++engine.depth_;
    const Outcome outcome =
        step == Route::Step::Members ? run_members(engine, value, *schema.object, at)
        : step == Route::Step::Items ? run_items(engine, value, *schema.array, at)
                                     : run_lean(engine, value, schema, at);
    --engine.depth_;
    return outcome;
  }

  static Outcome run_members(Engine& engine, json::Value value, const ObjectRules& rules,
                             FastFrame at) {
    return rules.patterns.empty() ? run_members<false>(engine, value, rules, at)
                                  : run_members<true>(engine, value, rules, at);
  }

  /// The loop that most of all time is spent in: names and patterns alone decide which schemas
  /// judge a member.
  template <bool kHasPatterns>
  static Outcome run_members(Engine& engine, json::Value value, const ObjectRules& rules,
                             FastFrame at) {
    if (value.size() < rules.size_min || value.size() > rules.count_max) return Outcome::Invalid;
    uint64_t seen_bits = 0;
    uint32_t unnamed = 0;
    // What does not change is read once: to the compiler any call may change it.
    const KnownName* next = rules.names.names().begin();
    const KnownName* const end = rules.names.names().end();
    const SchemaId additional = rules.additional;
    Outcome whole = Outcome::Valid;
    for (const json::Member& member : value.members()) {
      const KnownName* known = rules.names.find(member.key, next, end);
      SchemaId schema = additional;
      if (known != nullptr) {
        next = known + 1;
        seen_bits |= uint64_t{1} << known->required_bit;
        // Most members are settled here.
        if (!kHasPatterns && (known->certain & kind_mask(member.value)) != 0 && engine.pay(1)) {
          continue;
        }
        if (known->schema != kNoSchema) schema = known->schema;
      } else {
        ++unnamed;
      }
      if constexpr (kHasPatterns) {
        engine.names_.note_general(value);
        const bool is_named = known != nullptr && known->schema != kNoSchema;
        const auto [outcome, is_matched] = run_patterns(engine, member.key, member.value, rules);
        if (is_settled(outcome, whole)) return whole;
        if (is_matched && !is_named) continue;  // so it is not additional
      }
      if (schema == kNoSchema) continue;
      if (is_settled(engine.run(member.value, place(schema)), whole)) return whole;
    }
    engine.names_.add_members(value.size() - unnamed);
    if (!rules.has_all_required(seen_bits)) {
      is_settled(engine.check_required(value, seen_bits, at), whole);
    }
    return whole;
  }

  struct Matched {
    Outcome outcome = Outcome::Valid;
    bool is_any = false;
  };
  [[gnu::noinline]] static Matched run_patterns(Engine& engine, json::Value key, json::Value value,
                                                const ObjectRules& rules) {
    Matched matched;
    for (const PatternProperty& property : rules.patterns) {
      const Outcome match = engine.check_pattern(*property.pattern, key);
      if (match == Outcome::Unknown) return {match, true};
      if (match == Outcome::Invalid) continue;
      matched.is_any = true;
      if (is_settled(engine.run(value, place(property.schema)), matched.outcome)) break;
    }
    return matched;
  }

  static Outcome run_items(Engine& engine, json::Value value, const ArrayRules& rules,
                           FastFrame at) {
    if (value.size() < rules.count_min || value.size() > rules.count_max) return Outcome::Invalid;
    Outcome whole = Outcome::Valid;
    if (rules.is_unique && value.size() > 1 && is_settled(engine.check_unique(value, at), whole)) {
      return whole;
    }
    if (rules.items == kNoSchema) return whole;
    engine.names_.add_elements(value.size());
    for (const json::Value element : value.elements()) {
      if (is_settled(engine.run(element, place(rules.items)), whole)) break;
    }
    return whole;
  }

  [[gnu::noinline]] static Outcome run_number(Engine& engine, json::Value value, FastFrame at) {
    const Schema& schema = engine.schemas_[at.schema];
    if (!type_matches(schema, schema.types, value)) return Outcome::Invalid;
    return (schema.judged & types::kNumber) == 0 ? Outcome::Valid : engine.check_number(value, at);
  }

  static Outcome run_lean(Engine& engine, json::Value value, const Schema& schema, FastFrame at) {
    if (!type_matches(schema, schema.types, value)) return Outcome::Invalid;
    engine.names_.note_general(value);
    Outcome whole = Outcome::Valid;
    if (is_settled(run_kind(engine, value, schema, at), whole)) return whole;
    if (!schema.enums.empty() && is_settled(engine.check_values(value, at), whole)) return whole;
    if (schema.ref != kNoSchema && is_settled(engine.run(value, in_place(at, schema.ref)), whole)) {
      return whole;
    }
    if (schema.combination &&
        is_settled(run_combination(engine, value, *schema.combination, at), whole)) {
      return whole;
    }
    for (const Unsupported& part : schema.unsupported) {
      if (type_matches(schema, part.types, value)) whole = Outcome::Unknown;
    }
    return whole;
  }

  static Outcome run_kind(Engine& engine, json::Value value, const Schema& schema, FastFrame at) {
    if (value.is_object() && schema.object && schema.object->is_plain) {
      return run_members(engine, value, *schema.object, at);
    }
    return engine.check_kind(value, at, nullptr);
  }

  static Outcome run_combination(Engine& engine, json::Value value, const Combination& parts,
                                 FastFrame at) {
    Outcome whole = Outcome::Valid;
    for (const SchemaId part : parts.all_of) {
      if (is_settled(engine.run(value, in_place(at, part)), whole)) return whole;
    }
    if (!parts.any_of.empty() && is_settled(any_of_holds(engine, value, parts, at), whole)) {
      return whole;
    }
    if (!parts.one_of.empty() && is_settled(one_of_holds(engine, value, parts, at), whole)) {
      return whole;
    }
    if (parts.negated != kNoSchema && is_settled(engine.check_not(value, at), whole)) return whole;
    if (parts.condition != kNoSchema) {
      is_settled(engine.check_condition(value, at, nullptr), whole);
    }
    return whole;
  }

  static Outcome any_of_holds(Engine& engine, json::Value value, const Combination& parts,
                              FastFrame at) {
    Outcome best = Outcome::Invalid;
    const uint64_t candidates = candidates_of(value, parts.any_selector.get());
    for (size_t i = 0; i < parts.any_of.size(); ++i) {
      if (!is_among(candidates, i)) continue;
      const Outcome outcome = engine.run(value, in_place(at, parts.any_of[i]));
      if (outcome == Outcome::Valid) return outcome;
      if (outcome == Outcome::Unknown) best = outcome;
    }
    return best;
  }

  static Outcome one_of_holds(Engine& engine, json::Value value, const Combination& parts,
                              FastFrame at) {
    uint32_t sure = 0;
    bool is_possible = false;
    const uint64_t candidates = candidates_of(value, parts.one_selector.get());
    for (size_t i = 0; i < parts.one_of.size(); ++i) {
      if (!is_among(candidates, i)) continue;
      const Outcome outcome = engine.run(value, in_place(at, parts.one_of[i]));
      if (outcome == Outcome::Valid && ++sure > 1) return Outcome::Invalid;
      is_possible = is_possible || outcome == Outcome::Unknown;
    }
    if (is_possible) return Outcome::Unknown;
    return sure == 1 ? Outcome::Valid : Outcome::Invalid;
  }
};

template <>
Outcome Evaluator<Mode::Fast>::run_deep(json::Value value, FastFrame at, Evaluated* evaluated) {
  Route route;
  if (value.kind() >= json::Kind::Number) {
    route = schemas_[at.schema].route(value.kind());
  } else if (schemas_[at.schema].is_lean && !program_.has_dynamic_scope) {
    route = Route(static_cast<SchemaId>(at.schema), Route::Step::Lean);
  }
  if (evaluated != nullptr || route.step() == Route::Step::General || steps_ == 0 ||
      depth_ == kEvaluationDepth) {
    if (readings_ != nullptr) readings_->note(value);
    return run_full(value, at, evaluated);
  }
  // Other steps leave the parts of a container to further calls.
  if (readings_ != nullptr && LeanEvaluator::reads(route, schemas_)) readings_->note(value);
  --steps_;
  return LeanEvaluator::run_step(*this, value, route.step(), in_place(at, route.schema()));
}

}  // namespace faultline::contracts::json_schema
