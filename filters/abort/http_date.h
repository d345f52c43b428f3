// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"

#include <string>

namespace faultline::filters {

/// RFC 9110 5.6.7, IMF-fixdate: "Sun, 06 Nov 1994 08:49:37 GMT". Fractions of a second are cut.
[[nodiscard]] std::string http_date(WallTime time);

}  // namespace faultline::filters
