// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/engine.h"
#include "contracts/json_schema/compiler.h"
#include "contracts/json_schema/evaluator.h"
#include "contracts/problems.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::contracts {

/// A text under tests/unit/contracts.
[[nodiscard]] std::string read_fixture(const std::string& name);

/// A schema that owns its text.
struct CompiledSchema {
  SourceFilePtr file;
  std::unique_ptr<json::Document> document;
  std::vector<Diagnostic> diagnostics;
  json_schema::Program program;
  json_schema::SchemaId id = 0;
};
[[nodiscard]] CompiledSchema compile_schema(std::string text, json_schema::Dialect dialect);

/// The contract; fails the test when it does not load.
[[nodiscard]] std::unique_ptr<Contract> must_load(const std::string& name, const std::string& text);

/// "rule pointer" of each violation, sorted.
[[nodiscard]] std::vector<std::string> rules_of(const CheckResult& result);
[[nodiscard]] std::vector<std::string> reasons_of(const CheckResult& result);

/// A response to `GET target` with a JSON body.
[[nodiscard]] MessageView json_response(std::string_view target, int status, std::string_view body);

}  // namespace faultline::contracts
