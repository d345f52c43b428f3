// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/run/run_result.h"
#include "redaction/redactor.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::run {

/// What the build knows about itself: {"faultline", "0.1.0"}, {"compiler", ..}, {"build_type", ..},
/// then the libraries by name.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> build_versions();
[[nodiscard]] std::string_view faultline_version() noexcept;
/// The same as one JSON object, for programs.
[[nodiscard]] std::string build_versions_json();

/// The machine. The host's name is left out on purpose: it can name a person.
struct Machine {
  std::string os;      // "Debian GNU/Linux 12 (bookworm)"; "Linux" when unknown
  std::string kernel;  // "6.1.0-18-amd64"
  std::string arch;    // "x86_64"
};
[[nodiscard]] Machine read_machine();

struct EnvironmentInputs {
  Machine machine;
  std::vector<std::pair<std::string, std::string>> versions;
  uint64_t seed = 0;
  std::string config_hash;
  GateInfo gate;
  uint32_t workers = 1;
};

/// env.signature.json.
[[nodiscard]] redaction::RedactedText environment_json(const EnvironmentInputs& inputs);

}  // namespace faultline::run
