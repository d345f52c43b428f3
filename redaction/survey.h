// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/range.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace faultline::redaction {

/// What one scan of a whole body says about its parts: the blocks in which nothing is to be found,
/// whatever part of the body a value is. So a document that holds nothing is never parsed, and of
/// one that holds a little only the values in warm blocks are scanned one by one.
///
/// A survey errs to the warm side only: see scanner.h for what warms a block.
class Survey {
 public:
  static constexpr size_t kBlockBytes = 16;

  /// Everything is cold. Borrows the text.
  void begin(std::string_view text);
  /// No text: everything is warm.
  void end() noexcept { text_ = {}; }

  void warm(Range range);
  void warm(size_t at) { warm({at, at + 1}); }
  /// A member's name, or a number with a point or an exponent, decides: structure counts.
  void needs_structure() noexcept { is_quiet_ = false; }

  /// True when the text holds nothing to replace, read as JSON, as lines or as plain text.
  [[nodiscard]] bool is_quiet() const noexcept { return is_quiet_; }
  /// True when `part` lies in the text and only in cold blocks: read as a value, as it stands
  /// there, it holds nothing to replace.
  [[nodiscard]] bool is_cold(std::string_view part) const noexcept;

 private:
  std::string_view text_;
  std::vector<uint64_t> warm_;  // a bit for each block
  bool is_quiet_ = false;
};

}  // namespace faultline::redaction
