// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/http/message.h"

#include <cstddef>
#include <optional>
#include <string_view>

namespace faultline::http {

/// Reads the field lines of a head and the empty line behind them, when `bytes` hold all of them
/// and every line is plain: a name of letters, digits, hyphens and underscores, a colon, a value,
/// CRLF; not more fields than a head may have, and at most one that frames the body, in its usual
/// form. Nearly all heads are plain, and none of
/// them has anything that the grammar could refuse.
///
/// Fills `fields`, which borrow from `bytes`, and answers how many bytes were read. Nothing means
/// only that the grammar must look; `fields` then hold what was read so far.
[[nodiscard]] std::optional<size_t> read_plain_fields(std::string_view bytes, Fields& fields);

}  // namespace faultline::http
