// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/json/tape.h"

#include <string>
#include <string_view>
#include <vector>

/// An escape may name half of a UTF-16 pair without the other (RFC 8259 section 8.2), which UTF-8
/// cannot hold. The tape keeps such a half as the three bytes that UTF-8 would have for it (WTF-8),
/// so that texts that differ stay different; Document::has_lone_surrogates() tells of it.
namespace faultline::json {

/// The text with U+FFFD for each half, for code that wants UTF-8. The length stays the same.
[[nodiscard]] std::string replace_lone_surrogates(std::string_view text);

/// Appends the inside of a JSON string that means `text`: each half as an escape again.
void escape_exactly(std::string& out, std::string_view text);

/// The texts and names with such a half, in document order.
[[nodiscard]] std::vector<Value> lone_surrogates(const Document& document);

}  // namespace faultline::json
