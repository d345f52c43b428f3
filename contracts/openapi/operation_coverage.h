// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/coverage.h"
#include "contracts/openapi/model.h"

#include <memory>

namespace faultline::contracts::openapi {

/// What an OpenAPI contract declares: every status and media type of every operation, and the
/// points of the schemas their bodies use. Borrows the model.
[[nodiscard]] std::unique_ptr<const CoverageModel> make_coverage(const Model& model);

}  // namespace faultline::contracts::openapi
