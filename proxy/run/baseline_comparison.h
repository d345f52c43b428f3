// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/run/counters.h"
#include "proxy/run/findings.h"
#include "rules/baseline.h"

#include <string>
#include <vector>

namespace faultline::run {

/// What a run shows of a baseline, besides the state of each of its findings.
struct BaselineComparison {
  std::string file;
  /// Accepted, and gone: the half of the operation was checked, and the finding was not there.
  std::vector<rules::BaselineEntry> fixed;
  /// Accepted, and nothing can be said: that half was never checked in this run.
  std::vector<rules::BaselineEntry> not_seen;
};

/// What a run has to be compared.
struct BaselineEvidence {
  const std::vector<OperationCoverage>& coverage;
  bool has_left_out_findings = false;  // then no absence proves anything
};

/// Gives every finding its state and finds what is fixed. `today` decides what has expired.
[[nodiscard]] BaselineComparison compare_with_baseline(const rules::Baseline& baseline,
                                                       const BaselineEvidence& evidence,
                                                       rules::Date today,
                                                       std::vector<Finding>& findings);

/// The finding as an entry of a baseline; reason, owner and dates are the caller's.
[[nodiscard]] rules::BaselineEntry baseline_entry(const Finding& finding);

}  // namespace faultline::run
