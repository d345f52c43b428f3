// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/cli/cli.h"

#include <string>

namespace faultline::cli {

struct DemoOptions {
  std::string output;    // folder for the run folder; empty: ./runs
  bool is_fast = false;  // phases of a second each
};

/// `faultline demo`: a small shop in this process, the proxy before it, a scripted client; prints
/// phases, faults, findings, verdict and where to look next. Loopback only, under 30 s.
[[nodiscard]] int demo_command(const DemoOptions& options, const Context& context);

}  // namespace faultline::cli
