// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/json_schema/compact_list.h"
#include "contracts/json_schema/dialect.h"
#include "contracts/json_schema/format.h"
#include "contracts/json_schema/name_table.h"
#include "contracts/json_schema/pattern.h"
#include "contracts/json_schema/registry.h"
#include "contracts/json_schema/resource_index.h"
#include "proxy/base/diagnostic.h"
#include "proxy/json/exact_number.h"
#include "proxy/json/tape.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A schema as the evaluator runs it. Compiled once per contract, then read by every thread. All
/// texts and values are borrowed from the contract's document.
namespace faultline::contracts::json_schema {

namespace types {
inline constexpr TypeMask kNull = 1;
inline constexpr TypeMask kBoolean = 2;
inline constexpr TypeMask kInteger = 4;
inline constexpr TypeMask kFraction = 8;
inline constexpr TypeMask kNumber = kInteger | kFraction;
inline constexpr TypeMask kString = 16;
inline constexpr TypeMask kArray = 32;
inline constexpr TypeMask kObject = 64;
inline constexpr TypeMask kAny = 127;
}  // namespace types

struct PatternProperty {
  std::string_view text;
  const Pattern* pattern = nullptr;  // the program's
  SchemaId schema = kNoSchema;
};

/// What the presence of a member asks of the object: `dependentRequired`, `dependentSchemas`, or
/// `dependencies`, which is both.
struct Dependency {
  std::string_view name;
  std::string_view keyword;
  SchemaId schema = kNoSchema;
  CompactList<std::string_view> required;
};

/// Limits on a size or a length. Those beyond 32 bits say the same as the largest: no text is that
/// long.
using Count = uint32_t;
inline constexpr Count kNoLimit = UINT32_MAX;

struct ObjectRules {
  NameTable names;
  uint64_t required_bits =
      0;  // of the names that have one, without those that stand in the list twice
  CompactList<std::string_view> required;
  CompactList<PatternProperty> patterns;
  CompactList<Dependency> dependencies;
  SchemaId additional = kNoSchema;
  SchemaId property_names = kNoSchema;
  SchemaId unevaluated = kNoSchema;
  Count count_min = 0;
  Count count_max = kNoLimit;
  /// Objects of fewer members are invalid: `minProperties`, or too small for `required`.
  Count size_min = 0;
  bool has_properties = false;  // `properties` or `patternProperties` is written
  /// Some pattern cannot run: whether a member is "additional" is not always known.
  bool has_unknown_pattern = false;
  /// Names and patterns alone decide which schemas judge a member.
  bool is_plain = false;

  /// False when it is not sure: `required` may be long, or bits may be shared.
  [[nodiscard]] bool has_all_required(uint64_t seen_bits) const noexcept {
    return (seen_bits & required_bits) == required_bits &&
           required.size() <= KnownName::kRequiredBits;
  }
};

struct ArrayRules {
  CompactList<SchemaId> prefix;
  SchemaId items = kNoSchema;  // for what `prefix` leaves
  SchemaId contains = kNoSchema;
  SchemaId unevaluated = kNoSchema;
  Count contains_min = 1;
  Count contains_max = kNoLimit;
  Count count_min = 0;
  Count count_max = kNoLimit;
  bool is_unique = false;
  bool is_tuple_of_items = false;      // up to 2019-09: `items: [...]`, `additionalItems`
  bool contains_is_evaluated = false;  // since 2020-12 `contains` counts for `unevaluatedItems`
};

struct StringRules {
  Count length_min = 0;
  Count length_max = kNoLimit;
  const Pattern* pattern = nullptr;  // the program's
  bool is_base64 = false;            // `contentEncoding`, where it is an assertion
  bool is_json = false;              // `contentMediaType`
};

/// One of the keywords that judge a number by its value.
struct NumberBound {
  enum class Kind : uint8_t { Minimum, Maximum, ExclusiveMinimum, ExclusiveMaximum, MultipleOf };
  Kind kind = Kind::Minimum;
  json::Decimal value;

  [[nodiscard]] std::string_view keyword() const noexcept;
  /// Nothing when it is not decidable here: see Decimal::is_multiple_of().
  [[nodiscard]] std::optional<bool> admits(const json::Decimal& number) const noexcept;
};

struct NumberRules {
  CompactList<NumberBound> bounds;  // by kind, one of each

