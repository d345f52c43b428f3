// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/avro/kind.h"
#include "contracts/avro/logical_type.h"
#include "contracts/avro/registry_entry.h"
#include "proxy/base/diagnostic.h"
#include "proxy/json/tape.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::contracts::avro {

/// Of a schema's text: the largest registries take a megabyte.
inline constexpr size_t kSchemaBytes = 16UL * 1024 * 1024;
/// Levels of JSON in it. A record defined inside a record lies three levels below it.
inline constexpr size_t kSchemaDepth = 512;
/// Types in it; names do not count each time they are used.
inline constexpr size_t kTypesMax = 100'000;
/// Aliases in it, of types and fields. Those of a type are kept as fullnames.
inline constexpr size_t kAliasesMax = 100'000;

using TypeId = uint32_t;

/// A type where it is used. Values are borrowed from the schema.
struct TypeUse {
  TypeId type = 0;
  /// What stands there: a name, or an object, whose attributes may be more than those of the type.
  json::Value source;
};

struct Field {
  std::string name;
  std::vector<std::string> aliases;
  TypeUse type;
  std::optional<json::Value> default_value;
  json::Value source;
};

/// One type. Those with parts name them by TypeUse, so a record may hold itself.
struct Type {
  Kind kind = Kind::Null;
  bool is_error = false;             // a record that is called `error`
  std::string name;                  // Record, Enum, Fixed: the fullname
  std::vector<std::string> aliases;  // the same: fullnames
  std::vector<Field> fields;         // Record
  std::vector<std::string> symbols;  // Enum
  std::optional<uint32_t> default_symbol;
  std::vector<TypeUse> parts;  // Array: items. Map: values. Union: branches
  uint32_t size_bytes = 0;     // Fixed
  LogicalType logical;
  /// The object or list that defines it; none for a primitive type that is just named.
  std::optional<json::Value> source;
};

/// An Avro schema as a graph of types, with the place of everything in its text. Immutable and
/// thread-safe. Not movable: values point into it.
class Schema {
 public:
  Schema(const Schema&) = delete;
  Schema& operator=(const Schema&) = delete;

  [[nodiscard]] const TypeUse& root() const noexcept { return root_; }
  [[nodiscard]] const Type& operator[](TypeId id) const noexcept { return types_[id]; }
  /// Types are numbered from 0; the first kPrimitives are the primitive ones, in the order of Kind.
  [[nodiscard]] size_t size() const noexcept { return types_.size(); }
  /// The named type of that fullname.
  [[nodiscard]] std::optional<TypeId> find(std::string_view full_name) const;
  /// The tags that stand beside the schema in its registry.
  [[nodiscard]] const std::vector<PathTag>& tags() const noexcept { return tags_; }
  [[nodiscard]] const SourceFile& file() const noexcept { return *file_; }

 private:
  friend struct SchemaLoad;
  Schema() = default;

  SourceFilePtr file_;  // shared with the diagnostics
  std::unique_ptr<const json::Document> document_;
  std::vector<Type> types_;
  std::map<std::string, TypeId, std::less<>> names_;
  std::vector<PathTag> tags_;
  TypeUse root_;
};

struct LoadedSchema {
  std::unique_ptr<const Schema> schema;  // null when it is wrong
  std::vector<Diagnostic> diagnostics;
};

/// Reads an Avro schema (1.12) from its JSON text, or the entry of a registry that holds it
/// (registry_entry.h; places are then those in the text of its `schema`). What makes
/// data unreadable refuses it, each with its line, column and pointer: a name that is none or is
/// defined twice, an unknown type, a union of unions. What matters only to who reads older data, a
/// default that its type does not have, is a warning. `doc` and `order` are passed over.
[[nodiscard]] LoadedSchema load_schema(std::string file_name, std::string text);

}  // namespace faultline::contracts::avro
