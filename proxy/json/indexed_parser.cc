// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/indexed_parser.h"

#include "proxy/base/text.h"
#include "proxy/json/escapes.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <limits>

// What the index guarantees, and this parser builds on: the text is UTF-8; every string is closed
// and holds no control character; from one token to the next there is the first of them and then
// only white space. So a string ends at the last quote before the next token, and a number or word
// is whole if it is followed by white space or a token.
//
// A text whose last token closes a container needs no other check against its end: before that
// token is taken there is always a next one, and after it only `close` goes on.
//
// While a container is open, its node's `text` holds the index of the one around it and `length`
// the number of children that one had so far, so no separate stack is needed.
namespace faultline::json {
namespace {

constexpr uint32_t kNoParent = UINT32_MAX;

/// What may follow a number or word.
constexpr std::array<bool, 256> kEndsScalar = [] {
  std::array<bool, 256> table{};
  for (const char c : {' ', '\t', '\n', '\r', ',', ':', ']', '}', '[', '{', '"'}) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();

bool ends_scalar(char c) noexcept { return kEndsScalar[static_cast<unsigned char>(c)]; }

const char* skip_digits(const char* at) noexcept {
  while (is_ascii_digit(*at)) ++at;
  return at;
}

/// Where the number that begins at `from` ends; null when it is none. A byte that is no digit, '.'
/// or sign must follow it before the text ends.
const char* end_of_fraction_and_exponent(const char* at) noexcept {
  if (*at == '.') {
    const char* const digits = at + 1;
    at = skip_digits(digits);
    if (at == digits) return nullptr;
  }
  if (*at == 'e' || *at == 'E') {
    ++at;
    if (*at == '+' || *at == '-') ++at;
    const char* const digits = at;
    at = skip_digits(digits);
    if (at == digits) return nullptr;
  }
  return at;
}

class IndexedParser {
 public:
  IndexedParser(std::string_view text, const StructuralIndex& index, size_t depth_max,
                KeyLedger& keys, Tape& tape)
      : text_(text.data()),
        word_end_(text.size() < 8 ? 0 : static_cast<uint32_t>(text.size() - 8)),
        at_(index.positions()),
        end_(index.positions() + index.count()),
        depth_left_(depth_max),
        nodes_(tape.nodes.data()),
        keys_(keys),
        tape_(tape),
        backslash_(find_backslash(0)) {}

  bool run() {
    while (true) {
      // A value begins at *at_.
      const uint32_t offset = *at_++;
      switch (text_[offset]) {
        case '"':
          if (!take_string(offset)) return false;
          break;
        case '{':
          if (!open(Kind::Object, offset)) return false;
          if (text_[*at_] != '}') {
            if (!take_key()) return false;
            continue;
          }
          ++at_;
          close(*(at_ - 1));
          break;
        case '[':
          if (!open(Kind::Array, offset)) return false;
          if (text_[*at_] != ']') continue;
          ++at_;
          close(*(at_ - 1));
          break;
        case 't':
          if (!take_word(offset, "true", Kind::Bool)) return false;
          break;
        case 'f':
          if (!take_word(offset, "false", Kind::Bool)) return false;
          break;
        case 'n':
          if (!take_word(offset, "null", Kind::Null)) return false;
          break;
        default:
          if (!take_number(offset)) return false;
          break;
      }
      ++children_;
      const After after = take_separators();
      if (after == After::Value) continue;
      return after == After::End;
    }
  }

  [[nodiscard]] uint32_t node_count() const noexcept { return count_; }

 private:
  enum class After : uint8_t { Value, End, Malformed };

  /// Commas, ends of containers, and the key if one is next.
  After take_separators() {
    while (true) {
      // Only the end of a container can be the last token.
      if (at_ == end_) return parent_ == kNoParent ? After::End : After::Malformed;
      if (parent_ == kNoParent) return After::Malformed;
      const uint32_t offset = *at_++;
      const char c = text_[offset];
      if (c == ',') {
        if (is_in_object_ && !take_key()) return After::Malformed;
        return After::Value;
      }
      if (c != (is_in_object_ ? '}' : ']')) return After::Malformed;
      close(offset);
      ++children_;
    }
  }

  bool open(Kind kind, uint32_t offset) {
    if (depth_left_ == 0) return false;
    --depth_left_;
    nodes_[count_] = {.offset = offset,
                      .length = children_,
                      .text = parent_,
                      .text_length = 0,
                      .word = 0,
                      .extent = 1,
                      .kind = kind,
                      .in_arena = false,
                      .is_true = false,
                      .is_int64 = false};
    parent_ = count_++;
    children_ = 0;
    is_in_object_ = kind == Kind::Object;
    return true;
  }

  /// `offset` is that of the closing bracket.
  void close(uint32_t offset) {
    Node& node = nodes_[parent_];
    const uint32_t outer = node.text;
    const uint32_t outer_children = node.length;
    node.length = offset + 1 - node.offset;
    node.text_length = children_;
    node.extent = count_ - parent_;
    if (is_in_object_) keys_.close_object(tape_, children_);
    parent_ = outer;
    children_ = outer_children;
    is_in_object_ = outer != kNoParent && nodes_[outer].kind == Kind::Object;
    ++depth_left_;
  }

  /// A member name and its colon.
  bool take_key() {
    const uint32_t offset = *at_++;
    if (text_[offset] != '"' || !take_string(offset)) return false;
    if (text_[*at_++] != ':') return false;
    Node& node = nodes_[count_ - 1];
    node.word = hash_of(node);
    keys_.add(node.word, count_ - 1);
    return true;
  }

  /// hash_name(), by one load for a short name.
  [[nodiscard]] uint64_t hash_of(const Node& node) const {
    constexpr std::array<uint64_t, kExactNameBytes + 1> kMasks = [] {
      std::array<uint64_t, kExactNameBytes + 1> masks{};
      for (size_t i = 1; i < masks.size(); ++i) masks[i] = (masks[i - 1] << 8U) | 0xFFU;
      return masks;
    }();
    if (node.in_arena || node.text_length > kExactNameBytes || node.text > word_end_) {
      return hash_name(tape_.text(node));
    }
    const uint64_t word = name_hash_detail::load_u64(text_ + node.text);
    return name_hash_detail::exact(word & kMasks[node.text_length], node.text_length);
  }

  bool take_string(uint32_t offset) {
    uint32_t end = *at_;
    while (text_[end - 1] != '"') --end;
    const uint32_t length = end - offset;
    if (length < 2) [[unlikely]] {
      return false;
    }
    nodes_[count_] = {.offset = offset,
                      .length = length,
                      .text = offset + 1,
                      .text_length = length - 2,
                      .word = 0,
                      .extent = 1,
                      .kind = Kind::String,
                      .in_arena = false,
                      .is_true = false,
                      .is_int64 = false};
    const uint32_t index = count_++;
    if (backslash_ > end) return true;
    backslash_ = find_backslash(end);
    return decode(nodes_[index], tape_);
  }

  /// Copies the text of a string to the arena, its escapes decoded.
  static bool decode(Node& node, Tape& tape) {
    std::string& arena = tape.arena;
    const char* at = tape.source.data() + node.text;
    const char* const end = at + node.text_length;
    const size_t start = arena.size();
    while (at != end) {
      const void* const escape = std::memchr(at, '\\', static_cast<size_t>(end - at));
      const char* const plain_end = escape == nullptr ? end : static_cast<const char*>(escape);
      arena.append(at, plain_end);
      at = plain_end;
      if (at == end) break;
      const EscapeOutcome outcome = decode_escape(at, end, arena);
      if (outcome > EscapeOutcome::DecodedLoneSurrogate) return false;
      if (outcome == EscapeOutcome::DecodedLoneSurrogate) tape.has_lone_surrogates = true;
    }
    node.in_arena = true;
    node.text = static_cast<uint32_t>(start);
    node.text_length = static_cast<uint32_t>(arena.size() - start);
    return true;
  }

  bool take_word(uint32_t offset, std::string_view word, Kind kind) {
    const char* const from = text_ + offset;
    // The text goes on behind the word, if it is one: the next token lies no nearer.
    if (*at_ - offset < word.size()) return false;
    if (std::memcmp(from, word.data(), word.size()) != 0) return false;
    if (!ends_scalar(from[word.size()])) return false;
    nodes_[count_++] = {.offset = offset,
                        .length = static_cast<uint32_t>(word.size()),
                        .text = offset,
                        .text_length = 0,
                        .word = 0,
                        .extent = 1,
                        .kind = kind,
                        .in_arena = false,
                        .is_true = *from == 't',
                        .is_int64 = false};
    return true;
  }

  bool take_number(uint32_t offset) {
    const char* const from = text_ + offset;
    const bool is_negative = *from == '-';
    const char* const digits = from + (is_negative ? 1 : 0);
    const char* end = digits;
    uint64_t magnitude = 0;
    for (; is_ascii_digit(*end); ++end) magnitude = magnitude * 10 + uint64_t(*end - '0');
    const auto count = end - digits;
    if (count == 0 || (count > 1 && *digits == '0')) return false;
    // 19 digits do not overflow 64 bits.
    constexpr auto kMax = uint64_t(std::numeric_limits<int64_t>::max());
    bool is_int64 = count <= 19 && magnitude <= kMax + (is_negative ? 1 : 0);
    if (!ends_scalar(*end)) {
      is_int64 = false;
      end = end_of_fraction_and_exponent(end);
      if (end == nullptr || !ends_scalar(*end)) return false;
    }
    const auto length = static_cast<uint32_t>(end - from);
    nodes_[count_++] = {.offset = offset,
                        .length = length,
                        .text = offset,
                        .text_length = length,
                        .word = !is_int64     ? 0
                                : is_negative ? 0 - magnitude
                                              : magnitude,
                        .extent = 1,
                        .kind = Kind::Number,
                        .in_arena = false,
                        .is_true = false,
                        .is_int64 = is_int64};
    return true;
  }

  [[nodiscard]] uint32_t find_backslash(uint32_t from) const noexcept {
    const std::string_view text = tape_.source;
    const size_t found = text.find('\\', from);
    return found == std::string_view::npos ? UINT32_MAX : static_cast<uint32_t>(found);
  }

  const char* const text_;
  const uint32_t word_end_;  // up to here eight bytes can be read
  const uint32_t* at_;
  const uint32_t* const end_;
  size_t depth_left_;
  Node* const nodes_;
  KeyLedger& keys_;
  Tape& tape_;
  uint32_t backslash_;  // the first that has not been passed
  uint32_t count_ = 0;
  uint32_t parent_ = kNoParent;
  uint32_t children_ = 0;  // of the innermost open container, so far
  bool is_in_object_ = false;
};

}  // namespace

bool parse_indexed(std::string_view text, const StructuralIndex& index, size_t depth_max,
                   KeyLedger& keys, Tape& tape) {
  if (index.count() < 2) return false;
  const char last = text[index.positions()[index.count() - 1]];
  if (last != ']' && last != '}') return false;
  tape.nodes.reserve(index.count());
  IndexedParser parser(text, index, depth_max, keys, tape);
  if (!parser.run()) return false;
  tape.nodes.resize_within_capacity(parser.node_count());
  return true;
}

}  // namespace faultline::json
