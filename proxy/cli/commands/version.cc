// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "proxy/cli/commands/commands.h"
#include "proxy/run/environment.h"

#include <fmt/core.h>

namespace faultline::cli {

int version_command(bool json, const Context& context) {
  const auto versions = run::build_versions();
  if (!json) {
    context.terminal.out(fmt::format("faultline {}\n", run::faultline_version()));
    for (const auto& [name, version] : versions) {
      if (name != "faultline") context.terminal.out(fmt::format("  {:<12} {}\n", name, version));
    }
    return kDone;
  }
  std::string text;
  for (const auto& [name, version] : versions) {
    text += (text.empty() ? "{" : ",") + json_quote(name) + ":" + json_quote(version);
  }
  context.terminal.out(text + "}\n");
  return kDone;
}

}  // namespace faultline::cli
