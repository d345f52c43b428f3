// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/cli/redaction_policy.h"

#include <utility>

namespace faultline::cli {
namespace {

using redaction::Operator;
using redaction::OperatorRule;

OperatorRule::Selector selector_of(std::string_view word) {
  if (word == "path") return OperatorRule::Selector::Path;
  if (word == "header") return OperatorRule::Selector::Field;
  return word == "annotation" ? OperatorRule::Selector::Annotation : OperatorRule::Selector::Class;
}

OperatorRule to_rule(const rules::OperatorConfig& row) {
  return {selector_of(row.selector), row.name,
          redaction::operator_by_name(row.use).value_or(Operator::Shape)};
}

}  // namespace

redaction::Policy to_policy(const rules::RedactionConfig& config) {
  redaction::Policy policy;
  policy.packs = config.packs;
  policy.known = config.known;
  policy.dictionary = config.dictionary;
  for (const auto& row : config.operators) policy.operators.push_back(to_rule(row));
  return policy;
}

std::vector<Diagnostic> check_policy(const rules::RedactionConfig& config,
                                     const SourceFilePtr& file) {
  std::vector<Diagnostic> diagnostics;
  for (const auto& row : config.operators) {
    const auto table = redaction::OperatorTable::create({to_rule(row)});
    if (table) continue;
    Diagnostic problem;
    problem.code = "FL5001";
    problem.file = file;
    problem.span = row.span;
    problem.message = table.error().message;
    problem.label = "cannot bind";
    problem.help = "faultline redact classes";
    diagnostics.push_back(std::move(problem));
  }
  return diagnostics;
}

}  // namespace faultline::cli
