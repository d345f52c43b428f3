// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace faultline::json {

/// The value of a text that is a number of JSON's, spelled as an integer, without point and
/// exponent, and fits.
[[nodiscard]] std::optional<int64_t> plain_int64_of(std::string_view text) noexcept;

/// A number as its text spells it, never rounded: 0.1 is one tenth and 9007199254740993 keeps its
/// last digit. Borrows the text. All operations take time linear in the digits that were written,
/// whatever the exponent: 1e999999999 costs as much as 1e9. Exponents beyond +-10^17 count as
/// 10^17.
class Decimal {
 public:
  Decimal() = default;  // zero

  /// JSON's number grammar, nothing else; nothing when the text is no number.
  [[nodiscard]] static std::optional<Decimal> parse(std::string_view text) noexcept;

  [[nodiscard]] bool is_zero() const noexcept { return count_ == 0; }
  [[nodiscard]] bool is_negative() const noexcept { return is_negative_; }
  /// By value: 1.0 and 1e2 are integers.
  [[nodiscard]] bool is_integer() const noexcept {
    return count_ == 0 || point_ >= static_cast<int64_t>(count_);
  }
  /// The value when it is an integer in range.
  [[nodiscard]] std::optional<int64_t> to_int64() const noexcept;
  /// Whether this / divisor is an integer. Nothing when that is not decidable here: a divisor of
  /// zero or with more than 18 significant digits.
  [[nodiscard]] std::optional<bool> is_multiple_of(const Decimal& divisor) const noexcept;
  /// Equal numbers have equal hashes (1, 1.0, 10e-1).
  [[nodiscard]] uint64_t hash() const noexcept;

  friend std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) noexcept;
  friend bool operator==(const Decimal& a, const Decimal& b) noexcept { return (a <=> b) == 0; }

 private:
  void keep_digits(std::string_view digits, int64_t whole_digits, int64_t exponent) noexcept;

  // The significant digits: from the first to the last that is not 0, perhaps with a point among
  // them. The value is 0.DIGITS * 10^point.
  std::string_view digits_;
  size_t count_ = 0;
  int64_t point_ = 0;
  bool is_negative_ = false;
};

}  // namespace faultline::json
