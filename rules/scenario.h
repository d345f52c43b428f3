// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "rules/config.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace faultline::rules {

/// Which phase is active when, and which rules it arms. Pure and immutable: the caller brings the
/// time since the run began. Without phases every rule is armed all the time; after the last phase
/// none is.
class PhaseClock {
 public:
  explicit PhaseClock(const Config& config);

  [[nodiscard]] bool has_phases() const noexcept { return !ends_.empty(); }
  [[nodiscard]] uint32_t phase_count() const noexcept;
  /// Sum of all phases; zero without phases.
  [[nodiscard]] Duration total() const noexcept;
  /// The active phase: start <= elapsed < end. Nothing without phases and after the last.
  [[nodiscard]] std::optional<uint32_t> phase_at(Duration elapsed) const noexcept;
  [[nodiscard]] Duration start_of(uint32_t phase) const noexcept;
  [[nodiscard]] Duration end_of(uint32_t phase) const noexcept;
  /// `phase` as phase_at() gave it.
  [[nodiscard]] bool armed(uint32_t rule, std::optional<uint32_t> phase) const noexcept;
  [[nodiscard]] bool armed_at(uint32_t rule, Duration elapsed) const noexcept {
    return armed(rule, phase_at(elapsed));
  }

 private:
  std::vector<Duration> ends_;
  std::vector<std::vector<bool>> armed_;  // [phase][rule]
};

}  // namespace faultline::rules
