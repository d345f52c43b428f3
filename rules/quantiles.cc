// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/quantiles.h"

#include "proxy/base/random.h"
#include "rules/quantile_tables.h"

#include <algorithm>
#include <bit>

namespace faultline::rules {
namespace {

constexpr uint32_t kLast = kQuantileKnots - 1;
// ln 2 times 2^64.
constexpr uint64_t kLn2 = 0xB17217F7D1CF79AC;
// 1 / ln 2 times 2^32.
constexpr int64_t kLog2EQ32 = 0x171547653;
constexpr int64_t kOneQ40 = int64_t{1} << 40U;

// (a * b) >> 32 for values whose product needs more than 64 bits.
int64_t multiply_q32(int64_t a, int64_t q32) {
  const bool negative = (a < 0) != (q32 < 0);
  const auto magnitude_a = static_cast<uint64_t>(a < 0 ? -a : a);
  const auto magnitude_b = static_cast<uint64_t>(q32 < 0 ? -q32 : q32);
  const uint64_t high = random::scale(magnitude_a, magnitude_b);
  const uint64_t low = magnitude_a * magnitude_b;
  const auto product = static_cast<int64_t>((high << 32U) | (low >> 32U));
  return negative ? -product : product;
}

int64_t clamp_delay(int64_t value, const LatencySpec& spec) {
  return std::clamp<int64_t>(value, 0, spec.max.count());
}

int64_t clamp_delay(uint64_t value, const LatencySpec& spec) {
  const auto max = static_cast<uint64_t>(spec.max.count());
  return static_cast<int64_t>(std::min(value, max));
}

int64_t normal_z_q32(uint32_t i) {
  return i >= 512 ? kNormalQuantiles[i - 512] : -kNormalQuantiles[512 - i];
}

int64_t normal_knot(const LatencySpec& spec, uint32_t i) {
  const int64_t z = normal_z_q32(i);
  return clamp_delay(spec.mean.count() + multiply_q32(spec.stddev.count(), z), spec);
}

// mean * -ln(1 - u). Beyond the last finite knot an exponential has the mean `knot + mean`.
int64_t exponential_knot(const LatencySpec& spec, uint32_t i) {
  const auto mean = static_cast<uint64_t>(spec.mean.count());
  const uint64_t log2_q40 = negative_log2_q40(std::min(i, kLast - 1));
  // Q40 times ln 2 is at most 7 * 2^40, so << 20 keeps 20 more bits without overflow.
  const uint64_t ln_q60 = random::scale(log2_q40 << 20U, kLn2);
  const uint64_t high = random::scale(mean, ln_q60);
  const uint64_t low = mean * ln_q60;
  const uint64_t knot = (high << 4U) | (low >> 60U);
  return clamp_delay(i == kLast ? knot + 2 * mean : knot, spec);
}

// scale * (1 - u)^(-1/shape). Beyond the last finite knot q the mean is q * shape / (shape - 1).
int64_t pareto_knot(const LatencySpec& spec, uint32_t i) {
  const auto minimum = static_cast<uint64_t>(spec.scale.count());
  const uint64_t shape = spec.shape_milli;
  if (i == kLast && shape <= 1000) return spec.max.count();
  const uint64_t exponent = negative_log2_q40(std::min(i, kLast - 1)) * 1000 / shape;
  const uint64_t knot = scale_by_exp2(minimum, exponent);
  if (i != kLast) return clamp_delay(knot, spec);
  // 2 * mean - q = q * (shape + 1) / (shape - 1), in thousandths.
  if (knot > UINT64_MAX / (shape + 1000)) return spec.max.count();
  return clamp_delay(knot * (shape + 1000) / (shape - 1000), spec);
}

// median * e^(sigma z). Negative exponents are positive ones less whole powers of two.
int64_t lognormal_knot(const LatencySpec& spec, uint32_t i) {
  const int64_t z_q32 = normal_z_q32(i);
  // sigma * z * log2(e), Q40: thousandths of sigma times Q32 times Q32, then down.
  const int64_t ln_q32 = z_q32 * static_cast<int64_t>(spec.sigma_milli) / 1000;
  const int64_t log2_q40 = multiply_q32(ln_q32, kLog2EQ32) * 256;
  const auto median = static_cast<uint64_t>(spec.median.count());
  if (log2_q40 >= 0)
    return clamp_delay(scale_by_exp2(median, static_cast<uint64_t>(log2_q40)), spec);
  const auto whole = static_cast<uint64_t>((-log2_q40 + kOneQ40 - 1) / kOneQ40);
  const auto rest = static_cast<uint64_t>(log2_q40 + static_cast<int64_t>(whole) * kOneQ40);
  return clamp_delay(whole >= 64 ? 0 : scale_by_exp2(median, rest) >> whole, spec);
}

// Samples in order stand at equal distances of u; straight lines between.
int64_t empirical_knot(const LatencySpec& spec, uint32_t i) {
  const uint64_t gaps = spec.samples.size() - 1;
  const uint64_t at = i * gaps;
  const size_t piece = std::min<size_t>(at / kLast, gaps - 1);
  const auto part = static_cast<int64_t>(at - piece * kLast);
  const int64_t low = spec.samples[piece].count();
  const int64_t high = spec.samples[piece + 1].count();
  return clamp_delay(low + (high - low) * part / static_cast<int64_t>(kLast), spec);
}

}  // namespace

uint64_t negative_log2_q40(uint32_t i) noexcept {
  // -log2((1024 - i) / 1024) = 10 - log2(1024 - i). The whole part of log2 is the bit width; the
  // fraction comes one bit for each squaring of the mantissa.
  const uint32_t rest = 1024 - i;
  const auto whole = static_cast<uint64_t>(std::bit_width(rest) - 1);
  uint64_t mantissa = uint64_t{rest} << (63 - whole);  // [1, 2) times 2^63
  uint64_t fraction = 0;
  for (int bit = 0; bit < 40; ++bit) {
    const uint64_t square = random::scale(mantissa, mantissa);  // [1, 4) times 2^62
    const bool carries = (square >> 63U) != 0;
    fraction = (fraction << 1U) | (carries ? 1U : 0U);
    mantissa = carries ? square : square << 1U;
  }
  return (uint64_t{10} << 40U) - ((whole << 40U) | fraction);
}

uint64_t scale_by_exp2(uint64_t value, uint64_t exponent_q40) noexcept {
  const uint64_t whole = exponent_q40 >> 40U;
  uint64_t factor = uint64_t{1} << 62U;  // [1, 2) times 2^62
  for (size_t bit = 0; bit < kRootsOfTwo.size(); ++bit) {
    if ((exponent_q40 >> (39 - bit) & 1U) == 0) continue;
    factor = random::scale(factor, kRootsOfTwo[bit]) << 2U;
  }
  const uint64_t high = random::scale(value, factor);
  const uint64_t low = value * factor;
  // The result is (high:low) >> (62 - whole); 62 bits of it are fraction.
  if (whole >= 62 || (high >> (62 - whole)) != 0) return value == 0 ? 0 : UINT64_MAX;
  const uint64_t shift = 62 - whole;
  return (high << (64 - shift)) | (low >> shift);
}

std::vector<int64_t> build_quantiles(const LatencySpec& spec) {
  using Kind = LatencySpec::Kind;
  if (spec.kind == Kind::Fixed || spec.kind == Kind::Uniform) return {};
  if (spec.kind == Kind::Empirical && spec.samples.size() < 2) return {};  // was complained about
  std::vector<int64_t> knots(kQuantileKnots);
  for (uint32_t i = 0; i < kQuantileKnots; ++i) {
    if (spec.kind == Kind::Normal) knots[i] = normal_knot(spec, i);
    if (spec.kind == Kind::Lognormal) knots[i] = lognormal_knot(spec, i);
    if (spec.kind == Kind::Empirical) knots[i] = empirical_knot(spec, i);
    if (spec.kind == Kind::Exponential) knots[i] = exponential_knot(spec, i);
    if (spec.kind == Kind::Pareto) knots[i] = pareto_knot(spec, i);
  }
  return knots;
}

}  // namespace faultline::rules
