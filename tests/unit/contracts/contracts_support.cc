// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/unit/contracts/contracts_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

namespace faultline::contracts {

std::string read_fixture(const std::string& name) {
  std::ifstream stream(std::string(FL_SOURCE_DIR "/tests/unit/contracts/") + name,
                       std::ios::binary);
  EXPECT_TRUE(stream) << name;
  return {std::istreambuf_iterator<char>(stream), {}};
}

CompiledSchema compile_schema(std::string text, json_schema::Dialect dialect) {
  CompiledSchema schema;
  schema.file = std::make_shared<const SourceFile>("schema.json", std::move(text));
  auto document = json::Document::parse(schema.file->text());
  EXPECT_TRUE(document) << schema.file->text();
  schema.document = std::make_unique<json::Document>(std::move(*document));
  Problems problems(schema.file);
  json_schema::Compiler compiler(schema.document->root(), dialect, problems);
  schema.id = compiler.add(schema.document->root());
  schema.program = compiler.finish();
  schema.diagnostics = problems.take();
  return schema;
}

std::unique_ptr<Contract> must_load(const std::string& name, const std::string& text) {
  LoadResult result = load_openapi(name, text);
  EXPECT_TRUE(result.contract) << render_diagnostics(result.diagnostics);
  return std::move(result.contract);
}

std::vector<std::string> rules_of(const CheckResult& result) {
  std::vector<std::string> rules;
  for (const Violation& violation : result.violations) {
    rules.push_back(violation.rule + " " + violation.pointer);
  }
  std::sort(rules.begin(), rules.end());
  return rules;
}

std::vector<std::string> reasons_of(const CheckResult& result) {
  std::vector<std::string> reasons;
  for (const auto& [reason, count] : result.unverifiable) reasons.push_back(reason);
  return reasons;
}

MessageView json_response(std::string_view target, int status, std::string_view body) {
  MessageView message;
  message.direction = Direction::Response;
  message.method = "GET";
  message.target = target;
  message.status = status;
  message.fields = {{"Content-Type", "application/json"}};
  message.body = body;
  return message;
}

}  // namespace faultline::contracts
