// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"
#include "proxy/server/overload.h"

#include <atomic>
#include <cstdint>

namespace faultline::server {

/// What every worker reads of the run's course: when it began and which phase is on. Written by
/// the control thread, read by all.
class RunControl {
 public:
  explicit RunControl(MonoTime start) noexcept : start_(start) {}

  [[nodiscard]] MonoTime start() const noexcept { return start_; }
  /// Index into the configuration's phases; 0 when it has none.
  [[nodiscard]] uint32_t phase() const noexcept { return phase_.load(std::memory_order_relaxed); }
  void set_phase(uint32_t phase) noexcept { phase_.store(phase, std::memory_order_relaxed); }
  /// How close memory is to its limit.
  [[nodiscard]] Pressure pressure() const noexcept {
    return pressure_.load(std::memory_order_relaxed);
  }
  void set_pressure(Pressure pressure) noexcept {
    pressure_.store(pressure, std::memory_order_relaxed);
  }

 private:
  const MonoTime start_;
  std::atomic<uint32_t> phase_{0};
  std::atomic<Pressure> pressure_{Pressure::None};
};

}  // namespace faultline::server
