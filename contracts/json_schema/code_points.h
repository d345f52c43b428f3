// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstddef>
#include <string_view>

namespace faultline::contracts::json_schema {

/// Lengths in JSON Schema count code points. `text` is well-formed UTF-8.
[[nodiscard]] inline size_t count_code_points(std::string_view text) noexcept {
  size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80 ? 1 : 0;
  return count;
}

}  // namespace faultline::contracts::json_schema
