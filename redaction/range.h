// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace faultline::redaction {

/// Bytes [begin, end) of a text.
struct Range {
  size_t begin = 0;
  size_t end = 0;
  [[nodiscard]] size_t size() const noexcept { return end - begin; }
};

[[nodiscard]] inline std::string_view view_of(std::string_view text, Range range) {
  return text.substr(range.begin, range.size());
}

/// Letters and digits of ASCII. A table: it is asked at both ends of everything that may be a find.
inline constexpr std::array<bool, 256> kAlnum = [] {
  std::array<bool, 256> alnum{};
  for (unsigned char c = '0'; c <= '9'; ++c) alnum[c] = true;
  for (unsigned char c = 'a'; c <= 'z'; ++c) alnum[c] = alnum[c - 0x20U] = true;
  return alnum;
}();
[[nodiscard]] constexpr bool is_alnum(char c) noexcept {
  return kAlnum[static_cast<unsigned char>(c)];
}

}  // namespace faultline::redaction
