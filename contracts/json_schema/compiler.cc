// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/compiler.h"

#include "contracts/json_schema/exemptions.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace faultline::contracts::json_schema {
namespace {

/// Some keywords say nothing about values of other types.
TypeMask types_judged_by(std::string_view keyword) noexcept {
  for (const std::string_view name :
       {"unevaluatedProperties", "dependentSchemas", "dependentRequired", "dependencies",
        "patternProperties", "propertyNames"}) {
    if (keyword == name) return types::kObject;
  }
  for (const std::string_view name : {"unevaluatedItems", "additionalItems", "prefixItems",
                                      "contains", "minContains", "maxContains"}) {
    if (keyword == name) return types::kArray;
  }
  return types::kAny;
}

/// Keywords without which a schema of OpenAPI 3.0 says less than its author meant.
bool is_foreign_in_30(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 3> kReferences = {"$dynamicRef", "$recursiveRef", "$id"};
  if (std::find(kReferences.begin(), kReferences.end(), name) != kReferences.end()) return true;
  const Keyword* keyword = find_keyword(name);
  return keyword != nullptr && (keyword->dialects & bit_of(Dialect::OpenApi30)) == 0 &&
         keyword->id != KeywordId::Definitions && keyword->vocabulary != vocabularies::kContent;
}

}  // namespace

Compiler::Compiler(json::Value root, const CompileOptions& options, Problems& problems)
    : options_(options), problems_(problems), index_(options.registry) {
  program_.file = problems.file();
  program_.dialect = options.dialect;
  index_.add_document(options.uri, problems.file(), root, {options.dialect});
}

SchemaId Compiler::add(json::Value value, ResourceId otherwise) {
  const auto next = static_cast<SchemaId>(sources_.size());
  const auto [entry, is_new] = ids_[&value.document()].try_emplace(value.index(), next);
  if (is_new) {
    const bool is_schema = value.is_object() || value.is_bool();
    sources_.push_back({value, is_schema ? index_.resource_of(value, otherwise) : otherwise});
  }
  return entry->second;
}

SchemaId Compiler::add_of(json::Value value, std::string_view uri) {
  const ResourceId document = index_.find_document(uri);
  return add(value, document == kNoResource ? 0 : document);
}

Program Compiler::finish() {
  // Compiling one schema adds those it names, so this loop is the recursion. A dynamic reference
  // may lead into every resource that was met, which may lead on.
  do {
    while (compiled_ < sources_.size()) compile(compiled_++);
  } while (add_candidates());
  close_dynamic();
  cut_cycles();
  skip_references();
  for (Schema& schema : program_.schemas) close_judged(schema);
  warn_of_closed_branches();
  close_branches(program_);
  close_routes(program_);
  close_exemptions(program_);
  program_.schemas.shrink_to_fit();
  program_.patterns.shrink_to_fit();
  program_.documents = index_.documents();
  return std::move(program_);
}

void Compiler::compile(SchemaId id) {
  Schema schema;
  schema.source = sources_[id].value;
  resource_ = sources_[id].resource;
  language_ = index_[resource_].language;
  schema.resource = resource_;
  current_ = &schema;
  if (!mark_all_.empty()) schema.unsupported.push_back({mark_all_, types::kAny});
  if (schema.source.is_bool()) {
    schema.is_false = !schema.source.boolean();
  } else if (schema.source.is_object()) {
    compile_object(schema);
  } else {
    error(codes::kWrongKind,
          "a schema must be an object, not " + std::string(json::kind_name(schema.source.kind())),
          schema.source.span());
  }
  current_ = nullptr;
  program_.schemas.push_back(std::move(schema));
}

void Compiler::compile_object(Schema& schema) {
  if (index_[resource_].is_unknown_language) {
    // Keywords of another dialect may mean something else: none of them is read.
    for (const json::Member& member : schema.source.members()) {
      if (member.name() == "$schema") {
        return not_checked(schema, member, "this dialect is not supported");
      }
    }
    schema.unsupported.push_back({"keyword:$schema", types::kAny});
    return;
  }
  const auto ref = schema.source.find("$ref");
  compile_references(schema);
  // Up to draft 7 a reference stands alone: what is written beside it does not count.
  if (ref && dialect() <= Dialect::Draft7) {
    if (dialect() == Dialect::OpenApi30) close_nullable(schema);
    return;
  }
  schema.is_integer_lexical = dialect() == Dialect::Draft4;
  compile_keywords(schema);
}

void Compiler::compile_keywords(Schema& schema) {
  constexpr std::array<std::string_view, 4> kTexts = {"$id", "$schema", "$anchor",
                                                      "$dynamicAnchor"};
  for (const json::Member& member : schema.source.members()) {
    const bool is_text = std::find(kTexts.begin(), kTexts.end(), member.name()) != kTexts.end();
    if (is_text && !member.value.is_string()) wrong_value(member, "a text");
    if (member.name() == "$defs" && !member.value.is_object()) wrong_value(member, "an object");
    const Keyword* keyword = find_keyword(member.name());
    if (keyword != nullptr && keyword->is_in(language_)) {
      compile_keyword(schema, member, keyword->id);
    } else if (dialect() == Dialect::OpenApi30 && is_foreign_in_30(member.name())) {
      not_checked(schema, member, "OpenAPI 3.0 does not have it");
    }
  }
  close(schema);
}

/// A schema that is wrong is not believed: what reaches it is unverifiable, where the whole is not
/// refused for it. A reference that leads nowhere has a reason of its own.
Diagnostic& Compiler::error(std::string_view code, std::string message, SourceSpan span) {
  if (current_ != nullptr && code != codes::kReference) {
    current_->unsupported.push_back({"contract-error:" + std::string(code), types::kAny});
  }
  auto& problem = problems_.error(code, std::move(message), span);
  problem.file = index_[resource_].file;
  return problem;
}

Diagnostic& Compiler::warning(std::string_view code, std::string message, SourceSpan span) {
  auto& problem = problems_.warning(code, std::move(message), span);
  problem.file = index_[resource_].file;
  return problem;
}

Diagnostic& Compiler::wrong_value(const json::Member& member, std::string_view wanted) {
  auto& problem = error(codes::kKeywordValue,
                        "'" + std::string(member.name()) + "' must be " + std::string(wanted),
                        member.value.span());
  problem.label = "this is " + std::string(json::kind_name(member.value.kind()));
  return problem;
}

void Compiler::not_checked(Schema& schema, const json::Member& member, std::string_view why) {
  schema.unsupported.push_back(
      {"keyword:" + std::string(member.name()), types_judged_by(member.name())});
  auto& problem = warning(codes::kNotChecked, "'" + std::string(member.name()) + "' is not checked",
                          member.key.span());
  problem.label = why;
  problem.notes.emplace_back("values that reach this schema count as unverifiable");
}

}  // namespace faultline::contracts::json_schema
