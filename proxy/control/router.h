// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/http/h1_codec.h"

#include <cstdint>
#include <string_view>
#include <variant>

namespace faultline::control {

/// What can be asked.
enum class Route : uint8_t {
  Live,     // GET /livez
  Ready,    // GET /readyz
  Metrics,  // GET /metrics
  Version,  // GET /version
};

/// The route of a request, or the answer to one that has none: 404 for an unknown path, 405 with
/// Allow for a verb other than GET and HEAD. A query is ignored. A pure function.
[[nodiscard]] std::variant<Route, http::LocalReply> find_route(std::string_view method,
                                                               std::string_view target);

}  // namespace faultline::control
