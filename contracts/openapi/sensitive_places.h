// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/sensitive.h"
#include "proxy/json/tape.h"

#include <cstddef>
#include <vector>

namespace faultline::contracts::openapi {

/// Places of one document; beyond it the rest is left out, as a contract with more of them marks
/// nothing any more.
inline constexpr size_t kSensitivePlacesMax = 10'000;
/// Schemas inside schemas that are followed: a tree that contains itself ends there.
inline constexpr size_t kSensitiveDepthMax = 12;

/// Every place of every operation, in document order. References within the document are followed;
/// all branches of `allOf`, `anyOf` and `oneOf` count.
[[nodiscard]] std::vector<SensitivePlace> sensitive_places(json::Value document);

}  // namespace faultline::contracts::openapi
