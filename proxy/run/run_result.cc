// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/run/run_result.h"

#include <map>
#include <string_view>
#include <utility>

namespace faultline::run {

bool RuleStats::is_expectation_met() const noexcept {
  if (!expect) return true;
  switch (expect->comparison) {
    case rules::ExpectConfig::Comparison::AtLeast:
      return applied >= expect->count;
    case rules::ExpectConfig::Comparison::AtMost:
      return applied <= expect->count;
    case rules::ExpectConfig::Comparison::Exactly:
      return applied == expect->count;
  }
  return false;
}

void count_messages(RunResult& result) {
  std::map<std::string_view, std::pair<uint64_t, uint64_t>> seen;  // requests, responses
  for (const OperationCoverage& operation : result.traffic.coverage) {
    auto& [requests, responses] = seen[operation.operation];
    requests += operation.requests;
    responses += operation.responses;
  }
  for (Finding& finding : result.findings) {
    const auto at = seen.find(finding.violation.operation);
    if (at == seen.end()) continue;
    const bool is_request = finding.violation.direction == Direction::Request;
    finding.of_messages = is_request ? at->second.first : at->second.second;
  }
}

}  // namespace faultline::run
