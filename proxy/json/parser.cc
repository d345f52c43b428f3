// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "proxy/json/key_ledger.h"
#include "proxy/json/tape.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <utility>

#ifdef __SSE2__
#include <immintrin.h>
#endif

// RFC 8259, strictly, in one pass without recursion. While a container is open, its node's `text`
// holds the index of its parent, so no separate stack is needed.
namespace faultline::json {
namespace {

constexpr size_t kTextBytesMax = size_t{1} << 30U;  // offsets and node indices fit 32 bits
constexpr uint32_t kNoParent = UINT32_MAX;

constexpr bool is_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

unsigned byte_of(char c) noexcept { return static_cast<unsigned char>(c); }

/// The first byte of a string that needs a look: a quote, a backslash, a control character or
/// anything beyond ASCII.
const char* find_special(const char* at, const char* end) noexcept {
#ifdef __SSE2__
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i space = _mm_set1_epi8(' ');
  while (end - at >= 16) {
    __m128i bytes;
    std::memcpy(&bytes, at, 16);
    // The comparison is signed, so bytes from 0x80 on are below ' ' as well.
    const __m128i special =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)),
                     _mm_cmplt_epi8(bytes, space));
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(special));
    if (mask != 0) return at + std::countr_zero(mask);
    at += 16;
  }
#else
  constexpr uint64_t kOnes = 0x0101010101010101U;
  constexpr uint64_t kHigh = 0x8080808080808080U;
  while (end - at >= 8) {
    uint64_t word = 0;
    std::memcpy(&word, at, 8);
    const uint64_t quote = word ^ (kOnes * '"');
    const uint64_t backslash = word ^ (kOnes * '\\');
    const uint64_t special = ((quote - kOnes) | (backslash - kOnes) | (word - kOnes * ' ') | word);
    if ((special & kHigh) != 0) break;
    at += 8;
  }
#endif
  while (at < end && *at != '"' && *at != '\\' && byte_of(*at) >= 0x20 && byte_of(*at) < 0x80) ++at;
  return at;
}

/// Length of the UTF-8 sequence at `at`, 0 when it is malformed.
size_t sequence_length(const char* at, const char* end) noexcept {
  // Most text beyond ASCII has two bytes to a character.
  if (end - at >= 2 && byte_of(at[0]) >= 0xC2 && byte_of(at[0]) < 0xE0) {
    return (byte_of(at[1]) & 0xC0U) == 0x80 ? 2 : 0;
  }
  return utf8_sequence_length({at, std::min<size_t>(static_cast<size_t>(end - at), 4)});
}

void append_utf8(std::string& out, uint32_t code_point) {
  const auto tail = [&](unsigned shift) {
    out += static_cast<char>(0x80U | ((code_point >> shift) & 0x3FU));
  };
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    out += static_cast<char>(0xC0U | (code_point >> 6U));
    tail(0);
  } else if (code_point < 0x10000) {
    out += static_cast<char>(0xE0U | (code_point >> 12U));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0U | (code_point >> 18U));
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

}  // namespace

class Parser {
 public:
  Parser(std::string_view text, const ParseOptions& options)
      : begin_(text.data()),
        at_(text.data()),
        end_(text.data() + text.size()),
        depth_max_(std::min(options.depth_max, kDepthCeiling)) {
    rep_->source = text;
    rep_->nodes.reserve(text.size() / 12 + 8);
  }

  Result<Document> run() {
    if (rep_->source.size() > kTextBytesMax) {
      return faultline::fail(ErrorCode::LimitExceeded, "JSON text larger than 1 GiB at byte 0",
                             ErrorSource::Input);
    }
    if (!parse_text()) return faultline::fail(std::move(error_));
    return Document(std::move(rep_));
  }

 private:
  bool parse_text() {
    bool wants_value = true;
    while (wants_value) {
      skip_space();
      if (!parse_value(wants_value)) return false;
      while (!wants_value) {
        skip_space();
        if (parent_ == kNoParent) return at_ == end_ || reject("unexpected text after the value");
        if (!parse_after_value(wants_value)) return false;
      }
    }
    return true;
  }

  /// One scalar, or the opening of a container (and the first key of an object). `wants_value`
  /// tells what must follow.
  bool parse_value(bool& wants_value) {
    wants_value = false;
    if (at_ == end_) return reject("unexpected end where a value belongs");
    switch (*at_) {
      case '"':
        return parse_string(false);
      case '{':
        return open(Kind::Object) && parse_object_start(wants_value);
      case '[':
        return open(Kind::Array) && parse_array_start(wants_value);
      case 't':
        return parse_word("true", Kind::Bool, true);
      case 'f':
        return parse_word("false", Kind::Bool, false);
      case 'n':
        return parse_word("null", Kind::Null, false);
      default:
        return parse_number();
    }
  }

