// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/diagnostic.h"
#include "redaction/redactor.h"
#include "rules/config.h"

#include <vector>

namespace faultline::cli {

/// The redaction section as the redactor takes it.
[[nodiscard]] redaction::Policy to_policy(const rules::RedactionConfig& config);

/// What only the redactor knows to be wrong about the section: classes it does not have, operators
/// that would show a part of a secret. One diagnostic for each row.
[[nodiscard]] std::vector<Diagnostic> check_policy(const rules::RedactionConfig& config,
                                                   const SourceFilePtr& file);

}  // namespace faultline::cli
