// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <charconv>
#include <string>
#include <system_error>

namespace faultline::bench {

/// Reads a number that is not negative and nothing else. `value` is for use only after true.
template <typename T>
[[nodiscard]] bool parse_number(const std::string& text, T& value) {
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  return parsed.ec == std::errc{} && parsed.ptr == end && value >= T{0};
}

}  // namespace faultline::bench
