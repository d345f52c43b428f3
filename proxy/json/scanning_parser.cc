// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/scanning_parser.h"

#include "proxy/json/token_parser.h"

#include <simdjson.h>

#include <algorithm>
#include <bit>

#ifdef __SSE2__
#include <immintrin.h>
#endif

namespace faultline::json {
namespace {

bool is_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

#ifdef __SSE2__
/// Bytes that are looked at together, a bit each.
class Block {
 public:
  static constexpr size_t kBytes = 16;

  explicit Block(const char* at) noexcept { std::memcpy(&bytes_, at, kBytes); }

  /// A quote, a backslash or a control character.
  [[nodiscard]] uint32_t ends_of_plain_text() const noexcept {
    const __m128i last_control = _mm_set1_epi8('\x1F');
    const __m128i is_control = _mm_cmpeq_epi8(_mm_min_epu8(bytes_, last_control), bytes_);
    return bits(_mm_or_si128(_mm_or_si128(are('"'), are('\\')), is_control));
  }
  [[nodiscard]] uint32_t beyond_ascii() const noexcept { return bits(bytes_); }
  /// Both at once.
  [[nodiscard]] uint32_t unusual() const noexcept {
    // The comparison is signed, so what lies beyond ASCII is less than a space as well.
    const __m128i is_text = _mm_cmpgt_epi8(bytes_, _mm_set1_epi8('\x1F'));
    const __m128i is_special = _mm_or_si128(are('"'), are('\\'));
    return bits(_mm_andnot_si128(is_special, is_text)) ^ 0xFFFFU;
  }
  [[nodiscard]] uint32_t not_space() const noexcept {
    const __m128i is_blank = _mm_or_si128(are(' '), are('\t'));
    const __m128i is_line_end = _mm_or_si128(are('\n'), are('\r'));
    return bits(_mm_or_si128(is_blank, is_line_end)) ^ 0xFFFFU;
  }

 private:
  [[nodiscard]] __m128i are(char c) const noexcept {
    return _mm_cmpeq_epi8(bytes_, _mm_set1_epi8(c));
  }
  static uint32_t bits(__m128i bytes) noexcept {
    return static_cast<uint32_t>(_mm_movemask_epi8(bytes));
  }
  __m128i bytes_;
};
#else
/// The same without vectors: byte by byte.
class Block {
 public:
  static constexpr size_t kBytes = 8;

  explicit Block(const char* at) noexcept { std::memcpy(bytes_.data(), at, kBytes); }

  [[nodiscard]] uint32_t ends_of_plain_text() const noexcept {
    return bits([](unsigned char c) { return c == '"' || c == '\\' || c < ' '; });
  }
  [[nodiscard]] uint32_t beyond_ascii() const noexcept {
    return bits([](unsigned char c) { return c >= 0x80; });
  }
  [[nodiscard]] uint32_t unusual() const noexcept { return ends_of_plain_text() | beyond_ascii(); }
  [[nodiscard]] uint32_t not_space() const noexcept {
    return bits([](unsigned char c) { return !is_space(static_cast<char>(c)); });
  }

 private:
  template <typename Is>
  [[nodiscard]] uint32_t bits(const Is& is) const noexcept {
    uint32_t all = 0;
    for (size_t i = 0; i < kBytes; ++i) all |= is(bytes_[i]) ? uint32_t{1} << i : 0;
    return all;
  }
  std::array<unsigned char, kBytes> bytes_;
};
#endif

/// The tokens as they stand in the text.
class ScannedTokens {
 public:
  /// `text` ends with its last token.
  explicit ScannedTokens(std::string_view text) noexcept
      : text_(text.data()),
        size_(text.size()),
        block_end_(text.size() < Block::kBytes ? 0 : text.size() - Block::kBytes + 1) {}

