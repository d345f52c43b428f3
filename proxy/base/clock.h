// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <chrono>
#include <cstdint>

namespace faultline {

/// Spans of time everywhere in the project. Nanoseconds in 64 bits hold 292 years.
using Duration = std::chrono::nanoseconds;

/// A point on the monotonic clock, in nanoseconds since an arbitrary start.
struct MonoTime {
  int64_t ns = 0;

  friend constexpr auto operator<=>(MonoTime, MonoTime) = default;
  friend constexpr Duration operator-(MonoTime a, MonoTime b) { return Duration(a.ns - b.ns); }
  friend constexpr MonoTime operator+(MonoTime t, Duration d) { return {t.ns + d.count()}; }
};

/// A point in civil time: nanoseconds since 1970-01-01T00:00:00Z.
struct WallTime {
  int64_t ns = 0;
  friend constexpr auto operator<=>(WallTime, WallTime) = default;
};

/// The only source of time. Thread-safe. Everything that needs the time takes a Clock, so that
/// tests and replay decide what time it is.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual MonoTime now() const noexcept = 0;
  [[nodiscard]] virtual WallTime wall_now() const noexcept = 0;
};

/// The clocks of the operating system.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] MonoTime now() const noexcept override;
  [[nodiscard]] WallTime wall_now() const noexcept override;
};

}  // namespace faultline