  bool parse_object_start(bool& wants_value) {
    skip_space();
    if (at_ != end_ && *at_ == '}') {
      close();
      return true;
    }
    wants_value = true;
    return parse_key();
  }

  bool parse_array_start(bool& wants_value) {
    skip_space();
    if (at_ != end_ && *at_ == ']') {
      close();
      return true;
    }
    wants_value = true;
    return true;
  }

  /// A comma or the end of the container.
  bool parse_after_value(bool& wants_value) {
    const bool in_object = rep_->nodes[parent_].kind == Kind::Object;
    if (at_ == end_) return reject(in_object ? "unclosed object" : "unclosed array");
    if (*at_ == ',') {
      ++at_;
      wants_value = true;
      if (!in_object) return true;
      skip_space();
      return parse_key();
    }
    if (*at_ != (in_object ? '}' : ']')) {
      return reject(in_object ? "expected ',' or '}'" : "expected ',' or ']'");
    }
    close();
    return true;
  }

  bool parse_key() {
    if (at_ == end_ || *at_ != '"') return reject("expected a member name in quotes");
    if (!parse_string(true)) return false;
    skip_space();
    if (at_ == end_ || *at_ != ':') return reject("expected ':' after the member name");
    ++at_;
    return true;
  }

  bool open(Kind kind) {
    if (depth_ == depth_max_) {
      return reject("nested too deeply", ErrorCode::LimitExceeded);
    }
    ++depth_;
    const uint32_t index = add(kind, at_, 1, false);
    rep_->nodes[index].text = parent_;
    parent_ = index;
    ++at_;
    return true;
  }

  void close() {
    ++at_;
    Node& node = rep_->nodes[parent_];
    const uint32_t outer = node.text;
    node.text = static_cast<uint32_t>(rep_->nodes.size());
    node.length = offset_of(at_) - node.offset;
    if (node.kind == Kind::Object) {
      keys_.close_object(*rep_, node.text_length, rep_->duplicate_keys);
    }
    parent_ = outer;
    --depth_;
  }

  uint32_t add(Kind kind, const char* from, size_t length, bool is_key) {
    if (!is_key && parent_ != kNoParent) rep_->nodes[parent_].text_length += 1;
    const uint32_t offset = offset_of(from);
    return rep_->nodes.push({.offset = offset,
                             .length = static_cast<uint32_t>(length),
                             .text = offset,
                             .text_length = 0,
                             .hash = 0,
                             .kind = kind,
                             .in_arena = false,
                             .is_true = false});
  }

  bool parse_word(std::string_view word, Kind kind, bool is_true) {
    if (std::string_view(at_, left()).substr(0, word.size()) != word) {
      return reject("unexpected character where a value belongs");
    }
    rep_->nodes[add(kind, at_, word.size(), false)].is_true = is_true;
    at_ += word.size();
    return true;
  }

