// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/diagnostic.h"

#include <string_view>

namespace faultline::yaml {

/// A parser's complaint at a line and column (from 1, in code points), with help where the cause
/// is a known trap: an unquoted `/cart/{id}` or `${NAME}` inside braces.
[[nodiscard]] Diagnostic syntax_error(const SourceFilePtr& file, std::string_view message, int line,
                                      int column);

}  // namespace faultline::yaml
