// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/fail_policy.h"

#include "proxy/base/text.h"

#include <algorithm>
#include <array>
#include <optional>

namespace faultline::rules {
namespace {

constexpr std::array<std::string_view, 4> kLevels{"error", "warning", "note", "none"};
// Those that traffic can lead to; what could not be checked has a threshold of its own.
constexpr std::array<std::string_view, 2> kClasses{"violation", "undocumented"};

tl::unexpected<Error> bad(const std::string& message) {
  return fail(ErrorCode::ParseFailed, message, ErrorSource::Input);
}

Result<FailOn> read_level(std::string_view text) {
  const auto* const at = std::find(kLevels.begin(), kLevels.end(), text);
  if (at == kLevels.end()) {
    return bad("'" + std::string(text) + "' is not one of error, warning, note and none");
  }
  return static_cast<FailOn>(at - kLevels.begin());
}

}  // namespace

std::string_view fail_on_name(FailOn level) noexcept { return kLevels[static_cast<size_t>(level)]; }

Result<FailPolicy> FailPolicy::parse(std::string_view text) {
  FailPolicy policy;
  std::optional<FailOn> level;
  for (const std::string_view part : split(text, ',')) {
    const std::string_view word = trim(part);
    const size_t equals = word.find('=');
    FL_TRY(const FailOn read,
           read_level(equals == std::string_view::npos ? word : trim(word.substr(equals + 1))));
    if (equals == std::string_view::npos) {
      if (level) return bad("two levels for all findings: '" + std::string(text) + "'");
      level = read;
      continue;
    }
    const std::string name(trim(word.substr(0, equals)));
    if (std::find(kClasses.begin(), kClasses.end(), name) == kClasses.end()) {
      return bad("'" + name + "' is no class of findings: they are violation and undocumented");
    }
    if (!policy.by_class.emplace(name, read).second)
      return bad("'" + name + "' stands there twice");
  }
  policy.level = level.value_or(FailOn::Error);
  return policy;
}

FailOn FailPolicy::level_of(std::string_view finding_class) const noexcept {
  const auto own = by_class.find(finding_class);
  return own == by_class.end() ? level : own->second;
}

std::string FailPolicy::text() const {
  std::string text(fail_on_name(level));
  for (const auto& [name, own] : by_class) {
    text += (&name == &by_class.begin()->first ? " (" : ", ") + name + ": ";
    text += fail_on_name(own);
  }
  return by_class.empty() ? text : text + ")";
}

}  // namespace faultline::rules
