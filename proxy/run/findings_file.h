// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/result.h"
#include "proxy/run/counters.h"
#include "proxy/run/findings.h"

#include <string>
#include <vector>

namespace faultline::run {

/// What an earlier run left for a baseline: its findings, by what identifies them (fingerprint,
/// rule, class, severity, operation, direction, place, cause), and which operations it checked.
struct EarlierFindings {
  std::vector<Finding> findings;
  uint64_t left_out = 0;
  std::vector<OperationCoverage> coverage;
};

/// From findings.json and contract-diff.json of a run folder. NotFound, and ParseFailed with file
/// and member: "runs/x/findings.json: findings/3/fingerprint: want a string".
[[nodiscard]] Result<EarlierFindings> read_earlier_findings(const std::string& folder);

}  // namespace faultline::run
