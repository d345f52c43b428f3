// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/text.h"
#include "proxy/http/tokens.h"

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#ifdef __SSE2__
#include <immintrin.h>
#endif

namespace faultline::http {

/// Looks for bytes in a text, as memchr() does, for the short distances within a head: there the
/// call costs more than the search. Borrows the text.
class ByteScan final {
 public:
  [[nodiscard]] static constexpr bool is_plain_name_char(char c) noexcept {
    return is_ascii_alpha(c) || is_ascii_digit(c) || c == '-' || c == '_';
  }

  explicit ByteScan(std::string_view text) noexcept
      : begin_(text.data()), end_(text.data() + text.size()) {}

  /// The first `wanted` at or behind `from`; null when there is none.
  [[nodiscard]] const char* find(const char* from, char wanted) const noexcept {
#ifdef __SSE2__
    if (end_ - begin_ >= kWidth) {
      const __m128i pattern = _mm_set1_epi8(wanted);
      return search(from, [pattern](__m128i bytes) { return _mm_cmpeq_epi8(bytes, pattern); });
    }
#endif
    return static_cast<const char*>(std::memchr(from, wanted, static_cast<size_t>(end_ - from)));
  }

  /// The first byte at or behind `from` that is no letter, digit, hyphen or underscore, of which
  /// nearly all field names are made; null when there is none.
  [[nodiscard]] const char* find_name_end(const char* from) const noexcept {
#ifdef __SSE2__
    if (end_ - begin_ >= kWidth) return search(from, are_outside_names);
#endif
    while (from != end_ && is_plain_name_char(*from)) ++from;
    return from == end_ ? nullptr : from;
  }

  /// The first byte at or behind `from` that no field value may hold (kValueChar); null when there
  /// is none.
  [[nodiscard]] const char* find_value_end(const char* from) const noexcept {
#ifdef __SSE2__
    if (end_ - begin_ >= kWidth) return search(from, are_outside_values);
#endif
    while (from != end_ && is_in_class(*from, kValueChar)) ++from;
    return from == end_ ? nullptr : from;
  }

 private:
#ifdef __SSE2__
  static constexpr int kWidth = 16;

  static __m128i load(const char* at) noexcept {
    __m128i bytes;
    std::memcpy(&bytes, at, sizeof(bytes));
    return bytes;
  }

  // All bytes of `low` up to `high` become ones, others zeros. SSE2 compares signed bytes only: one
  // is at most so much when it is the lesser of the two.
  static __m128i are_between(__m128i bytes, char low, char high) noexcept {
    const __m128i above_low = _mm_sub_epi8(bytes, _mm_set1_epi8(low));
    const __m128i span = _mm_set1_epi8(static_cast<char>(high - low));
    return _mm_cmpeq_epi8(_mm_min_epu8(above_low, span), above_low);
  }

  static __m128i are_outside_names(__m128i bytes) noexcept {
    const __m128i lower_case = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
    const __m128i alphanumeric =
        _mm_or_si128(are_between(lower_case, 'a', 'z'), are_between(bytes, '0', '9'));
    const __m128i dashes = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('-')),
                                        _mm_cmpeq_epi8(bytes, _mm_set1_epi8('_')));
    return _mm_cmpeq_epi8(_mm_or_si128(alphanumeric, dashes), _mm_setzero_si128());
  }

  // All control characters but the tab.
  static __m128i are_outside_values(__m128i bytes) noexcept {
    const __m128i controls = are_between(bytes, '\0', '\x1F');
    const __m128i tabs = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\t'));
    const __m128i deletes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\x7F'));
    return _mm_or_si128(_mm_andnot_si128(tabs, controls), deletes);
  }

  // `matches` makes all bits of a byte that is looked for ones, and those of others zeros.
  template <typename Matches>
  [[nodiscard]] const char* search(const char* from, Matches matches) const noexcept {
    for (; end_ - from >= kWidth; from += kWidth) {
      if (const uint32_t hits = bits(matches(load(from))); hits != 0) {
        return from + std::countr_zero(hits);
      }
    }
    // The rest is looked at together with what stands before it, so nothing behind the text is
    // read.
    const auto rest = end_ - from;
    if (rest == 0) return nullptr;
    const uint32_t hits = bits(matches(load(end_ - kWidth))) >> (kWidth - rest);
    return hits == 0 ? nullptr : from + std::countr_zero(hits);
  }

  static uint32_t bits(__m128i matches) noexcept {
    return static_cast<uint32_t>(_mm_movemask_epi8(matches));
  }
#endif

  const char* begin_;
  const char* end_;
};

}  // namespace faultline::http
