// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/json/tape.h"

#include <string>

namespace faultline::json {

/// The value as compact JSON: members in their order, numbers as the source spells them.
[[nodiscard]] std::string to_text(Value value);
void append_text(std::string& out, Value value);

}  // namespace faultline::json
