// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/json_schema/format.h"
#include "contracts/json_schema/pattern.h"
#include "proxy/base/diagnostic.h"
#include "proxy/json/exact_number.h"
#include "proxy/json/tape.h"

#include <array>
#include <bit>
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

enum class Dialect : uint8_t {
  OpenApi30,  // Wright-00 with OpenAPI's changes: nullable, boolean exclusive*, lonely $ref
  OpenApi31,  // JSON Schema 2020-12
};

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
  uint64_t hash = 0;
  SchemaId schema = kNoSchema;       // none when only `required` names it
  uint32_t required = kNotRequired;  // position in `required`
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
      if (known.hash == hash && known.name == name) return &known;
    }
    return nullptr;
  }
  [[nodiscard]] const std::vector<KnownName>& names() const noexcept { return names_; }

 private:
  static constexpr uint32_t kEmpty = UINT32_MAX;
  std::vector<KnownName> names_;
  std::vector<uint32_t> slots_;  // a power of two, at most half full
};

struct PatternProperty {
  std::string_view text;
  Pattern pattern;
  SchemaId schema = kNoSchema;
};

struct ObjectRules {
  NameTable names;
  std::vector<std::string_view> required;
  std::vector<PatternProperty> patterns;
  SchemaId additional = kNoSchema;
  SchemaId property_names = kNoSchema;
  uint64_t count_min = 0;
  uint64_t count_max = UINT64_MAX;
  bool has_properties = false;  // `properties` or `patternProperties` is written
};

struct ArrayRules {
  std::vector<SchemaId> prefix;
  SchemaId items = kNoSchema;  // for what `prefix` leaves
  SchemaId contains = kNoSchema;
  uint64_t contains_min = 1;
  uint64_t contains_max = UINT64_MAX;
  uint64_t count_min = 0;
  uint64_t count_max = UINT64_MAX;
  bool is_unique = false;
};

struct StringRules {
  uint64_t length_min = 0;
  uint64_t length_max = UINT64_MAX;
  std::optional<Pattern> pattern;
};

struct NumberRules {
  std::optional<json::Decimal> minimum;
  std::optional<json::Decimal> maximum;
  std::optional<json::Decimal> exclusive_minimum;
  std::optional<json::Decimal> exclusive_maximum;
  std::optional<json::Decimal> multiple_of;
};

/// `enum`, or `const` as an enum of one.
struct EnumRule {
  std::vector<json::Value> values;
  std::vector<std::pair<uint64_t, uint32_t>> by_hash;  // sorted; only for long lists
  [[nodiscard]] bool contains(json::Value value) const;
  void index();
};

struct Discriminator {
  std::string_view property;
  /// What the property says -> position in oneOf/anyOf.
  std::vector<std::pair<std::string_view, uint32_t>> branches;
};

struct Combination {
  std::vector<SchemaId> all_of;
  std::vector<SchemaId> any_of;
  std::vector<SchemaId> one_of;
  SchemaId negated = kNoSchema;
  SchemaId condition = kNoSchema;
  SchemaId then_branch = kNoSchema;
  SchemaId else_branch = kNoSchema;
  std::optional<Discriminator> discriminator;
};

/// A part of a schema that is not checked, and the types of value it would have judged.
struct Unsupported {
  std::string reason;  // "keyword:unevaluatedProperties"
  TypeMask types = types::kAny;
};

struct Schema {
  json::Value source;  // the object or boolean in the contract
  TypeMask types = types::kAny;
  bool is_false = false;
  bool is_read_only = false;
  bool is_write_only = false;
  Format format = Format::None;
  SchemaId ref = kNoSchema;
  std::unique_ptr<ObjectRules> object;
  std::unique_ptr<ArrayRules> array;
  std::unique_ptr<StringRules> string;
  std::unique_ptr<NumberRules> number;
  std::unique_ptr<EnumRule> enumeration;
  std::unique_ptr<EnumRule> constant;
  std::unique_ptr<Combination> combination;
  std::vector<Unsupported> unsupported;
};

/// All schemas of one contract.
struct Program {
  SourceFilePtr file;
  Dialect dialect = Dialect::OpenApi31;
  std::vector<Schema> schemas;

  [[nodiscard]] const Schema& operator[](SchemaId id) const noexcept { return schemas[id]; }
};

/// The types a value must have to get past the `type` keywords of the schema and of all it refers
/// to: an upper bound, by which texts of parameters are read.
[[nodiscard]] TypeMask possible_types(const Program& program, SchemaId id, int depth = 0) noexcept;

}  // namespace faultline::contracts::json_schema
