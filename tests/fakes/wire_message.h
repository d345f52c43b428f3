// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace faultline::fakes {

// Where one well-formed HTTP/1.1 message ends, told in the plainest way: a second opinion that
// shares no line with the proxy's own parser. Lenient on purpose, for the bytes that a proxy let
// through; not for hostile input.

inline constexpr size_t kIncomplete = std::string_view::npos;

/// The value of the first field of that name in a head (any case), trimmed.
[[nodiscard]] std::optional<std::string> field_in(std::string_view head, std::string_view name);

/// Bytes of the first request in `bytes`, or kIncomplete.
[[nodiscard]] size_t request_length(std::string_view bytes);

/// The content of a whole request: its body without chunk lines and trailers.
[[nodiscard]] std::string request_content(std::string_view request);

/// Bytes of the first final response and the interim ones before it, or kIncomplete: also for a
/// body that only the end of the connection ends.
[[nodiscard]] size_t response_length(std::string_view bytes, bool is_head_request = false);

}  // namespace faultline::fakes
