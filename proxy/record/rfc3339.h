// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace faultline::record {

/// Nanoseconds since 1970-01-01T00:00:00Z of `2026-11-21T09:15:04.25+01:00`. Strict about the form
/// (RFC 3339) and the calendar; digits of the fraction beyond nanoseconds are cut off; a leap
/// second counts as the second before it. Years 1970 to 2261: the difference of
/// two always fits.
[[nodiscard]] std::optional<int64_t> parse_rfc3339_ns(std::string_view text) noexcept;

}  // namespace faultline::record
