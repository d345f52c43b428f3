// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#ifdef __SSE2__
#include <immintrin.h>
#endif

namespace faultline::http {

/// Looks for single bytes in a text, as memchr() does, for the short distances within a head:
/// there the call costs more than the search. Borrows the text.
class ByteScan final {
 public:
  explicit ByteScan(std::string_view text) noexcept
      : begin_(text.data()), end_(text.data() + text.size()) {}

  /// The first `wanted` at or behind `from`; null when there is none.
  [[nodiscard]] const char* find(const char* from, char wanted) const noexcept {
#ifdef __SSE2__
    const __m128i pattern = _mm_set1_epi8(wanted);
    for (; end_ - from >= kWidth; from += kWidth) {
      if (const uint32_t hits = compare(from, pattern); hits != 0) {
        return from + std::countr_zero(hits);
      }
    }
    // The rest is looked at together with what stands before it, so nothing behind the text is
    // read.
    const auto rest = end_ - from;
    if (rest > 0 && end_ - begin_ >= kWidth) {
      const uint32_t hits = compare(end_ - kWidth, pattern) >> (kWidth - rest);
      return hits == 0 ? nullptr : from + std::countr_zero(hits);
    }
#endif
    return static_cast<const char*>(std::memchr(from, wanted, static_cast<size_t>(end_ - from)));
  }

 private:
#ifdef __SSE2__
  static constexpr int kWidth = 16;

  static uint32_t compare(const char* at, __m128i pattern) noexcept {
    __m128i bytes;
    std::memcpy(&bytes, at, sizeof(bytes));
    return static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, pattern)));
  }
#endif

  const char* begin_;
  const char* end_;
};

}  // namespace faultline::http
