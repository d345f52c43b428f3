// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/pacer.h"

#include <algorithm>

namespace faultline::filters {
namespace {

constexpr uint64_t kQuantaPerSecond = 200;
constexpr uint64_t kNsPerSecond = 1'000'000'000;

}  // namespace

uint64_t RateLimiter::quantum() const noexcept {
  return std::max<uint64_t>(1, rate_ / kQuantaPerSecond);
}

MonoTime RateLimiter::book(uint64_t bytes, MonoTime now) noexcept {
  const std::lock_guard lock(mutex_);
  const int64_t earliest = now.ns - grace_ns(bytes);
  if (paid_until_ns_ < earliest) {
    // The first has nothing to make up for.
    paid_until_ns_ = paid_until_ns_ == kNeverBooked ? now.ns : earliest;
    fraction_ = 0;
  }
  // bytes is at most a quantum or a block, so the product stays below 2^63.
  const uint64_t cost = bytes * kNsPerSecond + fraction_;
  const MonoTime start{std::max(paid_until_ns_, now.ns)};
  paid_until_ns_ += static_cast<int64_t>(cost / rate_);
  fraction_ = cost % rate_;
  return start;
}

int64_t RateLimiter::grace_ns(uint64_t bytes) const noexcept {
  const uint64_t most = quantum();
  if (bytes >= most) return 0;
  return static_cast<int64_t>((most - bytes) * kNsPerSecond / rate_);
}

}  // namespace faultline::filters
