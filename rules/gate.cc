// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/gate.h"

#include "proxy/base/text.h"

#include <fmt/core.h>

#include <algorithm>

namespace faultline::rules {
namespace {

bool is_true(std::string_view value) {
  value = trim(value);
  return value == "1" || iequals(value, "true") || iequals(value, "yes") || iequals(value, "on");
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "none" : text;
}

}  // namespace

GateState evaluate_gate(const GateConfig& config, std::optional<std::string_view> flag_value,
                        std::optional<std::string_view> environment) {
  if (!flag_value) return {false, fmt::format("{} is not set", config.flag)};
  if (!is_true(*flag_value)) {
    // The value is not repeated: the variable may be a wrong one that holds a secret.
    return {false, fmt::format("{} is set, but not to 1, true, yes or on", config.flag)};
  }
  const auto& allowed = config.environments;
  if (!environment || environment->empty()) {
    return {false, fmt::format("no environment is named (--env or FAULTLINE_ENV; allowed: {})",
                               joined(allowed))};
  }
  if (std::find(allowed.begin(), allowed.end(), *environment) == allowed.end()) {
    return {false, fmt::format("environment '{}' is not in the gate's list ({})", *environment,
                               joined(allowed))};
  }
  return {true, fmt::format("{} is on and environment '{}' is in the gate's list", config.flag,
                            *environment)};
}

}  // namespace faultline::rules
