// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"
#include "proxy/base/result.h"
#include "proxy/cli/cli.h"
#include "proxy/cli/demo/client.h"
#include "proxy/run/run_result.h"
#include "proxy/run/verdict.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace faultline::cli::demo {

struct DemoSpec {
  std::string artifacts = "./runs";
  uint64_t seed = 42;
  std::array<Duration, 3> phases{std::chrono::seconds(5), std::chrono::seconds(10),
                                 std::chrono::seconds(5)};
  Duration cart_delay = std::chrono::milliseconds(200);
  /// Rounds of shopping in each phase. Twenty give the tenth /items two times.
  std::array<size_t, 3> rounds{5, 20, 5};
};

struct DemoOutcome {
  run::RunResult result;
  run::Verdict verdict;
  Client::Tally client;
  std::string folder;    // the run folder
  std::string contract;  // the file the traffic was checked against
  size_t planted = 0;    // personal values the second scan looked for
};

/// The sample system, the proxy before it and the scripted client, from start to verdict. Says
/// what goes on to the terminal. The configuration and the contract are left in
/// `<artifacts>/demo/`, so that findings point at files that exist.
[[nodiscard]] Result<DemoOutcome> run_demo(const DemoSpec& spec, const Context& context);

/// What did not go as designed, one sentence each: exactly the planted bug is found, every rule
/// fires, all traffic is accounted for and no personal datum was written. Empty: all well.
[[nodiscard]] std::vector<std::string> deviations(const DemoOutcome& outcome);

}  // namespace faultline::cli::demo
