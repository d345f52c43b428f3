// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/json/key_ledger.h"
#include "proxy/json/tape.h"

#include <cstddef>
#include <string_view>

namespace faultline::json {

/// Writes the tape of a text in one pass, which finds the tokens as it goes: what an index of them
/// costs is worth it for long texts only. Internal to this room.
///
/// False as parse_indexed() is, and where it is; `tape` must be empty but for its source.
[[nodiscard]] bool parse_scanning(std::string_view text, size_t depth_max, KeyLedger& ledger,
                                  Tape& tape);

}  // namespace faultline::json
