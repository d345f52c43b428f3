// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/engine.h"
#include "proxy/cli/commands/commands.h"
#include "proxy/cli/files.h"
#include "proxy/json/writer.h"

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <vector>

// `faultline contract lint` and `list`: what a contract says, and what of it can be checked.
namespace faultline::cli {
namespace {

/// For a contract that is in use its mistakes are warnings; here they are what is looked for.
void restore_errors(std::vector<Diagnostic>& diagnostics) {
  for (Diagnostic& diagnostic : diagnostics) {
    if (contracts::is_contract_error(diagnostic)) diagnostic.severity = DiagnosticSeverity::Error;
  }
}

/// "3 operations".
std::string count_of(size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

/// Unlike elsewhere all of them are shown: that is what the command is for.
void print_all(const std::vector<Diagnostic>& diagnostics, Terminal& terminal) {
  for (const Diagnostic& diagnostic : diagnostics) {
    terminal.print_problems(render_diagnostic(diagnostic, terminal.has_color()));
  }
}

void write_diagnostics(const std::vector<Diagnostic>& diagnostics, Terminal& terminal) {
  json::Writer writer(json::Writer::Layout::Pretty);
  writer.begin_object().key("problems").begin_array();
  for (const Diagnostic& diagnostic : diagnostics) writer.raw(render_diagnostic_json(diagnostic));
  terminal.out(writer.end_array().end_object().take() + "\n");
}

void write_operations(const contracts::Contract& contract,
                      const std::vector<contracts::OperationInfo>& operations, Terminal& terminal) {
  json::Writer writer(json::Writer::Layout::Pretty);
  writer.begin_object().member("file", contract.file());
  writer.member("description", contract.description()).key("operations").begin_array();
  for (const auto& operation : operations) {
    writer.begin_object().member("operation", operation.id);
    writer.member("file", operation.file).member("line", operation.line);
    writer.key("not_checked").begin_array();
    for (const std::string& reason : operation.not_checked) writer.value(reason);
    writer.end_array().end_object();
  }
  terminal.out(writer.end_array().end_object().take() + "\n");
}

void print_operations(const std::vector<contracts::OperationInfo>& operations, Terminal& terminal) {
  size_t width = 0;
  for (const auto& operation : operations) width = std::max(width, operation.id.size());
  for (const auto& operation : operations) {
    std::string verdict = "checked";
    if (!operation.not_checked.empty()) {
      verdict = "not checked:";
      for (const std::string& reason : operation.not_checked) verdict += " " + reason;
    }
    terminal.out(fmt::format("{:<{}}  {}:{}  {}\n", operation.id, width, operation.file,
                             operation.line, verdict));
  }
}

}  // namespace

int lint_contract(const ContractOptions& options, Terminal& terminal) {
  std::vector<Diagnostic> diagnostics;
  const auto contract = load_contract(options.file, diagnostics);
  restore_errors(diagnostics);
  const bool is_wrong = has_error(diagnostics);
  if (options.json) {
    write_diagnostics(diagnostics, terminal);
  } else {
    print_all(diagnostics, terminal);
    const auto errors = static_cast<size_t>(
        std::count_if(diagnostics.begin(), diagnostics.end(), [](const Diagnostic& diagnostic) {
          return diagnostic.severity == DiagnosticSeverity::Error;
        }));
    terminal.say(fmt::format("{}: {}, {}", options.file, count_of(errors, "error"),
                             count_of(diagnostics.size() - errors, "warning")));
  }
  if (!contract) return kUsage;
  return is_wrong ? kFindings : kDone;
}

int list_contract(const ContractOptions& options, Terminal& terminal) {
  std::vector<Diagnostic> diagnostics;
  const auto contract = load_contract(options.file, diagnostics);
  if (!contract) {
    print_all(diagnostics, terminal);
    return kUsage;
  }
  const auto operations = contract->operations();
  if (options.json) {
    write_operations(*contract, operations, terminal);
    return kDone;
  }
  print_operations(operations, terminal);
  const auto checked = std::count_if(operations.begin(), operations.end(),
                                     [](const auto& info) { return info.not_checked.empty(); });
  terminal.say(fmt::format("{}: {}, {}, {} fully checkable", options.file, contract->description(),
                           count_of(operations.size(), "operation"), checked));
  return kDone;
}

}  // namespace faultline::cli
