// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/engine.h"
#include "proxy/base/message_view.h"
#include "redaction/policy/hints.h"

#include <string_view>

namespace faultline::mirror {

/// What the contracts say about the places of one half of an operation ("GET /users/{email}"), as
/// the redactor takes it: what they mark as secret or personal, and segments of the path whose name
/// in the template is one that the redactor knows. Segments count from the end, as a server's base
/// path stands in front of the template.
[[nodiscard]] redaction::Hints hints_of(const contracts::ContractSet& contracts,
                                        std::string_view operation, Direction direction);

}  // namespace faultline::mirror
