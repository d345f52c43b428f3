// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/range.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Layers of encoding that a value can hide under. The layers that keep their neighbourhood
/// (percent, JSON escapes) decode a whole text and remember where every byte came from, so that a
/// find is replaced in place and nothing around it moves.
namespace faultline::redaction {

/// A decoded text; `at[i]` is where byte i of `text` begins in the source, and the last entry is
/// the source's length.
struct MappedText {
  std::string text;
  std::vector<uint32_t> at;
};

/// Percent decoding; malformed escapes stay as they are.
[[nodiscard]] MappedText unpercent(std::string_view source, bool plus_as_space);

/// The escapes of a JSON string, leniently: whatever is not one stays as it is. A lone surrogate
/// becomes U+FFFD.
[[nodiscard]] MappedText unescape_json(std::string_view source);

/// Character references and the five entities of XML 1.0 section 4.6, leniently.
[[nodiscard]] MappedText unescape_xml(std::string_view source);

/// True when a `%` stands at `at` and two hex digits follow, but not for a byte that goes on in a
/// sequence of UTF-8 (0x80 to 0xBF) unless another byte above 0x7F stands escaped in front of it.
[[nodiscard]] bool is_percent_escape(std::string_view text, size_t at) noexcept;
/// The same anywhere in the text.
[[nodiscard]] bool has_percent_escape(std::string_view text) noexcept;

/// True when the backslash at `at` begins an escape of a JSON string.
[[nodiscard]] bool is_json_escape(std::string_view text, size_t at) noexcept;
/// The same anywhere in the text.
[[nodiscard]] bool has_json_escape(std::string_view text) noexcept;

/// True when an escape of a JSON string begins before `at` and ends behind it.
[[nodiscard]] bool is_inside_json_escape(std::string_view text, size_t at) noexcept;

/// A run of characters that decodes to text.
struct EncodedRun {
  enum class Coding : uint8_t { Base64, Base64Url, Hex, UpperHex };
  std::string decoded;
  size_t length = 0;  // of the source, padding included
  Coding coding = Coding::Base64;
  bool padded = false;
};

inline constexpr size_t kEncodedRunMin = 16;

/// Takes as much as it can from the front of `source` that is base64, base64url or hex of
/// printable UTF-8. Nothing when that is less than kEncodedRunMin characters. Most candidates are
/// refused after the first 16 characters. `tried_whole` becomes true when that was not enough.
[[nodiscard]] std::optional<EncodedRun> decode_run(std::string_view source, bool& tried_whole);

/// The first place of a run of such characters from which on it decodes, and what it decodes to:
/// what is glued in front ends with a character that joins. Few starts are tried to their end.
struct EncodedPart {
  size_t begin = 0;
  EncodedRun run;
};
[[nodiscard]] std::optional<EncodedPart> find_encoded(std::string_view text, Range range);

/// The inverse, in the same spelling.
[[nodiscard]] std::string encode_run(const EncodedRun& run, std::string_view text);

/// True for text a person could read: UTF-8 without control characters but tab and line ends.
[[nodiscard]] bool is_printable(std::string_view bytes) noexcept;

}  // namespace faultline::redaction
