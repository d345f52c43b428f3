// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "rules/config.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace faultline::rules {

/// Knots of a latency table: the delay at u = i / 1024, i = 0 .. 1024.
inline constexpr size_t kQuantileKnots = 1025;

/// The table of a delay that has one (all but fixed and uniform), in nanoseconds.
///
/// Integers only, so every machine builds the same table: the normal quantile is a checked-in
/// table, log2 comes from repeated squaring and 2^x from a product of checked-in roots. Quantiles
/// are truncated to whole nanoseconds and held within [0, max]. Where the quantile is infinite
/// (i = 1024), the last knot is placed so that the last straight piece has the mean of the true
/// tail; a tail without a mean (pareto, shape <= 1) ends at max.
[[nodiscard]] std::vector<int64_t> build_quantiles(const LatencySpec& spec);

/// -log2(1 - i/1024) times 2^40, for i < 1024.
[[nodiscard]] uint64_t negative_log2_q40(uint32_t i) noexcept;

/// value * 2^(exponent / 2^40), truncated; UINT64_MAX when it does not fit.
[[nodiscard]] uint64_t scale_by_exp2(uint64_t value, uint64_t exponent_q40) noexcept;

}  // namespace faultline::rules
