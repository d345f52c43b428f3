// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

/// The expressions of classes.def as trees: samples are drawn from them, and which bytes a match
/// may begin with is read off them. RE2 does the matching.
namespace faultline::redaction {

using ByteSet = std::bitset<256>;

[[nodiscard]] constexpr size_t byte_index(char c) noexcept { return static_cast<unsigned char>(c); }

struct Expression {
  enum class Kind : uint8_t { Bytes, Sequence, Choice, Repeat };
  /// Of a repeat without an upper bound.
  static constexpr size_t kOpen = SIZE_MAX;

  Kind kind = Kind::Sequence;
  ByteSet bytes;                  // Bytes: one of them
  std::vector<Expression> parts;  // Sequence, Choice; Repeat: the one that is repeated
  size_t least = 1;               // Repeat
  size_t most = 1;
  bool is_lazy = false;   // Repeat: as few as possible
  bool captures = false;  // a group whose text is wanted
};

/// Understands what classes.def uses of RE2's syntax: literals, classes, groups with the flags i
/// and s, alternatives, repeats. The pattern must be a valid one.
[[nodiscard]] Expression parse_expression(std::string_view pattern);

/// Bytes of the shortest match.
[[nodiscard]] size_t least_length(const Expression& expression) noexcept;

/// The bytes that the first places of every match hold, one set for each place: as many as the
/// shortest match has, `most` of them at the most. Each place is seen on its own, so a text may fit
/// the fronts and still not match; what does not fit them never matches.
[[nodiscard]] std::vector<ByteSet> fronts_of(const Expression& expression, size_t most);

/// A run of any length between the beginning of a match and its rest, of bytes that include all
/// that the beginning holds: `curl +[^\n]*?-u ...`. Then what matches from a later beginning on
/// matches from an earlier one too, as long as only such bytes lie between.
struct Gap {
  size_t front = 0;  // bytes of the shortest beginning, which fronts_of() describes exactly
  ByteSet bytes;
};
[[nodiscard]] std::optional<Gap> gap_of(const Expression& expression);

}  // namespace faultline::redaction
