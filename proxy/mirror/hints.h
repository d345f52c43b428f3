// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/avro/schema.h"
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

/// What an Avro schema says about the places of a value that is written as JSON: the tags on its
/// fields and types. `in` is Key for the schema of a record's key, Body for all else.
[[nodiscard]] redaction::Hints hints_of(const contracts::avro::Schema& schema,
                                        redaction::Hint::In in);

}  // namespace faultline::mirror
