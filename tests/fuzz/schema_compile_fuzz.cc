// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/validator.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

// Whatever the schema: compiling it ends, in every dialect. Either there is an error, or the schema
// gives the same outcome in both modes for small values of every kind. The first byte chooses the
// dialect.

namespace {

using faultline::contracts::json_schema::CompileOptions;
using faultline::contracts::json_schema::Dialect;
using faultline::contracts::json_schema::Outcome;
using faultline::contracts::json_schema::Report;
using faultline::contracts::json_schema::Validator;

void require(bool holds) {
  if (!holds) std::abort();
}

void judge(const Validator& validator, const char* text) {
  const auto value = faultline::json::Document::parse(text);
  require(value.has_value());
  Report report;
  const Outcome outcome = validator.collect(value->root(), report);
  require(validator.verdict(value->root()) == outcome);
  require((outcome == Outcome::Invalid) == !report.errors.empty());
  require((outcome == Outcome::Unknown) <= !report.unverifiable.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kSizeMax = 4096;
  if (size == 0 || size > kSizeMax) return 0;
  constexpr std::array kDialects = {Dialect::OpenApi30, Dialect::Draft4,    Dialect::Draft6,
                                    Dialect::Draft7,    Dialect::Draft2019, Dialect::Draft2020,
                                    Dialect::OpenApi31};
  CompileOptions options;
  options.dialect = kDialects[data[0] % kDialects.size()];
  options.formats = CompileOptions::Formats::Assert;
  const faultline::contracts::json_schema::Registry registry;
  options.registry = &registry;
  auto loaded = faultline::contracts::json_schema::load_document(
      "schema.json", std::string(data + 1, data + size));
  require(loaded.document.has_value() || !loaded.diagnostics.empty());
  if (!loaded.document) return 0;
  const auto compiled = Validator::load(*loaded.document, options);
  require(compiled.validator != nullptr || !compiled.diagnostics.empty());
  if (!compiled.validator) return 0;
  for (const char* text : {"null", "true", "-1.5", "\"a-b@c\"", "[1,[],1,\"x\"]",
                           "{\"a\":1,\"b\":{\"a\":[0]},\"\":null}"}) {
    judge(*compiled.validator, text);
  }
  return 0;
}
