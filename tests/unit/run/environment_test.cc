// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/run/environment.h"

#include "proxy/json/tape.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace faultline::run {
namespace {

constexpr std::string_view kWant = R"json({
  "schema_version": 1,
  "os": "Debian GNU/Linux 12 (bookworm)",
  "kernel": "6.1.0",
  "arch": "x86_64",
  "versions": {
    "faultline": "0.1.0",
    "libuv": "1.44.2"
  },
  "seed": 18446744073709551615,
  "config_hash": "00000000000000c1",
  "workers": 2,
  "gate": {
    "flag": "ATSH_ENABLED",
    "flag_on": true,
    "environment": "ci",
    "open": true,
    "reason": ""
  }
}
)json";

TEST(Environment, IsWrittenInTheDocumentedForm) {
  EnvironmentInputs inputs;
  inputs.machine = {"Debian GNU/Linux 12 (bookworm)", "6.1.0", "x86_64"};
  inputs.versions = {{"faultline", "0.1.0"}, {"libuv", "1.44.2"}};
  inputs.seed = UINT64_MAX;
  inputs.config_hash = "00000000000000c1";
  inputs.gate = {"ATSH_ENABLED", true, "ci", true, ""};
  inputs.workers = 2;

  EXPECT_EQ(environment_json(inputs).view(), kWant);
}

TEST(Environment, KnowsTheMachineAndTheBuild) {
  const Machine machine = read_machine();
  const auto versions = build_versions();

  EXPECT_FALSE(machine.os.empty());
  EXPECT_FALSE(machine.kernel.empty());
  EXPECT_FALSE(machine.arch.empty());
  ASSERT_EQ(versions.size(), 6U);
  EXPECT_EQ(versions[0].first, "faultline");
  EXPECT_EQ(versions[0].second, faultline_version());
  for (const auto& [name, version] : versions) {
    SCOPED_TRACE(name);
    EXPECT_FALSE(version.empty());
  }
}

}  // namespace
}  // namespace faultline::run
