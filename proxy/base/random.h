// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstdint>
#include <string_view>

namespace faultline {

/// Counter-based randomness: a pure function of its inputs, so thread count, timing and unrelated
/// rules cannot change a draw. All arithmetic is unsigned 64 bit, wrapping. The definition and
/// its vectors are part of the file format of a run (`decision_version` 1).
namespace random {

inline constexpr uint64_t kGolden = 0x9E3779B97F4A7C15;

/// The finaliser of SplitMix64. mix(0) == 0.
[[nodiscard]] constexpr uint64_t mix(uint64_t z) noexcept {
  z ^= z >> 30U;
  z *= 0xBF58476D1CE4E5B9;
  z ^= z >> 27U;
  z *= 0x94D049BB133111EB;
  return z ^ (z >> 31U);
}

[[nodiscard]] constexpr uint64_t absorb(uint64_t h, uint64_t x) noexcept {
  return mix((h ^ x) + kGolden);
}

/// FNV-1a, 64 bit.
[[nodiscard]] constexpr uint64_t fnv(std::string_view bytes) noexcept {
  uint64_t h = 0xCBF29CE484222325;
  for (const char c : bytes) {
    h ^= static_cast<unsigned char>(c);
    h *= 0x100000001B3;
  }
  return h;
}

[[nodiscard]] constexpr uint64_t text(std::string_view bytes) noexcept {
  return absorb(mix(fnv(bytes)), bytes.size());
}

/// What a decision depends on. `rule` and `key` are borrowed.
struct Inputs {
  uint64_t seed = 0;
  uint64_t run = 0;
  std::string_view rule;
  uint64_t kind = 0;
  std::string_view key;
  uint64_t occurrence = 0;
  uint64_t draw = 0;
};

/// A draw in steps, for who draws often: of a rule, of one decision of it, draw by draw.
[[nodiscard]] constexpr uint64_t rule_stream(uint64_t seed, uint64_t run,
                                             std::string_view rule) noexcept {
  return absorb(absorb(mix(seed + kGolden), run), text(rule));
}
[[nodiscard]] constexpr uint64_t decision_stream(uint64_t rule_stream, uint64_t kind,
                                                 std::string_view key,
                                                 uint64_t occurrence) noexcept {
  return absorb(absorb(absorb(rule_stream, kind), text(key)), occurrence);
}
[[nodiscard]] constexpr uint64_t draw_from(uint64_t decision_stream, uint64_t draw) noexcept {
  return absorb(decision_stream, draw);
}

/// The 64 random bits of one draw.
[[nodiscard]] constexpr uint64_t draw(const Inputs& in) noexcept {
  const uint64_t rule = rule_stream(in.seed, in.run, in.rule);
  return draw_from(decision_stream(rule, in.kind, in.key, in.occurrence), in.draw);
}

/// Upper half of the 128-bit product: maps 64 random bits to [0, range).
[[nodiscard]] constexpr uint64_t scale(uint64_t bits, uint64_t range) noexcept {
  // 32-bit limbs instead of __int128, which -Wpedantic refuses.
  const uint64_t a_lo = bits & 0xFFFFFFFFU;
  const uint64_t a_hi = bits >> 32U;
  const uint64_t b_lo = range & 0xFFFFFFFFU;
  const uint64_t b_hi = range >> 32U;
  const uint64_t mid = a_hi * b_lo + ((a_lo * b_lo) >> 32U);
  const uint64_t mid2 = a_lo * b_hi + (mid & 0xFFFFFFFFU);
  return a_hi * b_hi + (mid >> 32U) + (mid2 >> 32U);
}

}  // namespace random
}  // namespace faultline
