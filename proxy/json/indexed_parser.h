// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/json/key_ledger.h"
#include "proxy/json/structural_index.h"
#include "proxy/json/tape.h"

#include <cstddef>
#include <string_view>

namespace faultline::json {

/// Writes the tape of a text from the places of its tokens, one step for each token. Internal to
/// this room.
///
/// False when the text is not JSON, is nested deeper than `depth_max`, or is a bare scalar: then
/// the exact parser decides, and `tape` is in no useful state. `tape` must be empty but for its
/// source, and `index` built over `text`.
[[nodiscard]] bool parse_indexed(std::string_view text, const StructuralIndex& index,
                                 size_t depth_max, KeyLedger& ledger, Tape& tape);

}  // namespace faultline::json
