// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"
#include "proxy/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace faultline {

/// Parses `250ms`, `1.5s`, `2m`, `1h`, `10us`, `7ns`: decimal digits, at most one point, then a
/// unit. The value must be a whole number of nanoseconds and fit in 64 bits.
[[nodiscard]] Result<Duration> parse_duration(std::string_view text);

/// The shortest exact form with one unit: `250ms`, `1500us`, `2s`. Zero is `0s`.
[[nodiscard]] std::string format_duration(Duration duration);

/// Parses `64KiB`, `1MiB`, `10MB`, `512B`, `512`: binary units KiB MiB GiB, decimal KB MB GB.
[[nodiscard]] Result<uint64_t> parse_byte_size(std::string_view text);

/// The shortest exact form: `64KiB`, `1000B`.
[[nodiscard]] std::string format_byte_size(uint64_t bytes);

/// A probability as the threshold T of the decision function: 0 <= T <= 2^32, exact from the
/// decimal text: T = floor(p * 2^32 + 1/2). Takes `20%`, `0.0001%` and `0.05`.
[[nodiscard]] Result<uint64_t> parse_probability(std::string_view text);

/// `2026-11-21T09:15:04Z` (RFC 3339, UTC, whole seconds), and the same without separators for
/// file names: `20261121T091504Z`.
[[nodiscard]] std::string format_utc(WallTime time);
[[nodiscard]] std::string format_utc_compact(WallTime time);

}  // namespace faultline
