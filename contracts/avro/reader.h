// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/avro/schema.h"
#include "contracts/problems.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::contracts::avro {

/// Turns the tree of a schema's text into types. Reads on after a mistake, so that one pass tells
/// all of them, and stops at kComplaintsMax errors. Warnings never stop it: a schema of which only
/// a part was read must not be taken. Of them the first kComplaintsMax are told.
class SchemaReader {
 public:
  static constexpr size_t kComplaintsMax = 100;

  /// Borrows `problems`.
  explicit SchemaReader(Problems& problems);

  /// The type of the whole text; nothing when it is wrong, and then `problems` has errors.
  [[nodiscard]] std::optional<TypeUse> read(json::Value root);

  [[nodiscard]] std::vector<Type>& types() noexcept { return types_; }
  [[nodiscard]] std::map<std::string, TypeId, std::less<>>& names() noexcept { return names_; }

 private:
  // reader.cc: `space` is the namespace that encloses the value.
  [[nodiscard]] std::optional<TypeUse> read_use(json::Value source, std::string_view space);
  [[nodiscard]] std::optional<TypeUse> read_name_use(json::Value source, std::string_view name,
                                                     std::string_view space);
  [[nodiscard]] std::optional<TypeUse> read_object(json::Value source, std::string_view space);
  [[nodiscard]] std::optional<TypeUse> read_primitive(json::Value source, Kind kind);
  [[nodiscard]] std::optional<TypeUse> read_union(json::Value source, std::string_view space);
  [[nodiscard]] std::optional<TypeUse> read_container(json::Value source, Kind kind,
                                                      std::string_view space);
  [[nodiscard]] bool may_join(const Type& type, const TypeUse& branch, std::set<std::string>& seen);

  // reader_named.cc
  [[nodiscard]] std::optional<TypeUse> read_named(json::Value source, std::string_view word,
                                                  std::string_view space);
  [[nodiscard]] std::optional<std::string> read_definition_name(json::Value source,
                                                                std::string_view word,
                                                                std::string_view space);
  void read_record(json::Value source, TypeId id);
  [[nodiscard]] std::optional<Field> read_field(json::Value source, std::string_view space);
  void read_enum(json::Value source, TypeId id);
  void read_fixed(json::Value source, TypeId id);
  [[nodiscard]] std::vector<std::string> read_aliases(json::Value source,
                                                      std::optional<std::string_view> space);
  void check_aliases();
  /// False, with an error at `at`, when it is longer than kNameBytesMax.
  [[nodiscard]] bool is_name_length(json::Value at, std::string_view name);

  /// The member `name` of `source`, which must be there and of that kind.
  [[nodiscard]] std::optional<json::Value> require(json::Value source, std::string_view owner,
                                                   std::string_view name, json::Kind kind);
  [[nodiscard]] std::optional<TypeId> add(Type type);
  void read_logical(json::Value source, Type& type);
  /// Null once there are too many.
  Diagnostic* wrong(json::Value at, std::string_view code, std::string message,
                    std::string help = {});
  void doubtful(json::Value at, std::string_view code, std::string message);
  [[nodiscard]] bool is_stopped() const noexcept { return errors_ >= kComplaintsMax; }

  Problems& problems_;
  std::vector<Type> types_;
  std::map<std::string, TypeId, std::less<>> names_;
  size_t aliases_ = 0;
  size_t errors_ = 0;
  size_t warnings_ = 0;
};

}  // namespace faultline::contracts::avro
