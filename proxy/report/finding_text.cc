// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/report/finding_text.h"

#include "proxy/report/model.h"

#include <algorithm>

namespace faultline::report {

std::optional<HostPlace> host_place(const run::RunResult& result, const run::Finding& finding) {
  const contracts::ContractPlace& place = finding.violation.contract;
  if (!place.file.empty()) {
    return HostPlace{place.file, std::max(place.line, 1U), std::max(place.column, 1U)};
  }
  if (result.contracts.empty()) return std::nullopt;
  return HostPlace{result.contracts.front().file};
}

namespace {

std::string judgement(const contracts::Violation& violation) {
  switch (violation.kind) {
    case contracts::FindingClass::Undocumented:
      return " is not in the contract";
    case contracts::FindingClass::Unverifiable:
      return " could not be checked";
    case contracts::FindingClass::AmbiguousContract:
      return " meets a contract that can be read in two ways";
    case contracts::FindingClass::Violation:
      break;
  }
  return violation.keyword.empty() ? " breaks the contract" : " breaks " + violation.keyword;
}

}  // namespace

std::string finding_sentence(const run::Finding& finding) {
  const contracts::Violation& violation = finding.violation;
  std::string text = violation.operation.empty() ? "(no operation)" : violation.operation;
  text.append(": ").append(direction_name(violation.direction)).append(" ");
  text.append(contracts::location_name(violation.location));
  if (!violation.pointer_template.empty()) text.append(" ").append(violation.pointer_template);
  text.append(judgement(violation));
  if (!violation.expected.empty()) text.append(", expected ").append(violation.expected);
  if (!violation.actual.empty()) text.append(", got ").append(violation.actual);
  text.append(" (").append(messages_text(finding.messages)).append(")");
  return text;
}

std::string rule_words(std::string_view rule) {
  if (const size_t dot = rule.find('.'); dot != std::string_view::npos) {
    rule.remove_prefix(dot + 1);  // the protocol
  }
  std::string words(rule);
  const size_t last = words.rfind('.');
  if (last != std::string::npos) words.replace(last, 1, ": ");
  std::replace_if(words.begin(), words.end(), [](char c) { return c == '.' || c == '_'; }, ' ');
  return words;
}

std::string pardon_text(const run::Finding& finding) {
  if (finding.cause == run::Cause::Injected) {
    std::string text = "injected";
    for (const auto& by : finding.injected_by) text.append(" by rule ").append(by.rule);
    return text;
  }
  if (!finding.is_accepted()) return {};
  std::string text = "accepted: " + finding.acceptance->reason;
  if (!finding.acceptance->expires.empty()) text += " (until " + finding.acceptance->expires + ")";
  return text;
}

}  // namespace faultline::report
