// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/validator.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

// Whatever the schema and the value (the two lines of the input) and the dialect (told by the size
// of the input): the fast mode and the exhaustive one give the same outcome, a value is invalid if
// and only if there is an error, each error lies inside the value, and judging twice says the same
// twice.

namespace {

using faultline::contracts::json_schema::CompileOptions;
using faultline::contracts::json_schema::Dialect;
using faultline::contracts::json_schema::Outcome;
using faultline::contracts::json_schema::Report;
using faultline::contracts::json_schema::SchemaError;
using faultline::contracts::json_schema::Validator;

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kSizeMax = 4096;
  if (size > kSizeMax) return 0;
  const std::string input(data, data + size);
  const size_t end = input.find('\n');
  if (end == std::string::npos) return 0;
  const std::string text = input.substr(end + 1);
  const auto value = faultline::json::Document::parse(text);
  if (!value) return 0;
  auto loaded =
      faultline::contracts::json_schema::load_document("schema.json", input.substr(0, end));
  if (!loaded.document) return 0;
  const faultline::contracts::json_schema::Registry registry;
  constexpr std::array kDialects = {Dialect::Draft2020, Dialect::Draft2019, Dialect::Draft7,
                                    Dialect::Draft6,    Dialect::Draft4,    Dialect::OpenApi30,
                                    Dialect::OpenApi31};
  CompileOptions options;
  options.dialect = kDialects[size % kDialects.size()];
  options.formats = CompileOptions::Formats::Assert;
  options.registry = &registry;
  const auto compiled = Validator::load(*loaded.document, options);
  if (!compiled.validator) return 0;

  Report report;
  const Outcome full = compiled.validator->collect(value->root(), report);
  require(compiled.validator->verdict(value->root()) == full);
  require((full == Outcome::Invalid) == !report.errors.empty());
  require(full != Outcome::Valid || report.unverifiable.empty());
  for (const SchemaError& error : report.errors) {
    require(error.instance.span().offset + error.instance.span().length <= text.size());
    require(error.file != nullptr);
  }
  Report again;
  require(compiled.validator->collect(value->root(), again) == full);
  require(again.errors.size() == report.errors.size());
  return 0;
}
