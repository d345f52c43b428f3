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

/// Fills `side` from the key of that name and notes where it stands.
void load_side(ObjectReader& reader, Side& side, LoadedFault& loaded);

/// Reads the time that belongs to one word of `how` alone: `fallback` with that word, nothing (and
/// a complaint about a value) with the others.
[[nodiscard]] Duration load_hold(ObjectReader& reader, bool belongs, std::string_view belongs_to,
                                 Duration fallback);

/// Names of fields with their values, without those that `reader`'s object may not set.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> load_fields(ObjectReader& reader,
                                                                           std::string_view key);
inline constexpr Range<uint64_t> kBodyRange{1, 64ULL * 1024 * 1024};

// load_latency.cc
[[nodiscard]] LoadedFault load_latency(ObjectReader& reader);

// load_http_fault.cc
[[nodiscard]] LoadedFault load_abort(ObjectReader& reader);
[[nodiscard]] LoadedFault load_edit(ObjectReader& reader);
[[nodiscard]] LoadedFault load_truncate(ObjectReader& reader);
[[nodiscard]] LoadedFault load_withhold_continue(ObjectReader& reader);
[[nodiscard]] LoadedFault load_duplicate_request(ObjectReader& reader);
[[nodiscard]] LoadedFault load_stale_response(ObjectReader& reader);
[[nodiscard]] LoadedFault load_swap_responses(ObjectReader& reader);

// load_stream_fault.cc
[[nodiscard]] LoadedFault load_throttle(ObjectReader& reader);
[[nodiscard]] LoadedFault load_slice(ObjectReader& reader);
[[nodiscard]] LoadedFault load_stall(ObjectReader& reader);
[[nodiscard]] LoadedFault load_cut(ObjectReader& reader);
[[nodiscard]] LoadedFault load_half_close(ObjectReader& reader);
[[nodiscard]] LoadedFault load_lifetime(ObjectReader& reader);
[[nodiscard]] LoadedFault load_connect(ObjectReader& reader);

}  // namespace faultline::rules
