// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/json_schema/evaluated.h"
#include "contracts/json_schema/evaluator.h"
#include "contracts/json_schema/frame.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// The evaluator itself; others include evaluator.h. One text for all modes, so they cannot
/// disagree: the mode decides at compile time whether a contradiction ends the work, is written
/// down, or both.
namespace faultline::contracts::json_schema {

enum class Mode : uint8_t {
  Fast,        // nothing is written down, the first contradiction ends the work
  Exhaustive,  // all contradictions are written down
  Brief,       // the first is written down and ends the work: where all would take too long
};

/// Draft 4 goes by the spelling: 1.0 and 1e2 are no integers.
[[nodiscard]] inline bool is_whole(json::Value value, bool is_lexical) noexcept {
  if (value.is_plain_int64()) return true;
  if (is_lexical) return value.number_text().find_first_of(".eE") == std::string_view::npos;
  return value.is_integer();
}

/// The bits of the value's kind; a number has both.
[[nodiscard]] inline TypeMask kind_mask(json::Value value) noexcept {
  // A byte for each kind in one word: a table would be put on the stack at every use.
  constexpr auto kMasks = [] {
    uint64_t word = 0;
    for (const TypeMask mask : {types::kObject, types::kArray, types::kString, types::kNumber,
                                types::kBoolean, types::kNull}) {
      word = word << 8U | mask;
    }
    return word;
  }();
  return static_cast<TypeMask>(kMasks >> (8 * static_cast<unsigned>(value.kind())) & 0xFFU);
}

[[nodiscard]] inline bool type_matches(const Schema& schema, TypeMask allowed,
                                       json::Value value) noexcept {
  const auto bits = static_cast<TypeMask>(allowed & kind_mask(value));
  if (bits == 0) return false;
  if (!value.is_number() || bits == types::kNumber) return true;
  return is_whole(value, schema.is_integer_lexical) == (bits == types::kInteger);
}

/// SchemaError::actual of a member that is missing.
inline constexpr std::string_view kAbsent = "{\"present\":false}";

/// Counts what the plain rules met, to tell afterwards whether they met everything: all nodes of a
/// value are its root, the names and values of members, and elements. Rules that judge a container
/// together with others would count it twice, so where such rules had a say nothing is known.
class NameCount {
 public:
  /// An object whose members were all looked for among the names of one schema.
  void add_members(uint32_t named) noexcept { nodes_ += 2 * named; }
  /// An array whose elements were all given to one schema.
  void add_elements(uint32_t count) noexcept { nodes_ += count; }
  void note_general(json::Value value) noexcept {
    if (value.kind() >= json::Kind::Array) is_sure_ = false;
  }
  [[nodiscard]] bool is_all_of(json::Value value) const noexcept {
    return is_sure_ && nodes_ == value.extent();
  }

 private:
  uint32_t nodes_ = 1;
  bool is_sure_ = true;
};

class LeanEvaluator;  // evaluator_lean.cc

template <Mode kMode>
class Evaluator {
 public:
  static constexpr bool kCollect = kMode != Mode::Fast;
  using At = std::conditional_t<kCollect, Frame, FastFrame>;
  /// Frames of the modes that write down are chained by address; those of the fast mode fit two
  /// registers.
  using AtRef = std::conditional_t<kCollect, const Frame&, FastFrame>;

  /// `readings` only in the fast mode; null when nobody asks.
  Evaluator(const Program& program, Direction direction, uint32_t steps, Report* report,
            Readings* readings = nullptr)
      : program_(program),
        schemas_(program.schemas.data()),
        direction_(direction),
        steps_(steps),
        report_(report),
        readings_(readings) {}

  /// Judges a value by a schema, as a place of its own.
  Outcome judge(json::Value value, SchemaId schema);
  /// Reports the value as a whole: it is known to be invalid, but not where.
  void reject_whole(json::Value value, SchemaId schema);
  /// What is left of `steps`.
  [[nodiscard]] uint32_t steps() const noexcept { return steps_; }
  /// Of the value that judge() found valid: see Judgement::is_all_named.
  [[nodiscard]] bool has_named_all_of(json::Value value) const noexcept {
    return names_.is_all_of(value);
  }

