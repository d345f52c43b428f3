// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Texts made harmless for the place they go to: what comes from traffic or a contract must not be
/// able to break out of a table cell, a code block or an attribute. Private to this room.
namespace faultline::report {

/// Control characters as one space each; bytes that are not UTF-8 as U+FFFD.
[[nodiscard]] std::string without_controls(std::string_view text);

/// At most `bytes` of a UTF-8 text, cut between characters, with "..." when something was cut.
[[nodiscard]] std::string shortened(std::string_view text, size_t bytes);

/// A code span for a table cell: `` `text` ``; "-" when empty.
[[nodiscard]] std::string md_code(std::string_view text);

/// Plain words for a table cell or a list, with the characters that mean something escaped.
[[nodiscard]] std::string md_words(std::string_view text);

/// One line inside a fenced block: no line ends, no control characters, no fence.
[[nodiscard]] std::string md_fenced(std::string_view text);

/// The inside of an attribute or of character data: well-formed for XML 1.0 whatever comes in.
/// Characters XML cannot hold are left out, bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string xml_text(std::string_view text);

/// The same for character data of several lines: line feeds stay as they are.
[[nodiscard]] std::string xml_lines(std::string_view text);

/// `1.234 ms`.
[[nodiscard]] std::string milliseconds(uint64_t ns);

/// `20.001 s`.
[[nodiscard]] std::string seconds(uint64_t ns);

}  // namespace faultline::report
