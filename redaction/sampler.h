// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/classes.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Values made from the table itself: the negative control of the second scan and the generated
/// tests need one of every row, and a list kept by hand would fall behind the table.
namespace faultline::redaction {

/// A text that the expression matches as a whole. The same seed gives the same text; open repeats
/// get a few more than their least. Understands what classes.def uses of RE2: classes, groups,
/// alternatives, repeats.
[[nodiscard]] std::string sample_of(std::string_view pattern, uint64_t seed);

/// The same, drawn again until the check holds; nothing when that is not to be expected (checksums
/// of thirty bits) or does not happen.
[[nodiscard]] std::optional<std::string> sample_of(std::string_view pattern, validate::Check check,
                                                   uint64_t seed);

}  // namespace faultline::redaction