 private:
  struct Nothing {};
  struct Branch {
    Outcome outcome = Outcome::Valid;
    std::conditional_t<kCollect, Report, Nothing> report;
  };

  /// Collects the outcomes of parts that must all hold.
  struct Tally {
    Outcome outcome = Outcome::Valid;
    /// True when the work may stop.
    bool add(Outcome part) noexcept {
      if (part == Outcome::Invalid) outcome = Outcome::Invalid;
      if (part == Outcome::Unknown && outcome == Outcome::Valid) outcome = Outcome::Unknown;
      return kMode != Mode::Exhaustive && part == Outcome::Invalid;
    }
  };

  /// The resources that evaluation has come through, the innermost first. On the stack.
  struct DynamicScope {
    ResourceId resource = kNoResource;
    const DynamicScope* outer = nullptr;
  };

  /// `evaluated` is where the schema tells what it looked at; null when nobody asks.
  Outcome run(json::Value value, AtRef at, Evaluated* evaluated = nullptr);
  Outcome run_deep(json::Value value, AtRef at, Evaluated* evaluated);
  friend class LeanEvaluator;
  Outcome run_full(json::Value value, AtRef at, Evaluated* evaluated);
  Outcome run_judged(json::Value value, AtRef at, Evaluated* evaluated);
  Outcome run_in_resource(json::Value value, AtRef at, Evaluated* evaluated);
  Outcome check_all(json::Value value, AtRef at, Evaluated* evaluated);
  Outcome check_with_unevaluated(json::Value value, AtRef at, Evaluated* evaluated);
  Outcome check_references(json::Value value, AtRef at, Evaluated* evaluated);
  [[nodiscard]] SchemaId dynamic_target(const DynamicReference& dynamic) const noexcept;
  Outcome check_kind(json::Value value, AtRef at, Evaluated* evaluated);
  Outcome check_values(json::Value value, AtRef at);
  Outcome check_number(json::Value value, AtRef at);
  Outcome check_string(json::Value value, AtRef at);
  Outcome check_pattern(const Pattern& pattern, json::Value text);
  Outcome check_content(const StringRules& rules, json::Value value, AtRef at);
  Outcome check_array(json::Value value, AtRef at, Evaluated* evaluated);
  Outcome check_items(json::Value value, AtRef at, Evaluated* evaluated);
  Outcome check_contains(json::Value value, AtRef at, Evaluated* evaluated);
  Outcome check_unique(json::Value value, AtRef at);
  Outcome check_object(json::Value value, AtRef at, Evaluated* evaluated);
  Outcome check_member(const json::Member& member, const KnownName* known, AtRef at,
                       bool& is_evaluated);
  Outcome check_additional(const json::Member& member, AtRef at);
  Outcome check_required(json::Value value, uint64_t seen_bits, AtRef at);
  Outcome check_dependencies(json::Value value, AtRef at, Evaluated* evaluated);
  Outcome check_dependent_names(const Dependency& dependency, json::Value value, AtRef at);
  Outcome check_combination(json::Value value, AtRef at, Evaluated* evaluated);
  Outcome check_any_of(json::Value value, AtRef at, Evaluated* evaluated);
  Outcome check_one_of(json::Value value, AtRef at, Evaluated* evaluated);
  Outcome check_not(json::Value value, AtRef at);
  Outcome check_condition(json::Value value, AtRef at, Evaluated* evaluated);
  Outcome check_both_sides(json::Value value, AtRef at, std::vector<Branch>& branches);
  Outcome check_unevaluated(json::Value value, AtRef at, const Evaluated& evaluated);
  Outcome check_rest(json::Value value, AtRef below, const Evaluated& evaluated);

