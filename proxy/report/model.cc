// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/report/model.h"

#include "proxy/json/tape.h"

#include <algorithm>
#include <utility>

namespace faultline::report {

redaction::RedactedText finished(std::string text) {
  return redaction::Redactor::vouch(std::move(text));
}

uint64_t FindingCounts::of(run::Cause cause) const noexcept {
  uint64_t sum = 0;
  for (const uint64_t count : by_cause_and_severity[static_cast<size_t>(cause)]) {
    sum += count;
  }
  return sum;
}

uint64_t FindingCounts::of(run::Cause cause, contracts::Severity severity) const noexcept {
  return by_cause_and_severity[static_cast<size_t>(cause)][static_cast<size_t>(severity)];
}

uint64_t FindingCounts::all() const noexcept {
  return of(run::Cause::Natural) + of(run::Cause::Injected) + of(run::Cause::Mixed);
}

FindingCounts count_findings(const std::vector<run::Finding>& findings) {
  FindingCounts counts;
  for (const auto& finding : findings) {
    ++counts.by_cause_and_severity[static_cast<size_t>(finding.cause)]
                                  [static_cast<size_t>(finding.violation.severity)];
  }
  return counts;
}

std::vector<const run::Finding*> by_attention(const std::vector<run::Finding>& findings) {
  std::vector<const run::Finding*> sorted;
  sorted.reserve(findings.size());
  for (const bool is_injected : {false, true}) {
    for (const auto& finding : findings) {
      if ((finding.cause == run::Cause::Injected) == is_injected) sorted.push_back(&finding);
    }
  }
  return sorted;
}

std::string place_text(const contracts::ContractPlace& place) {
  std::string text = place.file;
  if (text.empty() || place.line == 0) return text;
  text.append(":").append(std::to_string(place.line));
  if (place.column != 0) text.append(":").append(std::to_string(place.column));
  return text;
}

std::string identity_text(std::string_view protocol, const run::Accounting& accounting) {
  std::string text(protocol);
  text.append(": seen ").append(std::to_string(accounting.seen));
  text.append(accounting.is_balanced() ? " = " : " != ");
  text.append("checked ").append(std::to_string(run::total(accounting.checked)));
  text.append(" + skipped ").append(std::to_string(run::total(accounting.skipped)));
  text.append(" + dropped ").append(std::to_string(run::total(accounting.dropped)));
  return text;
}

std::string messages_text(uint64_t count) {
  return std::to_string(count) + (count == 1 ? " message" : " messages");
}

std::string per_thousand(uint64_t part, uint64_t whole) {
  const uint64_t thousandths = part * 1'000'000 / whole;
  const std::string rest = std::to_string(1000 + thousandths % 1000);  // with leading zeros
  return std::to_string(thousandths / 1000) + "." + rest.substr(1);
}

std::string check_command(const run::RunResult& result, const run::Finding& finding) {
  constexpr size_t kRecordingsNamed = 3;
  const auto& contracts = result.contracts;
  std::string text = "faultline check";
  const auto own = std::find_if(contracts.begin(), contracts.end(), [&](const auto& contract) {
    return contract.file == finding.violation.contract.file;
  });
  if (own != contracts.end()) {
    text.append(" --contract ").append(own->file);
  } else {  // the place is in a file that one of them refers to
    for (const auto& contract : contracts) text.append(" --contract ").append(contract.file);
  }
  if (contracts.empty()) text += " --contract FILE";
  if (result.recordings.empty()) {
    return text.append(" ").append(result.folder.empty() ? result.run_id : result.folder);
  }
  for (size_t i = 0; i < result.recordings.size(); ++i) {
    if (i == kRecordingsNamed) return text + " ...";
    text.append(" ").append(result.recordings[i]);
  }
  return text;
}

void write_counts(json::Writer& writer, const run::CountsByName& counts) {
  writer.begin_object();
  for (const auto& [name, count] : counts) {
    writer.member(name, count);
  }
  writer.end_object();
}

void write_json_text(json::Writer& writer, std::string_view text) {
  if (text.empty()) {
    writer.null();
  } else if (json::Document::parse(text)) {
    writer.raw(text);
  } else {
    writer.value(text);
  }
}

}  // namespace faultline::report
