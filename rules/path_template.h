// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/result.h"
#include "rules/config.h"

#include <string_view>

namespace faultline::rules {

/// `/cart/:id` or `/cart/{id}`: literals and parameters, each a whole segment. Literals are kept
/// byte for byte. The error says what is wrong, without the path.
[[nodiscard]] Result<PathTemplate> parse_path_template(std::string_view text);

/// True when the template takes that path of a request target, byte for byte.
[[nodiscard]] bool matches_path(const PathTemplate& wanted, std::string_view path) noexcept;

}  // namespace faultline::rules
