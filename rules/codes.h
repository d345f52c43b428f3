// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace faultline::rules {

/// The diagnostics of a configuration, those of proxy/yaml included. Ids are stable: none is ever
/// used again for another meaning.
struct CodeInfo {
  std::string_view code;   // "FL0104"
  std::string_view title;  // what it says, in general
  std::string_view text;   // why it is an error and what to do
  std::string_view bad;    // YAML that gives it
  std::string_view good;   // the same, mended
};

[[nodiscard]] std::span<const CodeInfo> codes() noexcept;
[[nodiscard]] const CodeInfo* find_code(std::string_view code) noexcept;

/// The long text for `faultline explain FL0104`, or nothing for an id that is not listed here.
[[nodiscard]] std::optional<std::string> explain(std::string_view code);

}  // namespace faultline::rules