  /// The bounds on whole numbers, when that is all that the rules ask of them: nearly always.
  int64_t whole_min = INT64_MIN;
  int64_t whole_max = INT64_MAX;
  bool has_whole_range = false;

  void set(NumberBound::Kind kind, const json::Decimal& value);
  /// `exclusiveMinimum: true` and its twin, up to draft 4: the other keyword means this.
  void make_exclusive(NumberBound::Kind kind);
  /// Fills in the range of whole numbers.
  void close();
};

/// `enum`, or `const` as an enum of one.
struct EnumRule {
  CompactList<json::Value> values;
  /// The hash of each, with its position: hash_name() in the order of `values` when all are texts,
  /// hash_value(); sorted when the list is long, left out for short lists of other values.
  CompactList<std::pair<uint64_t, uint32_t>> hashes;
  bool is_const = false;
  bool is_all_texts = false;
  [[nodiscard]] std::string_view keyword() const noexcept { return is_const ? "const" : "enum"; }
  [[nodiscard]] bool contains(json::Value value) const { return find(value).has_value(); }
  /// The position of the first that is equal.
  [[nodiscard]] std::optional<uint32_t> find(json::Value value) const;
  void index();

 private:
  [[nodiscard]] std::optional<uint32_t> find_text(std::string_view text) const;
};

struct Discriminator {
  std::string_view property;
  /// What the property says -> position in oneOf/anyOf.
  std::vector<std::pair<std::string_view, uint32_t>> branches;
};

/// A member whose text tells the branches of oneOf or anyOf apart: some of them require it and list
/// what it may say. The fast mode does not evaluate the others of those.
struct Selector {
  static constexpr size_t kBranchesMax = 64;
  static constexpr uint64_t kAll = UINT64_MAX;

  std::string_view name;
  uint64_t name_hash = 0;
  uint64_t open = kAll;   // the branches that do not ask for it, a bit each
  bool is_needed = true;  // without the member only `open` is left
  CompactList<std::pair<uint64_t, uint64_t>> texts;  // hash_name() -> branches; sorted

  /// The branches that can hold, a bit each.
  [[nodiscard]] uint64_t candidates(json::Value object) const noexcept;
};

struct Combination {
  CompactList<SchemaId> all_of;
  CompactList<SchemaId> any_of;
  CompactList<SchemaId> one_of;
  SchemaId negated = kNoSchema;
  SchemaId condition = kNoSchema;
  SchemaId then_branch = kNoSchema;
  SchemaId else_branch = kNoSchema;
  std::unique_ptr<const Discriminator> discriminator;
  std::unique_ptr<const Selector> any_selector;
  std::unique_ptr<const Selector> one_selector;
};

/// A part of a schema that is not checked, and the types of value it would have judged.
struct Unsupported {
  std::string reason;  // "keyword:unevaluatedProperties"
  TypeMask types = types::kAny;
};

/// A `$dynamicRef` or `$recursiveRef`: where it leads depends on the resources that evaluation has
/// come through. The outermost of them that has the anchor wins, else `target` counts.
struct DynamicReference {
  std::string anchor;         // "" for `$recursiveRef`
  bool is_recursive = false;  // the keyword
  SchemaId target = kNoSchema;
  std::vector<std::pair<ResourceId, SchemaId>> candidates;

  [[nodiscard]] SchemaId in(ResourceId resource) const noexcept {
    for (const auto& [id, schema] : candidates) {
      if (id == resource) return schema;
    }
    return kNoSchema;
  }
};

/// How the fast mode answers for the values of one kind that a schema neither turns down nor
/// accepts at once: by the rules of `schema`, which is the first in a row of references and of
/// branches without a rival where more than one thing is asked.
class Route {
 public:
  enum class Step : uint8_t {
    General,  // all of it, with `unevaluated*` and dynamic references, and where the route begins
    Lean,     // all of it, without those
    // Nothing but the rules for the kind:
    Members,  // names and patterns decide which schemas judge a member
    Items,    // one schema for all
    Number,
    Text,
    Listed,  // one of a list of texts
  };
  static constexpr SchemaId kSchemas = SchemaId{1} << 28U;  // more have no routes

