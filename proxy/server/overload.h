// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace faultline::server {

/// How close the process is to its memory limit; each level includes what the one before does.
enum class Pressure : uint8_t {
  None,
  High,  // connections end after their answer, a lossy mirror drops
  Full,  // nothing is accepted
};
/// "none", "high", "full".
[[nodiscard]] std::string_view pressure_name(Pressure pressure) noexcept;

/// Resident bytes of this process, from /proc/self/statm; 0 when that cannot be read.
[[nodiscard]] uint64_t resident_bytes();

/// Turns a figure into a level, with hysteresis: a level is left only when the figure is 2 % of the
/// limit below where it began, so that a process at the edge does not flap.
class OverloadGuard {
 public:
  explicit OverloadGuard(uint64_t limit_bytes) : limit_(limit_bytes) {}
  Pressure look(uint64_t used_bytes) noexcept;

 private:
  uint64_t limit_;
  Pressure pressure_ = Pressure::None;
};

}  // namespace faultline::server
