// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// Buckets by index:
//      0 ..  127   values below 2^10, 8 ns each
//    128 ..  255   2^10 to 2^11 - 1, 8 ns each
//    256 ..  383   2^11 to 2^12 - 1, 16 ns each
//    ...           each power of two in 128 steps
//   3840 .. 3967   2^39 to 2^40 - 1, and above in the last one
#include "proxy/metrics/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace faultline::metrics {
namespace {

constexpr unsigned kStepBits = 7;     // 128 buckets per power of two
constexpr unsigned kLinearBits = 10;  // below 2^10 buckets are equally wide
constexpr unsigned kTopBits = 40;     // values of 2^40 and above are in the last one
constexpr uint64_t kSteps = 1U << kStepBits;
constexpr uint64_t kTop = uint64_t{1} << kTopBits;

}  // namespace

static_assert(Histogram::kBuckets == kSteps * (1 + kTopBits - kLinearBits));

size_t Histogram::bucket_of(uint64_t ns) noexcept {
  if (ns >= kTop) return kBuckets - 1;
  if (ns < (1U << kLinearBits)) return ns >> (kLinearBits - kStepBits);
  const auto power = static_cast<unsigned>(std::bit_width(ns)) - 1;
  const uint64_t step = (ns >> (power - kStepBits)) - kSteps;
  return kSteps * (power - kLinearBits + 1) + step;
}

uint64_t Histogram::upper_edge(size_t bucket) noexcept {
  if (bucket + 1 >= kBuckets) return std::numeric_limits<uint64_t>::max();
  const uint64_t next = bucket + 1;
  if (next <= kSteps) return (next << (kLinearBits - kStepBits)) - 1;
  const uint64_t power = kLinearBits - 1 + next / kSteps;
  return ((kSteps + next % kSteps) << (power - kStepBits)) - 1;
}

void Histogram::record_many(uint64_t ns, uint64_t count) noexcept {
  if (count == 0) return;
  if (buckets_.empty()) [[unlikely]]
    buckets_.resize(kBuckets);
  buckets_[bucket_of(ns)] += count;
  count_ += count;
  sum_ += ns * count;
  min_ = std::min(min_, ns);
  max_ = std::max(max_, ns);
}

void Histogram::merge(const Histogram& other) {
  if (other.count_ == 0) return;
  if (buckets_.empty()) buckets_.resize(kBuckets);
  for (size_t i = 0; i < kBuckets; ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  sum_ += other.sum_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

uint64_t Histogram::percentile(double percent) const noexcept {
  if (count_ == 0) return 0;
  if (!(percent > 0)) return min();
  if (percent >= 100) return max_;
  // Whole numbers, because 99.9 / 100 * 1000 is not 999 in binary: rank = ceil(p * n / 10^8).
  constexpr uint64_t kScale = 100'000'000;
  const auto scaled = static_cast<uint64_t>(std::llround(percent * 1e6));
  const uint64_t whole = count_ / kScale * scaled;
  const uint64_t part = (count_ % kScale * scaled + kScale - 1) / kScale;
  const uint64_t rank = std::max<uint64_t>(1, whole + part);
  uint64_t seen = 0;
  for (size_t bucket = 0; bucket < kBuckets; ++bucket) {
    seen += buckets_[bucket];
    if (seen >= rank) return std::min(upper_edge(bucket), max_);
  }
  return max_;
}

uint64_t Histogram::count_up_to(uint64_t ns) const noexcept {
  uint64_t count = 0;
  for (size_t bucket = 0; bucket < buckets_.size() && upper_edge(bucket) <= ns; ++bucket) {
    count += buckets_[bucket];
  }
  return count;
}

}  // namespace faultline::metrics
