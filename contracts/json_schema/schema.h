// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/json_schema/dialect.h"
#include "contracts/json_schema/format.h"
#include "contracts/json_schema/pattern.h"
#include "contracts/json_schema/registry.h"
#include "contracts/json_schema/resource_index.h"
#include "proxy/base/diagnostic.h"
#include "proxy/json/exact_number.h"
#include "proxy/json/tape.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A schema as the evaluator runs it. Compiled once per contract, then read by every thread. All
/// texts and values are borrowed from the contract's document.
namespace faultline::contracts::json_schema {

using SchemaId = uint32_t;
inline constexpr SchemaId kNoSchema = UINT32_MAX;

/// The types of JSON Schema as bits. A whole number has the bit of integers, any other number that
/// of fractions; `number` allows both.
using TypeMask = uint8_t;
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

/// A member name the schema knows: from `properties`, `required`, or both.
struct KnownName {
  static constexpr uint32_t kNotRequired = UINT32_MAX;
  std::string_view name;
  uint64_t hash = 0;                 // json::hash_name(name)
  SchemaId schema = kNoSchema;       // none when only `required` names it
  uint32_t required = kNotRequired;  // position in `required`

  [[nodiscard]] bool is(std::string_view other, uint64_t other_hash) const noexcept {
    return hash == other_hash && (json::is_exact_hash(hash) || name == other);
  }
  /// The same for the key of a member: most names that are compared at all have 8 to 16 bytes,
  /// and two loads settle those.
  [[nodiscard]] bool is(const json::Member& member, uint64_t member_hash) const noexcept {
    if (hash != member_hash) return false;
    if (json::is_exact_hash(hash)) return true;
    const std::string_view other = member.name();
    if (name.size() != other.size()) return false;
    if (name.size() > 16) return name == other;
    return word_at(name, 0) == word_at(other, 0) &&
           word_at(name, name.size() - 8) == word_at(other, name.size() - 8);
  }
  /// Its bit among the first 64 of `required`, else 0.
  [[nodiscard]] uint64_t required_bit() const noexcept {
    return required < 64 ? uint64_t{1} << required : 0;
  }

 private:
  static uint64_t word_at(std::string_view text, size_t at) noexcept {
    uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof word);
    return word;
  }
};

/// Look-up by the hash that the tape stores with every key.
class NameTable {
 public:
  void build(std::vector<KnownName> names);
  [[nodiscard]] const KnownName* find(std::string_view name, uint64_t hash) const noexcept {
    if (slots_.empty()) return nullptr;
    const size_t mask = slots_.size() - 1;
    for (size_t slot = json::spread_hash(hash) & mask; slots_[slot] != kEmpty;
         slot = (slot + 1) & mask) {
      const KnownName& known = names_[slots_[slot]];
      if (known.is(name, hash)) return &known;
    }
    return nullptr;
  }
  /// The same for the members of one object in turn: they mostly come in the schema's order, so
  /// `next` is tried first. Leaves the name's position + 1 there.
  [[nodiscard, gnu::always_inline]] const KnownName* find(const json::Member& member,
                                                          size_t& next) const noexcept {
    const uint64_t hash = member.name_hash();
    if (next < names_.size() && names_[next].is(member, hash)) return &names_[next++];
    return find_elsewhere(member, hash, next);
  }
  [[nodiscard]] const std::vector<KnownName>& names() const noexcept { return names_; }
  /// Calls `change` with every schema, to let it name another.
  template <typename Change>
  void redirect(const Change& change) {
    for (KnownName& known : names_) change(known.schema);
  }
  /// Bytes on the heap.
  [[nodiscard]] size_t bytes() const noexcept {
    return names_.capacity() * sizeof(KnownName) + slots_.capacity() * sizeof(uint32_t);
  }

 private:
  [[nodiscard]] const KnownName* find_elsewhere(const json::Member& member, uint64_t hash,
                                                size_t& next) const noexcept {
    if (slots_.empty()) return nullptr;
    const size_t mask = slots_.size() - 1;
    for (size_t slot = json::spread_hash(hash) & mask; slots_[slot] != kEmpty;
         slot = (slot + 1) & mask) {
      if (!names_[slots_[slot]].is(member, hash)) continue;
      next = slots_[slot] + 1;
      return &names_[slots_[slot]];
    }
    return nullptr;
  }

  static constexpr uint32_t kEmpty = UINT32_MAX;
  std::vector<KnownName> names_;
  std::vector<uint32_t> slots_;  // a power of two, at most half full
};

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
  std::vector<std::string_view> required;
};

struct ObjectRules {
  NameTable names;
  uint64_t required_bits = 0;  // of the first 64, without those that stand in the list twice
  std::vector<std::string_view> required;
  std::vector<PatternProperty> patterns;
  std::vector<Dependency> dependencies;
  SchemaId additional = kNoSchema;
  SchemaId property_names = kNoSchema;
  SchemaId unevaluated = kNoSchema;
  uint64_t count_min = 0;
  uint64_t count_max = UINT64_MAX;
  bool has_properties = false;  // `properties` or `patternProperties` is written
  /// Some pattern cannot run: whether a member is "additional" is not always known.
  bool has_unknown_pattern = false;
  bool is_plain = false;  // names alone decide which schema judges a member
  /// Objects of fewer members are invalid: `minProperties`, or too small for `required`.
  uint64_t size_min = 0;

