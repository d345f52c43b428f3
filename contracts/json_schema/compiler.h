// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/json_schema/schema.h"
#include "contracts/problems.h"
#include "proxy/json/tape.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace faultline::contracts::json_schema {

/// Turns the schemas of one document into a Program. Each schema object becomes one Schema however
/// often it is referred to, so recursive schemas are finite.
///
///   Compiler compiler(document.root(), Dialect::OpenApi31, problems);
///   SchemaId pet = compiler.add(pet_schema);
///   Program program = compiler.finish();   // unless problems.has_errors()
class Compiler {
 public:
  Compiler(json::Value root, Dialect dialect, Problems& problems);

  /// The id of the schema at `value`; what it says is compiled by finish().
  [[nodiscard]] SchemaId add(json::Value value);
  [[nodiscard]] Program finish();

  /// A reason that makes every schema unverifiable (a dialect nobody here speaks).
  void mark_all(std::string reason) { mark_all_ = std::move(reason); }

 private:
  friend struct KeywordTable;

  void compile(SchemaId id);
  void compile_keywords(Schema& schema);
  void compile_reference(Schema& schema, json::Value ref);
  void close_numbers(Schema& schema);
  void close_nullable(Schema& schema);
  void close_object(Schema& schema);
  void close_discriminator(Schema& schema);
  void cut_cycles();
  [[nodiscard]] SchemaId unknown_schema();

  // Keywords (compiler_keywords.cc). Each takes the member that spells it.
  void on_type(Schema& schema, const json::Member& member);
  void on_enum(Schema& schema, const json::Member& member);
  void on_const(Schema& schema, const json::Member& member);
  void on_format(Schema& schema, const json::Member& member);
  void on_number_limit(Schema& schema, const json::Member& member);
  void on_string_limit(Schema& schema, const json::Member& member);
  void on_pattern(Schema& schema, const json::Member& member);
  void on_object_limit(Schema& schema, const json::Member& member);
  void on_properties(Schema& schema, const json::Member& member);
  void on_pattern_properties(Schema& schema, const json::Member& member);
  void on_additional_properties(Schema& schema, const json::Member& member);
  void on_property_names(Schema& schema, const json::Member& member);
  void on_required(Schema& schema, const json::Member& member);
  void on_items(Schema& schema, const json::Member& member);
  void on_prefix_items(Schema& schema, const json::Member& member);
  void on_contains(Schema& schema, const json::Member& member);
  void on_array_limit(Schema& schema, const json::Member& member);
  void on_unique_items(Schema& schema, const json::Member& member);
  void on_branches(Schema& schema, const json::Member& member);
  void on_single_branch(Schema& schema, const json::Member& member);
  void on_access(Schema& schema, const json::Member& member);
  void on_discriminator(Schema& schema, const json::Member& member);
  void on_unsupported(Schema& schema, const json::Member& member);
  void on_unevaluated(Schema& schema, const json::Member& member);
  void on_exclusive(Schema& schema, const json::Member& member);

  [[nodiscard]] std::optional<uint64_t> count_of(const json::Member& member);
  [[nodiscard]] std::optional<json::Decimal> number_of(const json::Member& member);
  [[nodiscard]] bool expect(const json::Member& member, json::Kind kind);
  [[nodiscard]] std::vector<SchemaId> schemas_of(const json::Member& member);
  Diagnostic& wrong_value(const json::Member& member, std::string_view wanted);
  void not_checked(Schema& schema, const json::Member& member, std::string_view why);

  json::Value root_;
  Dialect dialect_;
  Problems& problems_;
  std::string mark_all_;
  Program program_;
  std::unordered_map<uint32_t, SchemaId> ids_;  // by node; looked up only
  std::vector<json::Value> sources_;            // by id
  SchemaId compiled_ = 0;
  SchemaId unknown_ = kNoSchema;
};

}  // namespace faultline::contracts::json_schema