  FL_HOT size_t peek() noexcept {
    if (text_[at_] <= ' ') at_ = skip_space(text_, at_, block_end_);
    return at_;
  }
  FL_HOT size_t next(char likely) noexcept {
    const size_t offset = text_[at_] == likely ? at_ : peek();
    at_ = offset + 1;
    return offset;
  }
  FL_HOT size_t take_short_string(size_t /*offset*/) noexcept {
    // Most strings are short and plain: one look finds their end.
    if (at_ >= block_end_) [[unlikely]] {
      return 0;
    }
    const uint32_t unusual = Block(text_ + at_).unusual();
    if (unusual == 0) return 0;
    const auto plain = static_cast<size_t>(std::countr_zero(unusual));
    if (text_[at_ + plain] != '"') [[unlikely]] {
      return 0;
    }
    at_ += plain + 1;
    return plain + 2;
  }
  FL_HOT StringToken take_string(size_t offset) noexcept {
    const LongString string = take_long_string({text_, size_}, at_);
    if (string.end == 0) return {};
    is_ascii_ = is_ascii_ && string.is_ascii;
    at_ = string.end;
    return {at_ - offset, string.has_escapes};
  }
  FL_HOT void pass(size_t end) noexcept { at_ = end; }
  FL_HOT size_t room_at(size_t offset) const noexcept { return size_ - offset; }
  FL_HOT bool is_at_end() const noexcept { return at_ == size_; }

  /// Of the strings that were taken.
  [[nodiscard]] bool is_ascii() const noexcept { return is_ascii_; }

 private:
  struct LongString {
    uint32_t end = 0;  // behind the closing quote; 0 when there is none
    bool has_escapes = false;
    bool is_ascii = true;
  };

  /// A token follows before the text ends.
  [[gnu::noinline]] static size_t skip_space(const char* text, size_t at,
                                             size_t block_end) noexcept {
    // One space or none is what most have who write any.
    if (is_space(text[at])) ++at;
    while (at < block_end && is_space(text[at])) {
      const uint32_t others = Block(text + at).not_space();
      if (others != 0) return at + static_cast<size_t>(std::countr_zero(others));
      at += Block::kBytes;
    }
    while (is_space(text[at])) ++at;
    return at;
  }

  /// `at` lies in the string.
  [[gnu::noinline]] static LongString take_long_string(std::string_view text, size_t at) noexcept {
    LongString string;
    while (true) {
      at = end_of_plain_text(text, at, string.is_ascii);
      if (at >= text.size()) return {};
      if (text[at] == '"') break;
      if (text[at] != '\\') return {};
      string.has_escapes = true;
      at += 2;  // what is escaped may be a quote
    }
    string.end = static_cast<uint32_t>(at + 1);
    return string;
  }

  static size_t end_of_plain_text(std::string_view text, size_t at, bool& is_ascii) noexcept {
    uint32_t beyond_ascii = 0;
    uint32_t ends = 0;
    while (at + Block::kBytes <= text.size()) {
      const Block block(text.data() + at);
      beyond_ascii |= block.beyond_ascii();
      ends = block.ends_of_plain_text();
      if (ends != 0) break;
      at += Block::kBytes;
    }
    if (ends != 0) {
      at += static_cast<size_t>(std::countr_zero(ends));
    } else {
      for (; at < text.size() && text[at] != '"' && text[at] != '\\'; ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte < ' ') break;
        beyond_ascii |= byte & 0x80U;
      }
    }
    is_ascii = is_ascii && beyond_ascii == 0;
    return at;
  }

  const char* const text_;
  const size_t size_;
  const size_t block_end_;  // before it a whole block can be read
  size_t at_ = 0;
  bool is_ascii_ = true;
};

/// No text has more: whatever is not an open container takes two bytes, a scalar with what ends it.
size_t nodes_max(size_t bytes, size_t depth_max) noexcept {
  return bytes / 2 + std::min(bytes, depth_max) + 1;
}

}  // namespace

bool parse_scanning(std::string_view text, size_t depth_max, KeyLedger& ledger, Tape& tape) {
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  if (text.empty() || (text.back() != ']' && text.back() != '}')) return false;
  tape.nodes.reserve(nodes_max(text.size(), depth_max));
  TokenParser parser(text, ScannedTokens(text), depth_max, ledger, tape);
  if (!parser.run()) return false;
  if (!parser.tokens().is_ascii() && !simdjson::validate_utf8(text.data(), text.size())) {
    return false;
  }
  tape.nodes.resize_within_capacity(parser.node_count());
  return true;
}

}  // namespace faultline::json
