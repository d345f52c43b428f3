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

/// Decoded text and where it came from: pieces that run along with the source, so that a text with
/// few escapes costs little more than its copy.
class Layer {
 public:
  std::string text;

  void add(char c, size_t offset) {
    note(offset);
    text += c;
  }
  /// Bytes that stand in the source as they are, from `offset` on.
  void add(std::string_view run, size_t offset) {
    if (run.empty()) return;
    note(offset);
    text += run;
  }
  /// Forgets everything from byte `size` of the text on.
  void cut(size_t size) {
    text.resize(size);
    while (!pieces_.empty() && pieces_.back().at >= size) pieces_.pop_back();
  }
  /// Where byte `at` of the text came from.
  [[nodiscard]] size_t source_of(size_t at) const;

 private:
  struct Piece {
    uint32_t at;
    uint32_t source;
  };
  void note(size_t offset) {
    const bool runs_on =
        !pieces_.empty() && pieces_.back().source + (text.size() - pieces_.back().at) == offset;
    if (runs_on) return;
    pieces_.push_back({static_cast<uint32_t>(text.size()), static_cast<uint32_t>(offset)});
  }

  std::vector<Piece> pieces_;
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
