// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/json/tape.h"

#include <string_view>

namespace faultline::json {

/// Empties a tape for another text and keeps its memory. Internal to this room.
inline void restart(Tape& tape, std::string_view source) noexcept {
  tape.source = source;
  tape.nodes.resize_within_capacity(0);
  tape.arena.clear();
  tape.duplicate_keys.clear();
  tape.has_lone_surrogates = false;
}

}  // namespace faultline::json
