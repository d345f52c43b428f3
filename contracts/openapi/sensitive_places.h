// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/openapi/model.h"
#include "contracts/sensitive.h"

#include <cstddef>
#include <vector>

namespace faultline::contracts::openapi {

/// Places of one contract; beyond it the rest is left out, as a contract with more of them marks
/// nothing any more.
inline constexpr size_t kSensitivePlacesMax = 10'000;
/// Schemas inside schemas that are followed: a tree that contains itself ends there.
inline constexpr size_t kSensitiveDepthMax = 12;

/// Every place of every operation, in the order of the model. Every reference that the loader
/// follows is followed, into other files as well; all branches of combinations count.
[[nodiscard]] std::vector<SensitivePlace> sensitive_places(const Model& model);

}  // namespace faultline::contracts::openapi
