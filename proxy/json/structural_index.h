// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace faultline::json {

/// Where the tokens of a JSON text begin, found by the SIMD scan of simdjson (its "stage 1", with
/// the kernel that fits the machine). Internal to this room; reused from text to text.
///
///   {"a": [1, "x,y"]}      positions 0 1 4 6 7 8 10 15 16: brackets, colons, commas, and the first
///   ^^  ^ ^^^ ^    ^^      byte of every string, number and word. What stands inside a string is
///                          not a token; between two tokens stands white space or nothing.
class StructuralIndex {
 public:
  StructuralIndex();
  ~StructuralIndex();
  StructuralIndex(StructuralIndex&&) noexcept;
  StructuralIndex& operator=(StructuralIndex&&) noexcept;

  /// Scans `text`, of which no byte beyond the last is read. False when it is blank, is not UTF-8,
  /// has an unclosed string or a control character in one, or when memory runs out.
  [[nodiscard]] bool build(std::string_view text);

  /// Ascending; one more than count(), the last being the size of the text. Until the next build().
  [[nodiscard]] const uint32_t* positions() const noexcept { return positions_; }
  [[nodiscard]] size_t count() const noexcept { return count_; }

  /// Texts that fit without growing.
  [[nodiscard]] size_t capacity_bytes() const noexcept { return capacity_bytes_; }
  /// Gives all memory back.
  void release() noexcept;

 private:
  struct Scanner;
  [[nodiscard]] bool grow(size_t text_bytes);

  std::unique_ptr<Scanner> scanner_;
  const uint32_t* positions_ = nullptr;
  size_t count_ = 0;
  size_t capacity_bytes_ = 0;
};

}  // namespace faultline::json
