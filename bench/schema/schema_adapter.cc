// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "bench/schema/schema_adapter.h"

#include "contracts/json_schema/compiler.h"
#include "contracts/json_schema/evaluator.h"
#include "contracts/json_schema/registry.h"
#include "contracts/problems.h"

#include <utility>

namespace faultline::bench {

namespace engine = contracts::json_schema;

Result<CompiledSchema> CompiledSchema::compile(std::string text) {
  CompiledSchema schema;
  schema.file_ = std::make_shared<const SourceFile>("schema.json", std::move(text));
  auto tree = json::Document::parse(schema.file_->text());
  if (!tree) return fail(std::move(tree.error()));
  schema.tree_ = std::make_unique<json::Document>(std::move(*tree));
  contracts::Problems problems(schema.file_);
  const engine::Registry registry;  // schemas of schemas refer to the drafts' own
  engine::CompileOptions options;
  options.dialect = engine::Dialect::Draft7;
  options.registry = &registry;
  engine::Compiler compiler(schema.tree_->root(), options, problems);
  schema.root_ = compiler.add(schema.tree_->root());
  schema.program_ = compiler.finish();
  if (problems.has_errors()) {
    return fail(ErrorCode::ParseFailed, render_diagnostics(problems.take()));
  }
  return schema;
}

CompiledSchema::Answer CompiledSchema::check(json::Value instance) const {
  switch (engine::verdict(program_, root_, instance, Direction::Response)) {
    case engine::Outcome::Valid:
      return Answer::Valid;
    case engine::Outcome::Invalid:
      return Answer::Invalid;
    case engine::Outcome::Unknown:
      break;
  }
  return Answer::Unknown;
}

}  // namespace faultline::bench
