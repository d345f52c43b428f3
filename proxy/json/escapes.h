// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstdint>
#include <string>

/// Escape sequences of JSON strings (RFC 8259 section 7). Internal to this room.
namespace faultline::json {

enum class EscapeOutcome : uint8_t {
  Decoded,
  DecodedLoneSurrogate,  // half of a UTF-16 pair, which no text can hold: U+FFFD stands for it
  Cut,                   // the text ends inside
  Unknown,
  NotHex,
};

/// Decodes the sequence whose backslash stands at `at`, appends its text, and moves `at` behind it
/// (and behind the second half of a surrogate pair). `at` stays where it is on an error.
[[nodiscard]] EscapeOutcome decode_escape(const char*& at, const char* end, std::string& out);

}  // namespace faultline::json
