// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/avro/schema.h"
#include "contracts/sensitive.h"

#include <cstddef>
#include <vector>

namespace faultline::contracts::avro {

/// Places for each way to spell a value. When the places found, those that are still to be looked
/// into and the parts of the one at hand are more together, that one counts as marked as a whole.
/// The search goes level by level, so it is mostly the deepest that do.
inline constexpr size_t kSensitivePlacesMax = 2'000;
/// Names down to a place. A record that holds itself is followed so far; what may lie deeper is
/// marked as a whole.
inline constexpr size_t kSensitiveDepthMax = 24;

/// The places of a value, written as JSON, that the schema marks: by what marks.h reads on a field,
/// on a type or where a type is used, or by tags beside it (Schema::tags). All of them are
/// In::Body. Three ways to write a value of a union count, as the specification leaves room for
/// them: bare, as most converters do; `{"string": "x"}` with the fullname of a named type; the same
/// with its last part only. Aliases of fields and types count as their names. Sorted by pointer,
/// none twice.
[[nodiscard]] std::vector<SensitivePlace> sensitive_places(const Schema& schema);

}  // namespace faultline::contracts::avro
