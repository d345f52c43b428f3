// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstddef>
#include <string_view>

namespace faultline {

/// The room that json_escape_some() needs to get on at all.
inline constexpr size_t kJsonEscapeRoom = 64;

/// json_escape_to() (text.h) for whoever owns the memory that the output goes to: escapes from the
/// front of `bytes` and takes away what is done: all of them, or as many as surely find room in
/// [out, end), of which there must be kJsonEscapeRoom. Returns where the output ends; bytes behind
/// it may have been written, too.
[[nodiscard]] char* json_escape_some(std::string_view& bytes, char* out, const char* end) noexcept;

}  // namespace faultline
