// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/lexicon.h"

#include <string>
#include <string_view>
#include <vector>

namespace faultline::redaction {

/// The context words of classes.def that name a value by themselves; sorted, normalised.
[[nodiscard]] const std::vector<std::string>& context_names();

/// What a member or parameter named like a context word of classes.def says about its value. The
/// name is normalised: lower case, no separators.
[[nodiscard]] NameKind context_name(std::string_view name);

}  // namespace faultline::redaction
