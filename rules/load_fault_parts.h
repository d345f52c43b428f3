// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/limits.h"
#include "rules/load_parts.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

// What the loaders of the single faults share; load_fault.cc chooses among them.
namespace faultline::rules {

inline constexpr Range<Duration> kDelayRange{Duration{}, limits::kDelayMax};
inline constexpr Range<Duration> kPositiveDelayRange{Duration(1), limits::kDelayMax};
inline constexpr Range<uint64_t> kOffsetRange{0, uint64_t{1} << 40U};

/// Reports when not exactly one of `keys` is there; returns that one.
[[nodiscard]] std::optional<std::string_view> only_one_of(
    ObjectReader& reader, std::string_view object, const std::vector<std::string_view>& keys);

/// Fills `side` from the key of that name and notes where it stands.
void load_side(ObjectReader& reader, Side& side, LoadedFault& loaded);

/// Reads the time that belongs to one word of `how` alone: `fallback` with that word, nothing (and
/// a complaint about a value) with the others.
[[nodiscard]] Duration load_hold(ObjectReader& reader, bool belongs, std::string_view belongs_to,
                                 Duration fallback);

// load_stream_fault.cc
[[nodiscard]] LoadedFault load_throttle(ObjectReader& reader);
[[nodiscard]] LoadedFault load_slice(ObjectReader& reader);
[[nodiscard]] LoadedFault load_stall(ObjectReader& reader);
[[nodiscard]] LoadedFault load_cut(ObjectReader& reader);
[[nodiscard]] LoadedFault load_half_close(ObjectReader& reader);
[[nodiscard]] LoadedFault load_lifetime(ObjectReader& reader);
[[nodiscard]] LoadedFault load_connect(ObjectReader& reader);

}  // namespace faultline::rules
