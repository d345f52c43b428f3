// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"
#include "proxy/base/hash.h"
#include "proxy/cli/terminal.h"

#include <string>
#include <vector>

namespace faultline::cli {

/// The exit codes of the command line; documented, tested, stable.
enum ExitCode : int {
  kDone = 0,           // nothing at or above --fail-on
  kFindings = 1,       // findings, an unmet expectation, incomplete accounting
  kUsage = 2,          // wrong usage or invalid configuration or contract
  kEnvironment = 3,    // port busy, folder not writable, gate required but closed
  kRedactionLeak = 5,  // the redaction proof failed; outranks 1
  kStoppedByTrigger = 6,
  kInternal = 70,
  kInterrupted = 130,
};

/// What the outside world gives every command; made by main(), borrowed by all.
struct Context {
  const Clock& clock;
  const Crypto& crypto;
  Terminal& terminal;
};

/// Runs one command line (without the program's name) and returns its exit code. Never throws.
[[nodiscard]] int run_cli(const std::vector<std::string>& arguments, const Context& context);

}  // namespace faultline::cli
