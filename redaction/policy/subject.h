// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#pragma once

#include "proxy/json/tape.h"

#include <string_view>

namespace faultline::redaction {

/// Who an object is about: the value of its member that names a person (`user_id`, `patientId`,
/// `email`), as it is spelled; the surest name counts. Empty when it names nobody. A plain `id` is
/// not asked: it may be that of an order.
///
/// Dates of one person are shifted alike, wherever they stand, so that distances between them hold;
/// those of another person by other days, so that one date that is known gives no other away.
[[nodiscard]] std::string_view subject_of(json::Value object) noexcept;

}  // namespace faultline::redaction
