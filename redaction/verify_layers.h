// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Decoding for the second scan. Written apart from decode.h on purpose: an error there must not
/// blind the scan that is to find it.
namespace faultline::redaction::verify {

/// Text and, for each byte of it, the offset it came from.
struct Layer {
  std::string text;
  std::vector<uint32_t> from;

  void add(char c, size_t offset) {
    text += c;
    from.push_back(static_cast<uint32_t>(offset));
  }
};

/// Words that hold percent escapes, decoded, one per line.
[[nodiscard]] Layer percent_layer(std::string_view text);

/// The whole text with backslash escapes undone; empty when there are none.
[[nodiscard]] Layer escape_layer(std::string_view text);

/// Runs of base64 that decode to text, one per line. A run at the very front of a window may have
/// begun before it: with `cut_front` all four alignments are tried there.
[[nodiscard]] Layer base64_layer(std::string_view text, bool cut_front);

/// The same for hex.
[[nodiscard]] Layer hex_layer(std::string_view text);

}  // namespace faultline::redaction::verify
