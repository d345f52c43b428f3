// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/cli/cli.h"
#include "proxy/cli/options.h"

#include <string>

/// One function per subcommand. Each returns the exit code of the program.
namespace faultline::cli {

[[nodiscard]] int run_command(const RunOptions& options, const Context& context);
[[nodiscard]] int check_command(const CheckOptions& options, const Context& context);
[[nodiscard]] int baseline_command(const BaselineOptions& options, const Context& context);
[[nodiscard]] int config_command(const ConfigOptions& options, const Context& context);
[[nodiscard]] int contract_command(const ContractOptions& options, const Context& context);
/// `contract lint` and `contract list`.
[[nodiscard]] int lint_contract(const ContractOptions& options, Terminal& terminal);
[[nodiscard]] int list_contract(const ContractOptions& options, Terminal& terminal);
[[nodiscard]] int explain_command(const std::string& code, const Context& context);
[[nodiscard]] int version_command(bool json, const Context& context);

}  // namespace faultline::cli
