// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/openapi/model.h"

#include <string>
#include <vector>

namespace faultline::contracts::openapi {

/// Why some message of the operation would be unverifiable, sorted and without repetition: what the
/// operation, its parameters, bodies and responses and every schema that they reach cannot check.
[[nodiscard]] std::vector<std::string> reasons_not_checked(const Model& model,
                                                           const Operation& operation);

}  // namespace faultline::contracts::openapi
