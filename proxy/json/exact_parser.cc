// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/exact_parser.h"

#include "proxy/base/text.h"
#include "proxy/json/escapes.h"
#include "proxy/json/exact_number.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#ifdef __SSE2__
#include <immintrin.h>
#endif

// One pass without recursion. While a container is open, its node's `text`
// holds the index of its parent, so no separate stack is needed.
namespace faultline::json {
namespace {

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

class ExactParser {
 public:
  ExactParser(std::string_view text, size_t depth_max, KeyLedger& keys, Tape& tape)
      : begin_(text.data()),
        at_(text.data()),
        end_(text.data() + text.size()),
        depth_max_(depth_max),
        tape_(tape),
        keys_(keys) {}

  std::optional<Error> run() {
    tape_.nodes.reserve(static_cast<size_t>(end_ - begin_) / 12 + 8);
    if (parse_text()) return std::nullopt;
    return std::move(error_);
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
    const bool in_object = tape_.nodes[parent_].kind == Kind::Object;
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
    tape_.nodes[index].text = parent_;
    parent_ = index;
    ++at_;
    return true;
  }

  void close() {
    ++at_;
    Node& node = tape_.nodes[parent_];
    const uint32_t outer = node.text;
    node.extent = static_cast<uint32_t>(tape_.nodes.size()) - parent_;
    node.length = offset_of(at_) - node.offset;
    if (node.kind == Kind::Object) keys_.close_object(tape_, parent_);
    parent_ = outer;
    --depth_;
  }

  uint32_t add(Kind kind, const char* from, size_t length, bool is_key) {
    if (!is_key && parent_ != kNoParent) tape_.nodes[parent_].text_length += 1;
    return tape_.nodes.add(kind, {offset_of(from), static_cast<uint32_t>(length)});
  }

  bool parse_word(std::string_view word, Kind kind, bool is_true) {
    if (std::string_view(at_, left()).substr(0, word.size()) != word) {
      return reject("unexpected character where a value belongs");
    }
    tape_.nodes[add(kind, at_, word.size(), false)].is_true = is_true;
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
    Node& node = tape_.nodes[add(Kind::Number, from, length, false)];
    if (const auto value = plain_int64_of({from, length})) {
      node.is_int64 = true;
      node.word = static_cast<uint64_t>(*value);
    }
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
    if (*at_ == '\\' && !decode_escapes(index, open_quote + 1)) return false;
    ++at_;
    Node& node = tape_.nodes[index];
    node.length = offset_of(at_) - node.offset;
    if (is_key) {
      node.word = hash_name(tape_.text(node));
      keys_.add(node.word);
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
    TextArena& arena = tape_.arena;
    const size_t start = arena.size();
    while (true) {
      arena.append({from, at_});
      if (*at_ == '"') break;
      if (!decode(arena)) return false;
      from = at_;
      if (!skip_plain()) return false;
    }
    Node& node = tape_.nodes[index];
    node.in_arena = true;
    node.text = static_cast<uint32_t>(start);
    node.text_length = static_cast<uint32_t>(arena.size() - start);
    return true;
  }

  bool decode(TextArena& out) {
    char decoded[4];
    char* end = decoded;
    const EscapeOutcome outcome = decode_escape(at_, end_, end);
    out.append({decoded, end});
    switch (outcome) {
      case EscapeOutcome::DecodedLoneSurrogate:
        tape_.has_lone_surrogates = true;
        return true;
      case EscapeOutcome::Decoded:
        return true;
      case EscapeOutcome::Cut:
        return reject("unclosed string");
      case EscapeOutcome::Unknown:
        return reject("unknown escape in a string");
      case EscapeOutcome::NotHex:
        return reject("expected four hex digits after \\u");
    }
    return false;
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
  Tape& tape_;
  KeyLedger& keys_;
  Error error_;
};

}  // namespace

std::optional<Error> parse_exact(std::string_view text, size_t depth_max, KeyLedger& keys,
                                 Tape& tape) {
  return ExactParser(text, depth_max, keys, tape).run();
}

}  // namespace faultline::json
