// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "rules/share.h"

#include <optional>

namespace faultline::rules {

/// What a check is held to besides the severity of its findings. (gate.h is the other gate: whether
/// faults may be armed.)
struct CheckGate {
  /// Of the checked messages, those that may be unverifiable.
  std::optional<Share> max_unverifiable;
  /// Of what the contracts declare, what must have been seen and checked.
  std::optional<Share> min_coverage;
  /// Checking nothing passes. By default it fails: an empty recording proves nothing.
  bool allows_no_traffic = false;
};

}  // namespace faultline::rules
