// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/run/run_result.h"

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

}  // namespace faultline::run