  Branch run_branch(json::Value value, AtRef at, Evaluated* evaluated = nullptr);
  void keep_best(json::Value value, AtRef at, std::string_view keyword,
                 std::vector<Branch>& branches);
  void keep_reasons(std::vector<Branch>& branches);

  // Frames for the next step. In the fast mode only the schema is kept.
  [[nodiscard]] At in_place(AtRef at, SchemaId schema, std::string_view keyword = {},
                            uint32_t index = Frame::kNoIndex, std::string_view name = {}) const {
    if constexpr (kCollect) {
      return {.schema = schema, .parent = &at, .keyword = keyword, .name = name, .index = index};
    } else {
      return {.schema = schema, .top = at.top};
    }
  }
  [[nodiscard]] At element(AtRef at, SchemaId schema, std::string_view keyword,
                           uint32_t index = Frame::kNoIndex) const {
    if constexpr (kCollect) {
      return {.schema = schema,
              .step = Frame::Step::Element,
              .parent = &at,
              .keyword = keyword,
              .index = index};
    } else {
      return {.schema = schema, .top = schema};
    }
  }
  /// `name` as the schema spells it; none for members of a map.
  [[nodiscard]] At member_at(AtRef at, SchemaId schema, std::string_view keyword, Frame::Step step,
                             const json::Member& member, std::string_view name = {}) const {
    if constexpr (kCollect) {
      return {.schema = schema,
              .step = step,
              .parent = &at,
              .keyword = keyword,
              .name = name,
              .member = member.name()};
    } else {
      return {.schema = schema, .top = schema};
    }
  }
  [[nodiscard]] static SchemaId top_of(AtRef at) noexcept {
    if constexpr (kCollect) {
      return at.top();
    } else {
      return static_cast<SchemaId>(at.top);
    }
  }

  Outcome reject(std::string_view keyword, json::Value value, AtRef at);
  Outcome reject_false(json::Value value, AtRef at);
  Outcome reject_missing(size_t position, json::Value value, AtRef at);
  void describe_missing(std::string_view name, json::Value value, AtRef at, const std::string& last,
                        std::optional<json::Value> written);
  bool has_room();
  /// Takes the steps that something costs; false when that is more than is left.
  [[nodiscard]] bool pay(uint64_t steps) noexcept {
    if (steps > steps_) return false;
    steps_ -= static_cast<uint32_t>(steps);
    return true;
  }
  void add_error(SchemaError error);
  Outcome unknown(std::string_view reason);

  const Program& program_;
  const Schema* schemas_;  // the program's, by id
  Direction direction_;
  uint32_t steps_;
  uint32_t depth_ = 0;
  NameCount names_;
  const DynamicScope* scope_ = nullptr;
  Report* report_;  // null unless collecting
  Readings* readings_;
  EvaluatedPool pool_;
};

/// Most schemas of most values are done here.
template <Mode kMode>
[[gnu::always_inline]] inline Outcome Evaluator<kMode>::run(json::Value value, AtRef at,
                                                            Evaluated* evaluated) {
  const Schema& schema = schemas_[at.schema];
  const TypeMask kind = kind_mask(value);
  if (steps_ > 0) {
    if constexpr (kCollect) {
      if (!schema.is_false && (schema.judged & kind) == 0 &&
          type_matches(schema, schema.types, value)) {
        --steps_;
        return Outcome::Valid;
      }
    } else {
      // No kind is both certain and impossible.
      if ((schema.certain & kind) != 0 && evaluated == nullptr) {
        --steps_;
        return Outcome::Valid;
      }
      if ((schema.possible & kind) == 0) {
        --steps_;
        return Outcome::Invalid;
      }
    }
  }
  return run_deep(value, at, evaluated);
}

// evaluator_lean.cc
template <>
Outcome Evaluator<Mode::Fast>::run_deep(json::Value value, FastFrame at, Evaluated* evaluated);

extern template class Evaluator<Mode::Fast>;
extern template class Evaluator<Mode::Exhaustive>;
extern template class Evaluator<Mode::Brief>;

}  // namespace faultline::contracts::json_schema
