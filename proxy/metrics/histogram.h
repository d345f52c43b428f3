// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace faultline::metrics {

/// Durations in nanoseconds, counted in buckets whose width grows with the value: 128 buckets per
/// power of two, so a bucket is at most 1/128 (0.79 %) of its values wide from 1 us to 1000 s.
/// Below 1024 ns buckets are 8 ns wide; values of 2^40 ns (1100 s) and above share the last one.
///
/// 31 KiB once the first value is recorded, never more, however many values follow. A plain
/// value for one thread: each worker has its own, and whoever reads merges copies.
class Histogram {
 public:
  void record(uint64_t ns) noexcept { record_many(ns, 1); }
  /// The same value `count` times.
  void record_many(uint64_t ns, uint64_t count) noexcept;
  void merge(const Histogram& other);

  [[nodiscard]] uint64_t count() const noexcept { return count_; }
  /// Exact, modulo 2^64 (584 years).
  [[nodiscard]] uint64_t sum() const noexcept { return sum_; }
  /// Exact; 0 when empty.
  [[nodiscard]] uint64_t min() const noexcept { return count_ == 0 ? 0 : min_; }
  [[nodiscard]] uint64_t max() const noexcept { return max_; }

  /// The value of rank ceil(percent / 100 * count()), counted from 1 in ascending order (nearest
  /// rank; percent is taken to six decimals; 0 and less give min(), 100 and more max()). The rank
  /// is exact, the value is the upper edge of its bucket, at most max(): never below the true
  /// value and at most 0.79 % (below 1024 ns: 7 ns) above it. 0 when empty.
  [[nodiscard]] uint64_t percentile(double percent) const noexcept;

  /// How many values lie in buckets that end at `ns` or before: never one above `ns`, and all that
  /// are at least 0.79 % (below 1024 ns: 7 ns) below it.
  [[nodiscard]] uint64_t count_up_to(uint64_t ns) const noexcept;

  // The buckets, for writers of other formats and for tests.
  static constexpr size_t kBuckets = 128 * 31;
  [[nodiscard]] static size_t bucket_of(uint64_t ns) noexcept;
  /// The largest value of a bucket; the last one has no edge and gives 2^64-1.
  [[nodiscard]] static uint64_t upper_edge(size_t bucket) noexcept;

 private:
  std::vector<uint64_t> buckets_;  // empty until the first value
  uint64_t count_ = 0;
  uint64_t sum_ = 0;
  uint64_t min_ = std::numeric_limits<uint64_t>::max();
  uint64_t max_ = 0;
};

}  // namespace faultline::metrics