  bool parse_number() {
    const char* const from = at_;
    if (*at_ == '-') ++at_;
    if (at_ == end_ || !is_ascii_digit(*at_)) {
      return reject(at_ == from ? "unexpected character where a value belongs"
                                : "expected a digit after '-'");
    }
    if (*at_ == '0' && end_ - at_ > 1 && is_ascii_digit(at_[1])) {
      return reject("a number must not begin with 0");
    }
    skip_digits();
    if (at_ != end_ && *at_ == '.') {
      ++at_;
      if (!skip_digits()) return reject("expected a digit after '.'");
    }
    if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
      ++at_;
      if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
      if (!skip_digits()) return reject("expected a digit in the exponent");
    }
    const auto length = static_cast<size_t>(at_ - from);
    rep_->nodes[add(Kind::Number, from, length, false)].text_length = static_cast<uint32_t>(length);
    return true;
  }

  bool skip_digits() noexcept {
    const char* const from = at_;
    while (at_ != end_ && is_ascii_digit(*at_)) ++at_;
    return at_ != from;
  }

  bool parse_string(bool is_key) {
    const char* const open_quote = at_;
    ++at_;
    if (!skip_plain()) return false;
    const uint32_t index = add(Kind::String, open_quote, 0, is_key);
    if (*at_ == '\\') {
      if (!decode_escapes(index, open_quote + 1)) return false;
    } else {
      Node& node = rep_->nodes[index];
      node.text = offset_of(open_quote + 1);
      node.text_length = static_cast<uint32_t>(at_ - open_quote - 1);
    }
    ++at_;
    Node& node = rep_->nodes[index];
    node.length = offset_of(at_) - node.offset;
    if (is_key) {
      node.hash = hash_name(rep_->text(node));
      keys_.add(node.hash, index);
    }
    return true;
  }

  /// Up to the closing quote or a backslash; everything before it is well-formed UTF-8.
  bool skip_plain() {
    while (true) {
      at_ = find_special(at_, end_);
      if (at_ == end_) return reject("unclosed string");
      if (*at_ == '"' || *at_ == '\\') return true;
      if (byte_of(*at_) < 0x20) return reject("control character in a string");
      while (at_ != end_ && byte_of(*at_) >= 0x80) {
        const size_t length = sequence_length(at_, end_);
        if (length == 0) return reject("malformed UTF-8 in a string");
        at_ += length;
      }
    }
  }

  /// Copies the string into the arena from `from` on, with its escapes decoded.
  bool decode_escapes(uint32_t index, const char* from) {
    std::string& arena = rep_->arena;
    const size_t start = arena.size();
    while (true) {
      arena.append(from, at_);
      if (*at_ == '"') break;
      if (!decode_escape(arena)) return false;
      from = at_;
      if (!skip_plain()) return false;
    }
    Node& node = rep_->nodes[index];
    node.in_arena = true;
    node.text = static_cast<uint32_t>(start);
    node.text_length = static_cast<uint32_t>(arena.size() - start);
    return true;
  }

  bool decode_escape(std::string& out) {
    if (left() < 2) return reject("unclosed string");
    if (at_[1] == 'u') return decode_unicode(out);
    const char decoded = simple_escape(at_[1]);
    if (decoded == 0) return reject("unknown escape in a string");
    out += decoded;
    at_ += 2;
    return true;
  }

  bool decode_unicode(std::string& out) {
    constexpr uint32_t kReplacement = 0xFFFD;
    uint32_t unit = 0;
    if (!read_unit(unit)) return reject("expected four hex digits after \\u");
    if (is_lead_surrogate(unit)) {
      const char* const behind_lead = at_;
      uint32_t trail = 0;
      if (left() >= 2 && at_[0] == '\\' && at_[1] == 'u' && read_unit(trail) &&
          is_trail_surrogate(trail)) {
        append_utf8(out, 0x10000 + ((unit - 0xD800) << 10U) + (trail - 0xDC00));
        return true;
      }
      at_ = behind_lead;
    }
    if (is_lead_surrogate(unit) || is_trail_surrogate(unit)) {
      rep_->has_lone_surrogates = true;
      unit = kReplacement;
    }
    append_utf8(out, unit);
    return true;
  }

  /// Reads `\uXXXX` at the cursor.
  bool read_unit(uint32_t& unit) noexcept {
    if (left() < 6) return false;
    for (const char* digit = at_ + 2; digit != at_ + 6; ++digit) {
      const char c = ascii_lower(*digit);
      if (!is_ascii_digit(c) && (c < 'a' || c > 'f')) return false;
      unit = unit * 16 + static_cast<uint32_t>(is_ascii_digit(c) ? c - '0' : c - 'a' + 10);
    }
    at_ += 6;
    return true;
  }

  void skip_space() noexcept {
    while (at_ != end_ && is_space(*at_)) ++at_;
  }
  [[nodiscard]] size_t left() const noexcept { return static_cast<size_t>(end_ - at_); }
  [[nodiscard]] uint32_t offset_of(const char* place) const noexcept {
    return static_cast<uint32_t>(place - begin_);
  }

  bool reject(std::string_view what, ErrorCode code = ErrorCode::ParseFailed) {
    std::string message(what);
    message += " at byte ";
    message += std::to_string(at_ - begin_);
    error_ = Error::make(code, std::move(message), ErrorSource::Input);
    return false;
  }

  const char* begin_;
  const char* at_;
  const char* end_;
  size_t depth_max_;
  size_t depth_ = 0;
  uint32_t parent_ = kNoParent;
  std::unique_ptr<Document::Rep> rep_ = std::make_unique<Document::Rep>();
  KeyLedger keys_;
  Error error_;
};

Result<Document> Document::parse(std::string_view text, const ParseOptions& options) {
  return Parser(text, options).run();
}

}  // namespace faultline::json
