// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/run/run_result.h"

#include <string>
#include <string_view>

namespace faultline::report::test {

/// A run with something of everything: findings of each cause, class and severity, rules, phases,
/// coverage with gaps, skipped and dropped traffic, errors. Equal on every call.
[[nodiscard]] run::RunResult sample_result();

/// A run that saw nothing and was asked for nothing.
[[nodiscard]] run::RunResult empty_result();

/// One violation as an engine would report it. Traffic texts are filled in on purpose.
[[nodiscard]] contracts::Violation make_violation(const std::string& member,
                                                  contracts::Severity severity);

/// Compares with tests/golden/report/<name>; rewrites it when FAULTLINE_UPDATE_GOLDEN is 1.
void expect_golden(std::string_view name, std::string_view text);

/// Empty when the text is well-formed XML as far as JUnit files need it (elements nest, attributes
/// are quoted, references are known, no forbidden character), else what is wrong.
[[nodiscard]] std::string xml_problem(std::string_view text);

[[nodiscard]] std::string read_text(const std::string& path);

}  // namespace faultline::report::test
