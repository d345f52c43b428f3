// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/pacer.h"

#include <algorithm>

namespace faultline::filters {
namespace {

constexpr uint64_t kQuantaPerSecond = 200;
constexpr int64_t kNsPerSecond = 1'000'000'000;

}  // namespace

uint64_t RateLimiter::quantum() const noexcept {
  return std::max<uint64_t>(1, rate_ / kQuantaPerSecond);
}

MonoTime RateLimiter::book(uint64_t bytes, MonoTime now) noexcept {
  // bytes is at most a quantum or a block, so the product stays far below 2^63.
  const auto cost = static_cast<int64_t>(bytes * static_cast<uint64_t>(kNsPerSecond) / rate_);
  int64_t before = paid_until_ns_.load(std::memory_order_relaxed);
  int64_t start = 0;
  do {
    start = std::max(before, now.ns);
  } while (!paid_until_ns_.compare_exchange_weak(before, start + cost, std::memory_order_relaxed));
  return {start};
}

}  // namespace faultline::filters
