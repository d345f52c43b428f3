// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/cli/commands/commands.h"
#include "proxy/run/environment.h"

#include <fmt/core.h>

namespace faultline::cli {

int version_command(bool json, const Context& context) {
  if (json) {
    context.terminal.out(run::build_versions_json() + "\n");
    return kDone;
  }
  context.terminal.out(fmt::format("faultline {}\n", run::faultline_version()));
  for (const auto& [name, version] : run::build_versions()) {
    if (name != "faultline") context.terminal.out(fmt::format("  {:<12} {}\n", name, version));
  }
  return kDone;
}

}  // namespace faultline::cli
