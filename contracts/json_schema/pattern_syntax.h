// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <string_view>

namespace faultline::contracts::json_schema {

/// Whether the text is a Pattern of ECMA-262 (section 22.2.1) with the `u` flag, whatever RE2 makes
/// of it: look-around and back-references are fine here. Names of Unicode properties are held to
/// their form only.
[[nodiscard]] bool is_ecma_pattern(std::string_view text) noexcept;

}  // namespace faultline::contracts::json_schema
