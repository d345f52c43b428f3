// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/cli/terminal.h"
#include "redaction/policy/hints.h"

#include <optional>
#include <string>

namespace faultline::cli {

/// What the Avro schema in that file marks, for texts that are its values. Says what is wrong with
/// it, or that it marks nothing. Nothing when it cannot be used.
[[nodiscard]] std::optional<redaction::Hints> load_hints(const std::string& path,
                                                         Terminal& terminal);

}  // namespace faultline::cli
