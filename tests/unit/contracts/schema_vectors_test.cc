// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "tests/unit/contracts/contracts_support.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::contracts::json_schema {
namespace {

std::string outcome_name(Outcome outcome) {
  return outcome == Outcome::Valid ? "ok" : outcome == Outcome::Invalid ? "bad" : "unk";
}

/// "keyword@pointer,..." or the reasons.
std::string details_of(Outcome outcome, const Report& report) {
  std::string details;
  if (outcome == Outcome::Invalid) {
    for (const SchemaError& error : report.errors) {
      details += (details.empty() ? "" : ",") + std::string(error.keyword) + "@" + error.pointer;
    }
  } else {
    for (const auto& [reason, count] : report.unverifiable) {
      details += (details.empty() ? "" : ",") + reason;
    }
  }
  return details;
}

/// The word before the first space; `line` keeps the rest.
std::string_view take_word(std::string_view& line) {
  const size_t space = line.find(' ');
  const std::string_view word = line.substr(0, space);
  line.remove_prefix(space == std::string_view::npos ? line.size() : space + 1);
  return word;
}

/// The first word of a line with a schema.
std::optional<Dialect> dialect_of(std::string_view word) {
  if (word == "30") return Dialect::OpenApi30;
  if (word == "31") return Dialect::OpenApi31;
  if (word == "4") return Dialect::Draft4;
  if (word == "6") return Dialect::Draft6;
  if (word == "7") return Dialect::Draft7;
  if (word == "19") return Dialect::Draft2019;
  if (word == "20") return Dialect::Draft2020;
  return std::nullopt;
}

TEST(SchemaVectors, GiveTheWrittenVerdicts) {
  const std::string text = read_fixture("vectors/schemas.txt");
  CompiledSchema schema;
  Direction direction = Direction::Response;
  size_t cases = 0;
  size_t number = 0;
  for (std::string_view line : split(text, '\n')) {
    ++number;
    if (line.empty() || line.starts_with('#')) continue;
    SCOPED_TRACE("schemas.txt:" + std::to_string(number) + ": " + std::string(line));
    const std::string_view word = take_word(line);
    if (const auto dialect = dialect_of(word)) {
      schema = compile_schema(std::string(line), *dialect);
      for (const auto& diagnostic : schema.diagnostics) {
        EXPECT_NE(diagnostic.severity, DiagnosticSeverity::Error) << render_diagnostic(diagnostic);
      }
      continue;
    }
    if (word == "as") {
      direction = line == "request" ? Direction::Request : Direction::Response;
      continue;
    }
    const std::string details(word == "ok" ? std::string_view() : take_word(line));
    const auto value = json::Document::parse(line);
    ASSERT_TRUE(value) << value.error().message;
    ++cases;

    Report report;
    const Outcome outcome = collect(schema.program, schema.id, value->root(), direction, report);

    EXPECT_EQ(outcome_name(outcome), word);
    EXPECT_EQ(details_of(outcome, report), details);
    EXPECT_EQ(verdict(schema.program, schema.id, value->root(), direction), outcome);
  }
  EXPECT_GE(cases, 200U);
}

}  // namespace
}  // namespace faultline::contracts::json_schema
