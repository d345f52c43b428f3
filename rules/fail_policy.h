// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/result.h"
#include "rules/config.h"

#include <map>
#include <string>
#include <string_view>

namespace faultline::rules {

/// From which level on findings count against a run: one level for all classes, and others for
/// single ones.
struct FailPolicy {
  FailOn level = FailOn::Error;
  std::map<std::string, FailOn, std::less<>> by_class;  // "undocumented"

  /// `error`, or `error,undocumented=none`: a level for all, then classes with their own. The level
  /// for all may be left out.
  [[nodiscard]] static Result<FailPolicy> parse(std::string_view text);
  [[nodiscard]] FailOn level_of(std::string_view finding_class) const noexcept;
  /// "error", "error (undocumented: none)".
  [[nodiscard]] std::string text() const;
};

/// "error", "warning", "note", "none".
[[nodiscard]] std::string_view fail_on_name(FailOn level) noexcept;

}  // namespace faultline::rules
