// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/json_schema/schema.h"

#include <string>
#include <vector>

namespace faultline::contracts::json_schema {

/// A branch of `allOf` that no value of the others can pass: its `additionalProperties: false`
/// speaks of its own properties only (JSON Schema 2020-12, section 10.3.2.3), so it forbids what
/// another branch, or the schema around them, describes.
struct ClosedBranch {
  SchemaId branch = kNoSchema;
  std::string forbidden;  // the first such property of the others
};

/// At most one of each schema, in the order of the program.
[[nodiscard]] std::vector<ClosedBranch> closed_branches(const Program& program);

}  // namespace faultline::contracts::json_schema
