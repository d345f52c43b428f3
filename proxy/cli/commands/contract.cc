// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/validator.h"
#include "proxy/base/limits.h"
#include "proxy/cli/bowtie.h"
#include "proxy/cli/commands/commands.h"
#include "proxy/cli/files.h"
#include "proxy/json/writer.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>

// `faultline contract`: JSON Schema on its own here, OpenAPI in contract_list.cc.
namespace faultline::cli {
namespace {

using contracts::json_schema::CompileOptions;
using contracts::json_schema::LoadedDocument;
using contracts::json_schema::Outcome;
using contracts::json_schema::Registry;
using contracts::json_schema::Repeats;
using contracts::json_schema::Report;
using contracts::json_schema::SchemaDocument;
using contracts::json_schema::SchemaError;
using contracts::json_schema::Validator;

constexpr std::string_view kDoesNotHold = "FL4201";

class ValidateCommand {
 public:
  ValidateCommand(const ContractOptions& options, Terminal& terminal)
      : options_(options), terminal_(terminal) {}

  int execute();

 private:
  [[nodiscard]] bool has_one_standard_input() const;
  [[nodiscard]] std::optional<SchemaDocument> load(const std::string& path,
                                                   Repeats repeats = Repeats::Refused);
  [[nodiscard]] bool load_references();
  [[nodiscard]] bool load_schema();
  [[nodiscard]] bool check(const std::string& path);
  [[nodiscard]] Diagnostic describe(const SchemaError& error, const SourceFilePtr& file) const;
  void write_json(const std::string& path, Outcome outcome, const Report& report, size_t repeats);
  void print(const std::vector<Diagnostic>& diagnostics);

