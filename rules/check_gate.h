// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "rules/config.h"
#include "rules/share.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace faultline::rules {

/// What a check is held to besides the severity of its findings. (gate.h is the other gate: whether
/// faults may be armed.)
struct CheckGate {
  /// Classes of findings with a level of their own (fail_policy.h).
  std::map<std::string, FailOn, std::less<>> fail_on_by_class;
  /// New findings that would fail the run and may be there. What was accepted for a time that has
  /// passed and what came back still fails.
  std::optional<uint64_t> max_new;
  /// Of the checked messages, those that may be unverifiable.
  std::optional<Share> max_unverifiable;
  /// Of what the contracts declare, what must have been seen and checked.
  std::optional<Share> min_coverage;
  /// Checking nothing passes. By default it fails: an empty recording proves nothing.
  bool allows_no_traffic = false;
};

}  // namespace faultline::rules
