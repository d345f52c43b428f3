// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/problems.h"
#include "proxy/base/diagnostic.h"
#include "proxy/base/limits.h"
#include "proxy/json/tape.h"

#include <cstddef>
#include <memory>
#include <vector>

namespace faultline::contracts {

/// Reads the text of `problems.file()`: JSON, or YAML when it is not JSON. Complaints go to
/// `problems`, those of the YAML reader to `diagnostics`. Null when it is neither. The tree may
/// borrow the file's text, so keep both.
[[nodiscard]] std::unique_ptr<const json::Document> read_document(
    Problems& problems, std::vector<Diagnostic>& diagnostics);

/// Reads the text of `problems.file()`, at most `depth_max` levels deep, as JSON and nothing else.
/// Null when it is not.
[[nodiscard]] std::unique_ptr<const json::Document> read_json(
    Problems& problems, size_t depth_max = limits::kJsonDepth);

/// Names that stand twice in one object, as errors: readers disagree about what they mean.
void report_duplicates(const json::Document& document, Problems& problems);

}  // namespace faultline::contracts
