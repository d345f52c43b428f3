// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/escapes.h"

#include "proxy/base/text.h"

#include <bit>
#include <cstring>
#include <optional>

#ifdef __SSE2__
#include <immintrin.h>
#endif

namespace faultline::json {
namespace {

void write_utf8(char*& out, uint32_t code_point) {
  const auto tail = [&](unsigned shift) {
    *out++ = static_cast<char>(0x80U | ((code_point >> shift) & 0x3FU));
  };
  if (code_point < 0x80) {
    *out++ = static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    *out++ = static_cast<char>(0xC0U | (code_point >> 6U));
    tail(0);
  } else if (code_point < 0x10000) {
    *out++ = static_cast<char>(0xE0U | (code_point >> 12U));
    tail(6);
    tail(0);
  } else {
    *out++ = static_cast<char>(0xF0U | (code_point >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
}

/// What a backslash and this letter stand for; 0 when they stand for nothing.
char simple_escape(char letter) noexcept {
  switch (letter) {
    case '"':
    case '\\':
    case '/':
      return letter;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return 0;
  }
}

bool is_lead_surrogate(uint32_t unit) noexcept { return unit >= 0xD800 && unit < 0xDC00; }
bool is_trail_surrogate(uint32_t unit) noexcept { return unit >= 0xDC00 && unit < 0xE000; }

/// The UTF-16 unit of `\uXXXX` at `at`.
std::optional<uint32_t> unit_at(const char* at, const char* end) noexcept {
  if (end - at < 6 || at[0] != '\\' || at[1] != 'u') return std::nullopt;
  uint32_t unit = 0;
  for (const char* digit = at + 2; digit != at + 6; ++digit) {
    const char c = ascii_lower(*digit);
    if (!is_ascii_digit(c) && (c < 'a' || c > 'f')) return std::nullopt;
    unit = unit * 16 + static_cast<uint32_t>(is_ascii_digit(c) ? c - '0' : c - 'a' + 10);
  }
  return unit;
}

EscapeOutcome decode_unicode(const char*& at, const char* end, char*& out) {
  const auto unit = unit_at(at, end);
  if (!unit) return EscapeOutcome::NotHex;
  at += 6;
  if (is_lead_surrogate(*unit)) {
    const auto trail = unit_at(at, end);
    if (trail && is_trail_surrogate(*trail)) {
      at += 6;
      write_utf8(out, 0x10000 + ((*unit - 0xD800) << 10U) + (*trail - 0xDC00));
      return EscapeOutcome::Decoded;
    }
  }
  const bool is_lone = is_lead_surrogate(*unit) || is_trail_surrogate(*unit);
  write_utf8(out, *unit);
  return is_lone ? EscapeOutcome::DecodedLoneSurrogate : EscapeOutcome::Decoded;
}

/// Copies up to the first backslash or the end. `out` has room for all that is left.
void copy_plain(const char*& at, const char* end, char*& out) noexcept {
#ifdef __SSE2__
  const __m128i backslash = _mm_set1_epi8('\\');
  while (end - at >= 16) {
    __m128i bytes;
    std::memcpy(&bytes, at, 16);
    std::memcpy(out, &bytes, 16);
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, backslash)));
    const int plain = mask == 0 ? 16 : std::countr_zero(mask);
    at += plain;
    out += plain;
    if (mask != 0) return;
  }
#endif
  while (at != end && *at != '\\') *out++ = *at++;
}

}  // namespace

EscapeOutcome decode_escape(const char*& at, const char* end, char*& out) {
  if (end - at < 2) return EscapeOutcome::Cut;
  if (at[1] == 'u') return decode_unicode(at, end, out);
  const char decoded = simple_escape(at[1]);
  if (decoded == 0) return EscapeOutcome::Unknown;
  *out++ = decoded;
  at += 2;
  return EscapeOutcome::Decoded;
}

EscapeOutcome decode_string(std::string_view raw, TextArena& arena) {
  const size_t start = arena.size();
  char* const begin = arena.extend(raw.size());
  char* out = begin;
  const char* at = raw.data();
  const char* const end = at + raw.size();
  auto outcome = EscapeOutcome::Decoded;
  while (true) {
    copy_plain(at, end, out);
    if (at == end) break;
    const EscapeOutcome one = decode_escape(at, end, out);
    if (one == EscapeOutcome::Decoded) continue;
    outcome = one;
    if (one != EscapeOutcome::DecodedLoneSurrogate) break;
  }
  arena.cut_to(start + static_cast<size_t>(out - begin));
  return outcome;
}

}  // namespace faultline::json
