// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

/// The hash that the tape stores beside every member name, so that a look-up compares integers
/// first. Equal names have equal hashes in every document of a process; no other promise outlives
/// it, so hashes are never written to a file.
///
/// Names of at most kExactNameBytes bytes are spelled out in it: two of them are equal if and only
/// if their hashes are, and no longer name shares one. The hashes of longer names may collide, also
/// on purpose: compare the names after them.
///
///   "id"          02 00 00 00 00 00 'd' 'i'      length in the top byte, the name in the others
///   "identifier"  1xxxxxxx ...                   top bit set, which no length of 7 or less does
namespace faultline::json {

inline constexpr size_t kExactNameBytes = 7;

/// True when equal hashes alone prove equal names.
[[nodiscard]] constexpr bool is_exact_hash(uint64_t name_hash) noexcept {
  return (name_hash >> 63U) == 0;
}

/// For the index of a table, whose few bits must depend on all of the hash: those of an exact hash
/// are text. Take the low bits of the result.
[[nodiscard]] constexpr uint64_t spread_hash(uint64_t name_hash) noexcept {
  return ((name_hash ^ (name_hash >> 29U)) * 0x9E3779B97F4A7C15U) >> 32U;
}

/// The halves of hash_name(), for a caller that has a name's bytes as a word already.
namespace name_hash_detail {

[[nodiscard]] inline uint64_t load_u64(const char* from) noexcept {
  uint64_t word = 0;
  std::memcpy(&word, from, sizeof word);
  return word;
}

[[nodiscard]] constexpr uint64_t exact(uint64_t word, size_t size) noexcept {
  return word | (static_cast<uint64_t>(size) << 56U);
}

/// The product of two 64-bit numbers, folded: every bit of both reaches every bit of it.
[[nodiscard]] inline uint64_t fold(uint64_t a, uint64_t b) noexcept {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64U);
}

/// Of a name of 8 bytes or more: overlapping words cover the first and the last 16 bytes, a loop
/// what lies between.
[[nodiscard]] inline uint64_t of_long(const char* bytes, size_t size) noexcept {
  constexpr uint64_t kFirst = 0xA0761D6478BD642FU;
  constexpr uint64_t kLast = 0xE7037ED1A0B428DBU;
  uint64_t state = size * 0x8EBC6AF09C88C6E3U;
  for (size_t at = 8; at + 8 < size; at += 8) {
    state = fold(state ^ load_u64(bytes + at), kLast);
  }
  const uint64_t ends = fold(load_u64(bytes) ^ kFirst, load_u64(bytes + size - 8) ^ kLast ^ state);
  return ends | (uint64_t{1} << 63U);
}

/// A name of at most 7 bytes as a little-endian word.
[[nodiscard]] inline uint64_t short_word(const char* bytes, size_t size) noexcept {
  if (size >= 4) {
    uint32_t low = 0;
    uint32_t high = 0;
    std::memcpy(&low, bytes, sizeof low);
    std::memcpy(&high, bytes + size - 4, sizeof high);
    return low | (static_cast<uint64_t>(high) << ((size - 4) * 8));
  }
  if (size == 0) return 0;
  const auto byte = [bytes](size_t at) {
    return static_cast<uint64_t>(static_cast<unsigned char>(bytes[at])) << (at * 8);
  };
  return byte(0) | byte(size / 2) | byte(size - 1);
}

}  // namespace name_hash_detail

[[nodiscard]] inline uint64_t hash_name(std::string_view name) noexcept {
  if (name.size() > kExactNameBytes) return name_hash_detail::of_long(name.data(), name.size());
  return name_hash_detail::exact(name_hash_detail::short_word(name.data(), name.size()),
                                 name.size());
}

}  // namespace faultline::json