  /// False when it is not sure: `required` may be long, or bits may be shared.
  [[nodiscard]] bool has_all_required(uint64_t seen_bits) const noexcept {
    return (seen_bits & required_bits) == required_bits && required.size() <= 64;
  }
};

struct ArrayRules {
  std::vector<SchemaId> prefix;
  SchemaId items = kNoSchema;  // for what `prefix` leaves
  SchemaId contains = kNoSchema;
  SchemaId unevaluated = kNoSchema;
  uint64_t contains_min = 1;
  uint64_t contains_max = UINT64_MAX;
  uint64_t count_min = 0;
  uint64_t count_max = UINT64_MAX;
  bool is_unique = false;
  bool is_tuple_of_items = false;      // up to 2019-09: `items: [...]`, `additionalItems`
  bool contains_is_evaluated = false;  // since 2020-12 `contains` counts for `unevaluatedItems`
};

struct StringRules {
  uint64_t length_min = 0;
  uint64_t length_max = UINT64_MAX;
  const Pattern* pattern = nullptr;  // the program's
  bool is_base64 = false;            // `contentEncoding`, where it is an assertion
  bool is_json = false;              // `contentMediaType`
};

struct NumberRules {
  std::optional<json::Decimal> minimum;
  std::optional<json::Decimal> maximum;
  std::optional<json::Decimal> exclusive_minimum;
  std::optional<json::Decimal> exclusive_maximum;
  std::optional<json::Decimal> multiple_of;

  /// The bounds on whole numbers, when that is all that the rules ask of them: nearly always.
  int64_t whole_min = INT64_MIN;
  int64_t whole_max = INT64_MAX;
  bool has_whole_range = false;
  /// Fills in the last three.
  void close();
};

/// `enum`, or `const` as an enum of one.
struct EnumRule {
  std::vector<json::Value> values;
  /// The hash of each, with its position: hash_name() in the order of `values` when all are texts,
  /// hash_value(); sorted when the list is long, left out for short lists of other values.
  std::vector<std::pair<uint64_t, uint32_t>> hashes;
  bool is_all_texts = false;
  [[nodiscard]] bool contains(json::Value value) const;
  void index();

 private:
  [[nodiscard]] bool contains_text(std::string_view text) const;
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
  std::vector<std::pair<uint64_t, uint64_t>> texts;  // hash_name() -> branches; sorted

  /// The branches that can hold, a bit each.
  [[nodiscard]] uint64_t candidates(json::Value object) const noexcept;
};

struct Combination {
  std::vector<SchemaId> all_of;
  std::vector<SchemaId> any_of;
  std::vector<SchemaId> one_of;
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

struct Schema {
  TypeMask types = types::kAny;
  /// The types of value of which more is asked than `types` says.
  TypeMask judged = 0;
  /// The kinds of value (a number has both bits) that `types` and all that the schema refers to or
  /// consists of allow: an upper bound, by which the fast mode turns down the others at once.
  TypeMask possible = types::kAny;
  /// The kinds of which every value is valid, so that the fast mode need not look at it.
  TypeMask certain = 0;
  Format format = Format::None;  // only where it is an assertion
  bool is_false = false;
  bool is_read_only = false;
  bool is_write_only = false;
  bool is_integer_lexical = false;  // draft 4: 1.0 is no integer
  bool allows_null = false;         // OpenAPI 3.0, lenient: `nullable` whatever stands beside it
  bool is_lean = false;             // no `unevaluated*`, no dynamic reference, not `false`
  ResourceId resource = 0;
  SchemaId ref = kNoSchema;
  std::unique_ptr<ObjectRules> object;
  std::unique_ptr<ArrayRules> array;
  std::unique_ptr<StringRules> string;
  std::unique_ptr<NumberRules> number;
  std::unique_ptr<EnumRule> enumeration;
  std::unique_ptr<EnumRule> constant;
  std::unique_ptr<Combination> combination;
  std::unique_ptr<DynamicReference> dynamic;
  std::vector<Unsupported> unsupported;
  json::Value source;  // the object or boolean in the contract

  /// Nothing but a `$ref`. Only of a schema that is not closed yet.
  [[nodiscard]] bool is_reference() const noexcept {
    return ref != kNoSchema && types == types::kAny && format == Format::None && !is_read_only &&
           !is_write_only && !allows_null && !object && !array && !string && !number &&
           !enumeration && !constant && !combination && !dynamic && unsupported.empty();
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

/// Fills in what the fast mode knows before it sees a value: Schema::possible, Schema::certain and
/// the selectors.
void close_branches(Program& program);

/// The types a value must have to get past the `type` keywords of the schema and of all it refers
/// to: an upper bound, by which texts of parameters are read.
[[nodiscard]] TypeMask possible_types(const Program& program, SchemaId id, int depth = 0) noexcept;

}  // namespace faultline::contracts::json_schema
