// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/result.h"
#include "proxy/cli/terminal.h"
#include "rules/baseline.h"

#include <optional>
#include <string>
#include <string_view>

namespace faultline::cli {

/// The name of the file when the user gives none.
inline constexpr std::string_view kBaselineFile = "faultline-baseline.yaml";

/// Reads a baseline; what is wrong with it is printed with its places. Nothing when it cannot be
/// used: exit code 2.
[[nodiscard]] std::optional<rules::Baseline> load_baseline_file(const std::string& path,
                                                                Terminal& terminal);

/// Replaces the file as a whole: a reader sees the old text or the new one.
[[nodiscard]] Status save_baseline_file(const std::string& path, const rules::Baseline& baseline);

}  // namespace faultline::cli
