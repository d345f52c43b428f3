// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/diagnostic.h"
#include "proxy/base/uri.h"
#include "rules/config.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::rules {

/// The value of an environment variable, or nothing. Given by the caller: this room reads no
/// environment.
using EnvironmentLookup = std::function<std::optional<std::string>(std::string_view name)>;

struct LoadOutcome {
  std::optional<Config> config;  // absent when any diagnostic is an error
  std::vector<Diagnostic> diagnostics;
};

/// Reads a configuration (YAML or JSON). Reports every error of the file in one pass. Relative
/// contract paths are resolved against the folder of file->name(). Whether contract files exist
/// and can be read is for the caller to check; ContractRef::span is the place to blame.
[[nodiscard]] LoadOutcome load_config(const SourceFilePtr& file,
                                      const EnvironmentLookup& environment);

/// `run --upstream URL`: one listener "upstream" on 127.0.0.1 with a port of the system's choice,
/// no rules, mirror on.
[[nodiscard]] Config config_for_upstream(const UpstreamUri& upstream,
                                         std::vector<ContractRef> contracts = {});

/// `path` seen from the folder of the file `from`; absolute paths stay.
[[nodiscard]] std::string resolve_path(std::string_view from, std::string_view path);

}  // namespace faultline::rules
