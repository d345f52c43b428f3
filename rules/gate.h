// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "rules/config.h"

#include <optional>
#include <string>
#include <string_view>

namespace faultline::rules {

/// Whether faults may be armed here at all, and why, as one sentence for people.
struct GateState {
  bool open = false;
  std::string reason;
};

/// Pure: `flag_value` is the value of the environment variable config.flag (nothing = unset),
/// `environment` the name given by --env or FAULTLINE_ENV (nothing = not given). Open when the
/// flag is 1, true, yes or on (any case) and the environment is in the list.
[[nodiscard]] GateState evaluate_gate(const GateConfig& config,
                                      std::optional<std::string_view> flag_value,
                                      std::optional<std::string_view> environment);

}  // namespace faultline::rules
