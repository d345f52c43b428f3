// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/gate.h"

#include <gtest/gtest.h>

#include <array>

namespace faultline::rules {
namespace {

TEST(Gate, OpensOnlyForATrueFlagInANamedEnvironment) {
  struct Case {
    std::optional<std::string_view> flag;
    std::optional<std::string_view> environment;
    bool open;
    std::string_view reason;
  };
  constexpr std::string_view kNotTrue = "ATSH_ENABLED is set, but not to 1, true, yes or on";
  constexpr std::string_view kOpen =
      "ATSH_ENABLED is on and environment 'ci' is in the gate's list";
  const std::array cases{
      Case{std::nullopt, "ci", false, "ATSH_ENABLED is not set"},
      Case{"", "ci", false, kNotTrue},
      Case{"0", "ci", false, kNotTrue},
      Case{"false", "ci", false, kNotTrue},
      Case{"enabled", "ci", false, kNotTrue},
      Case{"11", "ci", false, kNotTrue},
      Case{"1", "ci", true, kOpen},
      Case{"TRUE", "ci", true, kOpen},
      Case{"Yes", "ci", true, kOpen},
      Case{" on ", "ci", true, kOpen},
      Case{"1", std::nullopt, false,
           "no environment is named (--env or FAULTLINE_ENV; allowed: preview, local, ci)"},
      Case{"1", "", false,
           "no environment is named (--env or FAULTLINE_ENV; allowed: preview, local, ci)"},
      Case{"1", "production", false,
           "environment 'production' is not in the gate's list (preview, local, ci)"},
      Case{"1", "CI", false, "environment 'CI' is not in the gate's list (preview, local, ci)"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.flag.value_or("unset"));
    const auto state = evaluate_gate(GateConfig{}, c.flag, c.environment);
    EXPECT_EQ(state.open, c.open);
    EXPECT_EQ(state.reason, c.reason);
  }
}

TEST(Gate, WithAnEmptyListNeverOpens) {
  const GateConfig config{"CHAOS", {}};
  const auto state = evaluate_gate(config, "1", "ci");
  EXPECT_FALSE(state.open);
  EXPECT_EQ(state.reason, "environment 'ci' is not in the gate's list (none)");
}

}  // namespace
}  // namespace faultline::rules
