// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#pragma once

#include <string_view>

/// How little a text looks like words: what is left to tell a random token by.
namespace faultline::redaction::validate {

/// Shannon entropy of the characters, divided by the most that a text of this length over its own
/// kind of characters (hex, letters and digits of one case, base64) can have: 0 to 1.
[[nodiscard]] double normalised_entropy(std::string_view text) noexcept;

/// Mean surprise, in bits, of a letter after the one before it, in the pairs of two letters of the
/// text. Words of European languages and identifiers made of them lie near 4, drawn letters at 6.
[[nodiscard]] double pair_surprise(std::string_view text) noexcept;

/// A token of at least 16 characters with digits and letters that no language would write; UUIDs,
/// hex digests and paths are not.
[[nodiscard]] bool token_like(std::string_view text) noexcept;

}  // namespace faultline::redaction::validate
