// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/clock.h"
#include "proxy/cli/cli.h"
#include "proxy/cli/process_guard.h"
#include "proxy/tls/digest.h"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

int main(int argc, char** argv) {
  faultline::cli::guard_process();
  const faultline::SystemClock clock;
  const auto crypto = faultline::tls::make_crypto();
  faultline::cli::Terminal terminal(stdout, stderr, [](const std::string& name) {
    const char* const value = std::getenv(name.c_str());
    return value == nullptr ? std::optional<std::string>() : std::optional<std::string>(value);
  });
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  return faultline::cli::run_cli(arguments, {clock, *crypto, terminal});
}
