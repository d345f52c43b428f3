// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/json_schema/keywords.h"
#include "contracts/json_schema/registry.h"
#include "contracts/json_schema/resource_index.h"
#include "contracts/json_schema/schema.h"
#include "contracts/problems.h"
#include "proxy/json/tape.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace faultline::contracts::json_schema {

struct CompileOptions {
  /// Whether `format` can make a value invalid. By dialect: in OpenAPI, as its tools have it; in
  /// JSON Schema only where the metaschema requires the format-assertion vocabulary.
  enum class Formats : uint8_t { ByDialect, Assert, Annotate };

  Dialect dialect = Dialect::Draft2020;  // of schemas without `$schema`
  Formats formats = Formats::ByDialect;
  bool asserts_content = false;  // draft 7's `contentEncoding` and `contentMediaType`
  std::string uri = {};          // of the document, for its references
  const Registry* registry = nullptr;
  /// What OpenAPI 2.0 has besides the schemas of 3.0: `type: file`, a `discriminator` that is only
  /// a name, and parameters that are their own schema.
  bool is_openapi2 = false;
  /// OpenAPI 3.0: `nullable: true` allows null also beside `$ref`, combinations and `enum`, where
  /// the specification gives it no effect (Clarify-Nullable, 2019-10-31) but many contracts mean
  /// it. In 2.0 `x-nullable` is read like it.
  bool is_nullable_lenient = false;
};

/// Turns the schemas of one document, and those they refer to in others, into a Program. Each
/// schema object becomes one Schema however often it is referred to, so recursive schemas are
/// finite.
///
///   Compiler compiler(document.root(), {.dialect = Dialect::Draft7}, problems);
///   SchemaId pet = compiler.add(pet_schema);
///   Program program = compiler.finish();   // unless problems.has_errors()
class Compiler {
 public:
  Compiler(json::Value root, const CompileOptions& options, Problems& problems);
  Compiler(json::Value root, Dialect dialect, Problems& problems)
      : Compiler(root, CompileOptions{.dialect = dialect}, problems) {}

  /// The id of the schema at `value`; what it says is compiled by finish().
  [[nodiscard]] SchemaId add(json::Value value) { return add(value, 0); }
  /// The same for a schema in another document, which `uri` names in the registry.
  [[nodiscard]] SchemaId add_of(json::Value value, std::string_view uri);
  [[nodiscard]] Program finish();

  /// A reason that makes every schema unverifiable (a dialect nobody here speaks).
  void mark_all(std::string reason) { mark_all_ = std::move(reason); }

 private:
  struct Source {
    json::Value value;
    ResourceId resource;
  };

  [[nodiscard]] SchemaId add(json::Value value, ResourceId otherwise);
  /// A schema that stands inside the one being compiled.
  [[nodiscard]] SchemaId add_inner(json::Value value) { return add(value, resource_); }
  [[nodiscard]] Dialect dialect() const noexcept { return language_.dialect; }
  [[nodiscard]] bool is_openapi() const noexcept {
    return dialect() == Dialect::OpenApi30 || dialect() == Dialect::OpenApi31;
  }

  void compile(SchemaId id);
  void compile_object(Schema& schema);
  void compile_keywords(Schema& schema);
  void compile_keyword(Schema& schema, const json::Member& member, KeywordId keyword);
  void compile_container_keyword(Schema& schema, const json::Member& member, KeywordId keyword);

  // References (compiler_references.cc).
  void compile_references(Schema& schema);
  [[nodiscard]] std::optional<ResourceIndex::Target> follow(Schema& schema,
                                                            const json::Member& member);
  void on_dynamic_reference(Schema& schema, const json::Member& member);
  void explain_dangling(const json::Member& member);
  [[nodiscard]] bool add_candidates();
  void close_dynamic();
  [[nodiscard]] SchemaId unknown_schema();
  void cut_cycles();
  void skip_references();

  // What needs the whole schema (compiler_close.cc).
  void close(Schema& schema);
  void close_numbers(Schema& schema);
  void close_nullable(Schema& schema);
  [[nodiscard]] bool reads_null_leniently(Schema& schema);
  void close_object(Schema& schema);
  void close_discriminator(Schema& schema);
  static void close_judged(Schema& schema);
  void warn_of_closed_branches();

  // Keywords (compiler_keywords.cc). Each takes the member that spells it.
  void on_type(Schema& schema, const json::Member& member);
  void on_enum(Schema& schema, const json::Member& member);
  void on_const(Schema& schema, const json::Member& member);
  static void add_enum(Schema& schema, bool is_const, std::vector<json::Value> values);
  void on_format(Schema& schema, const json::Member& member);
  void on_content(Schema& schema, const json::Member& member, KeywordId keyword);
  void on_number_limit(Schema& schema, const json::Member& member, KeywordId keyword);
  void on_string_limit(Schema& schema, const json::Member& member, KeywordId keyword);
  void on_pattern(Schema& schema, const json::Member& member);
  void on_object_limit(Schema& schema, const json::Member& member, KeywordId keyword);
  void on_properties(Schema& schema, const json::Member& member);
  void on_pattern_properties(Schema& schema, const json::Member& member);
  void on_required(Schema& schema, const json::Member& member);
  void on_dependencies(Schema& schema, const json::Member& member);
  void on_items(Schema& schema, const json::Member& member);
  void on_additional_items(Schema& schema, const json::Member& member);
  void on_array_limit(Schema& schema, const json::Member& member, KeywordId keyword);
  void on_unique_items(Schema& schema, const json::Member& member);
  void on_branches(Schema& schema, const json::Member& member, KeywordId keyword);
  void on_single_branch(Schema& schema, const json::Member& member, KeywordId keyword);
  void on_access(Schema& schema, const json::Member& member, KeywordId keyword);
  void on_discriminator(const json::Member& member);
  void on_exclusive(Schema& schema, const json::Member& member, KeywordId keyword);

  [[nodiscard]] const Pattern* pattern_of(Schema& schema, json::Value text, std::string_view what,
                                          TypeMask types);
  [[nodiscard]] std::vector<std::string_view> names_of(const json::Member& member);
  [[nodiscard]] std::optional<Count> count_of(const json::Member& member);
  [[nodiscard]] std::optional<json::Decimal> number_of(const json::Member& member);
  [[nodiscard]] bool expect(const json::Member& member, json::Kind kind);
  [[nodiscard]] std::vector<SchemaId> schemas_of(const json::Member& member);

  // Problems, with the text that the schema stands in.
  Diagnostic& error(std::string_view code, std::string message, SourceSpan span);
  Diagnostic& warning(std::string_view code, std::string message, SourceSpan span);
  Diagnostic& wrong_value(const json::Member& member, std::string_view wanted);
  void not_checked(Schema& schema, const json::Member& member, std::string_view why);

  CompileOptions options_;
  Problems& problems_;
  ResourceIndex index_;
  std::string mark_all_;
  Program program_;
  std::unordered_map<const json::Document*, std::unordered_map<uint32_t, SchemaId>> ids_;
  std::unordered_map<std::string, const Pattern*> patterns_;  // null: it cannot run
  std::vector<Source> sources_;                               // by id
  SchemaId compiled_ = 0;
  SchemaId unknown_ = kNoSchema;
  // Of the schema being compiled.
  Schema* current_ = nullptr;
  ResourceId resource_ = 0;
  Language language_;
};

}  // namespace faultline::contracts::json_schema
