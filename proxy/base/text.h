// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace faultline {

// ASCII only: names of HTTP fields and configuration keys. None of these depends on the locale.

[[nodiscard]] constexpr char ascii_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}
[[nodiscard]] constexpr bool is_ascii_digit(char c) noexcept { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool is_ascii_alpha(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
[[nodiscard]] std::string to_lower(std::string_view text);
[[nodiscard]] bool iequals(std::string_view a, std::string_view b) noexcept;

/// Without the spaces and tabs at both ends (the OWS of RFC 9110 5.6.3).
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;

/// The parts between separators, empty ones included.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

/// Damerau-Levenshtein distance (optimal string alignment).
[[nodiscard]] size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate at an edit distance of at most 2 (1 for words of up to 4 letters), or nothing.
/// Words of more than kComparedBytesMax are not compared: the time grows with the product of two
/// lengths.
inline constexpr size_t kComparedBytesMax = 128;
[[nodiscard]] std::optional<std::string_view> did_you_mean(
    std::string_view word, std::span<const std::string_view> candidates);

/// Strict: digits only, no sign, no overflow.
[[nodiscard]] std::optional<uint64_t> parse_u64(std::string_view text) noexcept;

/// Lower-case hex and back; decode is strict.
[[nodiscard]] std::string hex_encode(std::string_view bytes);
[[nodiscard]] std::optional<std::string> hex_decode(std::string_view text);

/// RFC 4648 base64 with padding. decode also takes base64url and missing padding; nothing else.
[[nodiscard]] std::string base64_encode(std::string_view bytes);
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);

/// RFC 3986 percent coding. encode keeps unreserved characters; decode leaves malformed escapes
/// as they stand. `plus_as_space` is for form bodies and query strings.
[[nodiscard]] std::string percent_encode(std::string_view bytes);
[[nodiscard]] std::string percent_decode(std::string_view text, bool plus_as_space = false);
/// Whether decoding could change the text.
[[nodiscard]] bool is_percent_encoded(std::string_view text, bool plus_as_space = false) noexcept;

/// The bytes as the inside of a JSON string (no quotes). Bytes that are not UTF-8 become U+FFFD,
/// so what is written is always valid JSON.
void json_escape_to(std::string& out, std::string_view bytes);
[[nodiscard]] std::string json_quote(std::string_view bytes);

/// True when the bytes are well-formed UTF-8 (RFC 3629).
[[nodiscard]] bool is_utf8(std::string_view bytes) noexcept;

/// Length of the well-formed UTF-8 sequence at the front, or 0.
[[nodiscard]] size_t utf8_sequence_length(std::string_view bytes) noexcept;

}  // namespace faultline