  Route() = default;  // General
  Route(SchemaId schema, Step step) noexcept : word_(schema | static_cast<uint32_t>(step) << 28U) {}
  [[nodiscard]] Step step() const noexcept { return static_cast<Step>(word_ >> 28U); }
  [[nodiscard]] SchemaId schema() const noexcept { return word_ & (kSchemas - 1); }

 private:
  uint32_t word_ = 0;
};

/// What OpenAPI 3.0 lets be absent; see exemptions.h.
struct ExemptMarks {
  bool read_only : 1 = false;
  bool write_only : 1 = false;

  void add(ExemptMarks other) noexcept {
    read_only = read_only || other.read_only;
    write_only = write_only || other.write_only;
  }
  [[nodiscard]] bool has(bool is_request) const noexcept {
    return is_request ? read_only : write_only;
  }
  friend bool operator==(ExemptMarks, ExemptMarks) noexcept = default;
};

struct Schema {
  TypeMask types = types::kAny;
  /// The types of value of which more is asked than `types` says.
  TypeMask judged = 0;
  /// The types that `types` and all that the schema refers to or consists of allow: an upper bound,
  /// by which the fast mode turns down the others at once.
  TypeMask possible = types::kAny;
  /// The kinds (a number has both bits) of which every value is valid, so that the fast mode need
  /// not look at it.
  TypeMask certain = 0;
  Format format = Format::None;  // only where it is an assertion
  bool is_false : 1 = false;
  bool is_read_only : 1 = false;
  bool is_write_only : 1 = false;
  bool is_integer_lexical : 1 = false;  // draft 4: 1.0 is no integer
  bool allows_null : 1 = false;  // OpenAPI 3.0, lenient: `nullable` whatever stands beside it
  bool is_lean : 1 = false;      // no `unevaluated*`, no dynamic reference, not `false`
  ExemptMarks bears;             // it, or a part of it, is readOnly or writeOnly
  ExemptMarks names;             // it, or a part of it, declares a property that bears the mark
  ResourceId resource = 0;
  SchemaId ref = kNoSchema;
  std::array<Route, 4> routes;  // of numbers, texts, arrays, objects
  std::unique_ptr<ObjectRules> object;
  std::unique_ptr<ArrayRules> array;
  std::unique_ptr<StringRules> string;
  std::unique_ptr<NumberRules> number;
  std::unique_ptr<Combination> combination;
  std::unique_ptr<DynamicReference> dynamic;
  CompactList<EnumRule> enums;
  CompactList<Unsupported> unsupported;
  json::Value source;  // the object or boolean in the contract

  [[nodiscard]] const Route& route(json::Kind kind) const noexcept {
    return routes[static_cast<size_t>(kind) - static_cast<size_t>(json::Kind::Number)];
  }
  /// Nothing but a `$ref`. Only of a schema that is not closed yet.
  [[nodiscard]] bool is_reference() const noexcept {
    return ref != kNoSchema && types == types::kAny && format == Format::None && !is_read_only &&
           !is_write_only && !allows_null && !object && !array && !string && !number &&
           enums.empty() && !combination && !dynamic && unsupported.empty();
  }
};

/// All schemas of one contract.
struct Program {
  SourceFilePtr file;
  Dialect dialect = Dialect::OpenApi31;
  bool has_dynamic_scope = false;  // some dynamic reference can lead to more than one place
  std::vector<Schema> schemas;
  std::vector<std::unique_ptr<const Pattern>> patterns;
  std::vector<SchemaDocument> documents;  // that references led into

  [[nodiscard]] const Schema& operator[](SchemaId id) const noexcept { return schemas[id]; }
  /// Bytes on the heap, without the documents it borrows and the automata of RE2, which grow as
  /// they are used.
  [[nodiscard]] size_t bytes() const noexcept;
  /// The text that a schema's source stands in.
  [[nodiscard]] const SourceFilePtr& file_of(json::Value source) const noexcept;
};

/// Fills in what the fast mode knows before it sees a value: Schema::possible, Schema::certain,
/// KnownName::certain and the selectors.
void close_branches(Program& program);
/// Fills in Schema::routes. After close_branches().
void close_routes(Program& program);

/// The types a value must have to get past the schema, by which texts of parameters are read.
[[nodiscard]] inline TypeMask possible_types(const Program& program, SchemaId id) noexcept {
  return id == kNoSchema ? types::kAny : program[id].possible;
}

}  // namespace faultline::contracts::json_schema
