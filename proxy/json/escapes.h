// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/json/tape.h"

#include <cstdint>
#include <string_view>

/// Escape sequences of JSON strings (RFC 8259 section 7). Internal to this room.
namespace faultline::json {

enum class EscapeOutcome : uint8_t {
  Decoded,
  DecodedLoneSurrogate,  // half of a UTF-16 pair: see surrogates.h
  Cut,                   // the text ends inside
  Unknown,
  NotHex,
};

/// Decodes the sequence whose backslash stands at `at`, writes its text to `out`, and moves both
/// behind (`at` behind the second half of a surrogate pair). The text is never longer than the
/// sequence. `at` stays where it is on an error.
[[nodiscard]] EscapeOutcome decode_escape(const char*& at, const char* end, char*& out);

/// Decodes all of a string's inside and appends it to `arena`. The outcome is an error, or tells of
/// a lone surrogate, or is Decoded.
[[nodiscard]] EscapeOutcome decode_string(std::string_view raw, TextArena& arena);

}  // namespace faultline::json
