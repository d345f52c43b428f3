// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/validator.h"

#include "contracts/document.h"
#include "contracts/problems.h"

#include <utility>

namespace faultline::contracts::json_schema {

LoadedDocument load_document(std::string name, std::string text, Repeats repeats) {
  LoadedDocument loaded;
  Problems problems(std::make_shared<const SourceFile>(std::move(name), std::move(text)));
  std::shared_ptr<const json::Document> tree = read_document(problems, loaded.diagnostics);
  if (tree) report_duplicates(*tree, problems);
  const bool is_refused = problems.has_errors() && repeats == Repeats::Refused;
  for (Diagnostic& problem : problems.take()) loaded.diagnostics.push_back(std::move(problem));
  if (tree && !is_refused) loaded.document = SchemaDocument{problems.file(), std::move(tree)};
  return loaded;
}

Validator::Result Validator::load(const SchemaDocument& document, json::Value schema,
                                  const CompileOptions& options) {
  Result result;
  Problems problems(document.file);
  Compiler compiler(schema, options, problems);
  const SchemaId id = compiler.add(schema);
  Program program = compiler.finish();
  const bool has_errors = problems.has_errors();
  result.diagnostics = problems.take();
  if (!has_errors) result.validator.reset(new Validator(document, std::move(program), id));
  return result;
}

}  // namespace faultline::contracts::json_schema
