// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace faultline::rules {

/// A part of a whole, exact to a millionth: thresholds of the contract gate. Comparisons are in
/// whole numbers, so that 80 of 100 is 80%, on every machine.
class Share {
 public:
  /// `80%`, `0.5%`, `0.8`, `1`: 0 to 100 %, at most four decimals of a percent.
  [[nodiscard]] static Result<Share> parse(std::string_view text);

  /// Counts beyond 10^12 are scaled down first.
  [[nodiscard]] bool is_above(uint64_t part, uint64_t whole) const noexcept;  // part/whole > this
  [[nodiscard]] bool is_below(uint64_t part, uint64_t whole) const noexcept;  // part/whole < this
  /// As it was written.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  Share(uint32_t millionths, std::string text) : millionths_(millionths), text_(std::move(text)) {}
  uint32_t millionths_;
  std::string text_;
};

}  // namespace faultline::rules
