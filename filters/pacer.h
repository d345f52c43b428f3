// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"

#include <cstdint>
#include <mutex>

namespace faultline::filters {

/// A rate limit by GCRA: one theoretical arrival time, absolute and exact (the fraction of a
/// nanosecond is carried on), so errors never add up. Shared by the exchanges of a connection or
/// the connections of a listener; thread-safe.
class RateLimiter {
 public:
  explicit RateLimiter(uint64_t bytes_per_second) noexcept : rate_(bytes_per_second) {}
  RateLimiter(const RateLimiter&) = delete;
  RateLimiter& operator=(const RateLimiter&) = delete;

  /// The most that is released at once: 5 ms of the rate, at least one byte.
  [[nodiscard]] uint64_t quantum() const noexcept;
  /// Books `bytes` and returns when they may go, `now` or later; the first of an idle limiter goes
  /// at once. Pieces smaller than a quantum make up for time in which nothing came, up to the
  /// quantum that one large piece would have been: small reads keep up with a high rate.
  [[nodiscard]] MonoTime book(uint64_t bytes, MonoTime now) noexcept;
  [[nodiscard]] uint64_t bytes_per_second() const noexcept { return rate_; }

 private:
  static constexpr int64_t kNeverBooked = INT64_MIN;
  // How far behind the clock the payment for `bytes` may start.
  [[nodiscard]] int64_t grace_ns(uint64_t bytes) const noexcept;

  const uint64_t rate_;
  std::mutex mutex_;  // guards what follows; held for one division
  int64_t paid_until_ns_ = kNeverBooked;
  uint64_t fraction_ = 0;  // of a nanosecond beyond it, in parts of rate_
};

}  // namespace faultline::filters
