// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/run/run_result.h"

#include <cstdint>
#include <map>
#include <string>

namespace faultline::conformance {

/// One HTTP listener before $UPSTREAM, one worker, the timeouts that users get.
[[nodiscard]] std::string corpus_config();

using Reasons = std::map<std::string, uint64_t>;

/// What the run counted against one side, by reason.
[[nodiscard]] Reasons errors_of(const run::RunResult& result, run::ErrorSide side);

}  // namespace faultline::conformance