  const ContractOptions& options_;
  Terminal& terminal_;
  Registry registry_;
  std::unique_ptr<const Validator> validator_;
  json::Writer json_{json::Writer::Layout::Pretty};
  bool has_findings_ = false;
};

void ValidateCommand::print(const std::vector<Diagnostic>& diagnostics) {
  if (diagnostics.empty()) return;
  terminal_.print_problems(render_diagnostics(diagnostics, terminal_.has_color(), ""));
}

/// It can be read once only.
bool ValidateCommand::has_one_standard_input() const {
  const auto uses = std::count(options_.instances.begin(), options_.instances.end(), "-");
  if (uses + (options_.schema == "-" ? 1 : 0) <= 1) return true;
  terminal_.complain("error: '-' may stand for one file only: standard input is read once");
  return false;
}

std::optional<SchemaDocument> ValidateCommand::load(const std::string& path, Repeats repeats) {
  auto text = read_file(path, limits::kContractBytes);
  if (!text) {
    terminal_.complain("error: " + text.error().message);
    return std::nullopt;
  }
  LoadedDocument loaded = contracts::json_schema::load_document(path, std::move(*text), repeats);
  print(loaded.diagnostics);
  return std::move(loaded.document);
}

bool ValidateCommand::load_references() {
  for (const std::string& reference : options_.resolve) {
    // A URI may hold '=' in its query; a path hardly ever does.
    const size_t equals = reference.rfind('=');
    if (equals == std::string::npos || equals == 0) {
      terminal_.complain(fmt::format("error: --resolve: '{}' is not URI=FILE", reference));
      return false;
    }
    auto document = load(reference.substr(equals + 1));
    if (!document) return false;
    registry_.add(reference.substr(0, equals), std::move(*document));
  }
  return true;
}

bool ValidateCommand::load_schema() {
  const auto document = load(options_.schema);
  if (!document) return false;
  CompileOptions options;
  options.registry = &registry_;
  options.dialect = contracts::json_schema::dialect_named(options_.dialect)
                        .value_or(contracts::json_schema::Dialect::Draft2020);
  options.formats = options_.formats == "assert"     ? CompileOptions::Formats::Assert
                    : options_.formats == "annotate" ? CompileOptions::Formats::Annotate
                                                     : CompileOptions::Formats::ByDialect;
  auto loaded = Validator::load(*document, options);
  print(loaded.diagnostics);
  validator_ = std::move(loaded.validator);
  return validator_ != nullptr;
}

Diagnostic ValidateCommand::describe(const SchemaError& error, const SourceFilePtr& file) const {
  Diagnostic diagnostic;
  diagnostic.code = kDoesNotHold;
  diagnostic.file = file;
  diagnostic.span = error.instance.span();
  // Of an object or a list its beginning is enough to find it.
  if (error.instance.is_object() || error.instance.is_array()) diagnostic.span.length = 1;
  diagnostic.message = fmt::format("'{}' does not hold at {}", error.keyword,
                                   error.pointer.empty() ? "the root" : error.pointer);
  diagnostic.label = "this is " + error.actual;
  const SourcePosition position = error.file->position(error.place.offset);
  diagnostic.notes.push_back(fmt::format("{}:{}:{} asks for {} (#{})", error.file->name(),
                                         position.line, position.column, error.expected,
                                         error.schema_path));
  diagnostic.help = error.hint;
  return diagnostic;
}

void ValidateCommand::write_json(const std::string& path, Outcome outcome, const Report& report,
                                 size_t repeats) {
  json_.begin_object().member("file", path);
  json_.member("verdict", outcome == Outcome::Valid     ? "valid"
                          : outcome == Outcome::Invalid ? "invalid"
                                                        : "unverifiable");
  json_.key("errors").begin_array();
  for (const SchemaError& error : report.errors) {
    const SourcePosition position = error.file->position(error.place.offset);
    json_.begin_object();
    json_.member("keyword", error.keyword);
    json_.member("instance", error.pointer).member("schema", error.schema_path);
    json_.member("written_at", error.resolved);
    json_.key("place").begin_object().member("file", error.file->name());
    json_.member("line", position.line).member("column", position.column).end_object();
    json_.key("expected").raw(error.expected).key("actual").raw(error.actual);
    if (!error.hint.empty()) json_.member("hint", error.hint);
    json_.end_object();
  }
  json_.end_array().member("errors_left_out", report.left_out);
  json_.member("repeated_names", repeats);
  json_.key("unverifiable").begin_object();
  for (const auto& [reason, count] : report.unverifiable) json_.member(reason, count);
  json_.end_object().end_object();
}

/// False when the file cannot be read.
bool ValidateCommand::check(const std::string& path) {
  const auto document = load(path, Repeats::Kept);
  if (!document) return false;
  Report report;
  Outcome outcome = validator_->verdict(document->tree->root());
  if (outcome != Outcome::Valid) outcome = validator_->collect(document->tree->root(), report);
  // The schema may allow each of two values of one name; the text is still no answer to which.
  const size_t repeats = document->tree->duplicate_keys().size();
  if (repeats > 0) outcome = Outcome::Invalid;
  has_findings_ = has_findings_ || outcome != Outcome::Valid;
  if (options_.json) {
    write_json(path, outcome, report, repeats);
    return true;
  }
  std::vector<Diagnostic> diagnostics;
  for (const SchemaError& error : report.errors) {
    diagnostics.push_back(describe(error, document->file));
  }
  print(diagnostics);
  if (outcome == Outcome::Valid) terminal_.say(path + ": valid");
  if (outcome == Outcome::Unknown) {
    std::string reasons;
    for (const auto& [reason, count] : report.unverifiable) reasons += " " + reason;
    terminal_.complain(path + ": unverifiable:" + reasons);
  }
  return true;
}

int ValidateCommand::execute() {
  if (!has_one_standard_input() || !load_references() || !load_schema()) return kUsage;
  bool all_read = true;
  if (options_.json) json_.begin_object().key("results").begin_array();
  for (const std::string& path : options_.instances) all_read = check(path) && all_read;
  if (options_.json) terminal_.out(json_.end_array().end_object().take() + "\n");
  if (!all_read) return kUsage;
  return has_findings_ ? kFindings : kDone;
}

/// The next line of standard input without its end; nothing at the end of it.
std::optional<std::string> read_line() {
  std::string line;
  int c = 0;
  while ((c = std::getc(stdin)) != EOF) {
    if (c == '\n') return line;
    line += static_cast<char>(c);
  }
  if (line.empty()) return std::nullopt;
  return line;
}

int bowtie(Terminal& terminal) {
  BowtieHarness harness;
  while (!harness.has_stopped()) {
    const auto line = read_line();
    if (!line) break;
    if (const auto answer = harness.answer(*line)) terminal.out(*answer + "\n");
  }
  if (harness.problem().empty()) return kDone;
  terminal.complain("error: " + harness.problem());
  return kUsage;
}

}  // namespace

int contract_command(const ContractOptions& options, const Context& context) {
  switch (options.verb) {
    case ContractOptions::Verb::Validate:
      return ValidateCommand(options, context.terminal).execute();
    case ContractOptions::Verb::Bowtie:
      return bowtie(context.terminal);
    case ContractOptions::Verb::Lint:
      return lint_contract(options, context.terminal);
    case ContractOptions::Verb::List:
      return list_contract(options, context.terminal);
  }
  return kInternal;
}

}  // namespace faultline::cli
