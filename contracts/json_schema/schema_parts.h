// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/json_schema/schema.h"

#include <vector>

namespace faultline::contracts::json_schema {

/// Appends every schema that judges what this one judges, or a part of it, because this one says
/// so; kNoSchema for some of what it does not say.
void append_parts(const Schema& schema, std::vector<SchemaId>& parts);

}  // namespace faultline::contracts::json_schema
