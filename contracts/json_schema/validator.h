// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/json_schema/compiler.h"
#include "contracts/json_schema/evaluator.h"
#include "contracts/json_schema/registry.h"
#include "proxy/base/diagnostic.h"
#include "proxy/json/tape.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace faultline::contracts::json_schema {

/// A text as a document: JSON or YAML. Without a value there is at least one error.
struct LoadedDocument {
  std::optional<SchemaDocument> document;
  std::vector<Diagnostic> diagnostics;
};
/// What becomes of a document with names that stand twice in one object, which are errors.
enum class Repeats : uint8_t {
  Refused,  // a schema: nobody knows what it says
  Kept,     // an instance: each of the values can be judged
};
[[nodiscard]] LoadedDocument load_document(std::string name, std::string text,
                                           Repeats repeats = Repeats::Refused);

/// One schema on its own, ready to judge values. Immutable; any thread may use it.
///
///   auto loaded = Validator::load(document, {.dialect = Dialect::Draft7});
///   if (loaded.validator) outcome = loaded.validator->verdict(value);
class Validator {
 public:
  struct Result {
    std::unique_ptr<const Validator> validator;  // null when there was an error
    std::vector<Diagnostic> diagnostics;         // errors, or warnings: what is not checked
  };
  /// `schema` is a part of the document, or its root.
  [[nodiscard]] static Result load(const SchemaDocument& document, json::Value schema,
                                   const CompileOptions& options);
  [[nodiscard]] static Result load(const SchemaDocument& document, const CompileOptions& options) {
    return load(document, document.tree->root(), options);
  }

  /// Stops at the first contradiction; see evaluator.h.
  [[nodiscard]] Outcome verdict(json::Value value) const {
    return json_schema::verdict(program_, id_, value, Direction::Response);
  }
  /// With all errors.
  Outcome collect(json::Value value, Report& report) const {
    return json_schema::collect(program_, id_, value, Direction::Response, report);
  }
  [[nodiscard]] const Program& program() const noexcept { return program_; }

 private:
  Validator(SchemaDocument document, Program program, SchemaId id)
      : document_(std::move(document)), program_(std::move(program)), id_(id) {}

  SchemaDocument document_;  // the program borrows its tree
  Program program_;
  SchemaId id_;
};

}  // namespace faultline::contracts::json_schema
