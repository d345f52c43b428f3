// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/scenario.h"

#include <algorithm>

namespace faultline::rules {

PhaseClock::PhaseClock(const Config& config) {
  Duration end{};
  for (const auto& phase : config.phases) {
    end += phase.length;
    ends_.push_back(end);
    auto& armed = armed_.emplace_back(config.rules.size(), false);
    for (size_t rule = 0; rule < config.rules.size(); ++rule) {
      const auto& names = phase.rules;
      armed[rule] = std::find(names.begin(), names.end(), config.rules[rule].name) != names.end();
    }
  }
}

uint32_t PhaseClock::phase_count() const noexcept { return static_cast<uint32_t>(ends_.size()); }

Duration PhaseClock::total() const noexcept { return ends_.empty() ? Duration{} : ends_.back(); }

std::optional<uint32_t> PhaseClock::phase_at(Duration elapsed) const noexcept {
  const auto end = std::upper_bound(ends_.begin(), ends_.end(), elapsed);
  if (end == ends_.end()) return std::nullopt;
  return static_cast<uint32_t>(end - ends_.begin());
}

Duration PhaseClock::start_of(uint32_t phase) const noexcept {
  return phase == 0 || phase > ends_.size() ? Duration{} : ends_[phase - 1];
}

Duration PhaseClock::end_of(uint32_t phase) const noexcept {
  return phase < ends_.size() ? ends_[phase] : total();
}

bool PhaseClock::armed(uint32_t rule, std::optional<uint32_t> phase) const noexcept {
  if (!has_phases()) return true;
  if (!phase || *phase >= armed_.size() || rule >= armed_[*phase].size()) return false;
  return armed_[*phase][rule];
}

}  // namespace faultline::rules
