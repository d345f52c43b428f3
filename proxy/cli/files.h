// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/engine.h"
#include "proxy/base/diagnostic.h"
#include "proxy/base/result.h"
#include "proxy/cli/cli.h"
#include "proxy/server/app.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::cli {

/// The whole file, up to `bytes_max`; `-` is standard input. NotFound, PermissionDenied, IoFailed
/// and LimitExceeded name the path.
[[nodiscard]] Result<std::string> read_file(const std::string& path, size_t bytes_max);

/// Adds to the end of a file, which is made when it is missing.
[[nodiscard]] Status append_to_file(const std::string& path, std::string_view text);

/// How the contract in that file reads others: from its own folder and below.
[[nodiscard]] contracts::LoadOptions contract_options(const std::string& path);

/// Loads one contract; problems go to `diagnostics` (errors and load warnings).
[[nodiscard]] std::shared_ptr<const contracts::Contract> load_contract(
    const std::string& path, std::vector<Diagnostic>& diagnostics);

/// Loads the contracts of every listener. A contract that cannot be read is blamed on its place in
/// `config_file` (null for configurations without a file). Null when any failed.
[[nodiscard]] std::optional<server::LoadedConfig> load_contracts(
    rules::Config config, const SourceFilePtr& config_file, std::vector<Diagnostic>& diagnostics);

/// Reads and checks a configuration file and its contracts.
struct LoadedFile {
  std::optional<rules::Config> config;
  SourceFilePtr file;
  std::vector<Diagnostic> diagnostics;
};
[[nodiscard]] Result<LoadedFile> load_config_file(const std::string& path,
                                                  const Terminal& terminal);

[[nodiscard]] bool has_error(const std::vector<Diagnostic>& diagnostics);

}  // namespace faultline::cli
