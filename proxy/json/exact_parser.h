// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/result.h"
#include "proxy/json/key_ledger.h"
#include "proxy/json/tape.h"

#include <cstddef>
#include <optional>
#include <string_view>

namespace faultline::json {

/// RFC 8259 byte by byte: the last word on whether a text is JSON, and the only parser that can say
/// what is wrong with it and where. Internal to this room: it reads what the indexed parser does
/// not take, and tests hold the two against each other.
///
/// Writes the text, of at most kTextBytesMax, to `tape`, which must be empty but for its source;
/// the error leaves it in no useful state. `keys` must be empty.
[[nodiscard]] std::optional<Error> parse_exact(std::string_view text, size_t depth_max,
                                               KeyLedger& keys, Tape& tape);

}  // namespace faultline::json
