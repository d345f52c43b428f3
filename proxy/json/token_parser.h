// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/text.h"
#include "proxy/json/escapes.h"
#include "proxy/json/key_ledger.h"
#include "proxy/json/tape.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>

// The steps share a dozen variables, which stay in registers only if all of them are one function.
#define FL_HOT [[gnu::always_inline]]

namespace faultline::json {

/// What may follow a number or word. A quote may not, and must not stand here: directly behind a
/// scalar the structural index does not count it as a token.
inline constexpr std::array<bool, 256> kEndsScalar = [] {
  std::array<bool, 256> table{};
  for (const char c : {' ', '\t', '\n', '\r', ',', ']', '}'}) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();

/// Where the fraction and the exponent of a number end that begin at `at`, if it has some; null
/// when they are malformed. A byte that is no digit, '.' or sign must follow before the text ends.
[[nodiscard]] const char* end_of_fraction_and_exponent(const char* at) noexcept;

/// A string as it stands in the text.
struct StringToken {
  size_t length = 0;  // with its quotes; less than 2 when it does not end
  bool has_escapes = false;
};

/// Writes the tape of a text token by token: the grammar, whoever finds the tokens. Internal to
/// this room. `Tokens` says where they are, as offsets into the text:
///
///   peek(), next(likely)   of the next one, to look at it or to take it: most often it is that one
///   take_short_string(offset)  the length, with its quotes, of the string whose quote was taken
///                          there; 0 when it takes more than a look: it may have escapes, not end
///   take_string(offset)    then: of any string
///   pass(end)              the number or word that was taken ends there
///   room_at(offset)        how many bytes from there on surely belong to the text
///   is_at_end()            whether all tokens were taken
///
/// The text ends with a bracket or brace. Since only `close` goes on after such a one, nothing else
/// needs to ask whether the text is at its end: before that byte is taken there is always a next.
///
/// While a container is open, its node keeps what belongs to the one around it, so no separate
/// stack is needed: `text` its index, `length` the number of its children so far, `word` and
/// `text_length` its names.
template <typename Tokens>
class TokenParser {
 public:
  /// The tape has room for all nodes.
  TokenParser(std::string_view text, const Tokens& tokens, size_t depth_max, KeyLedger& ledger,
              Tape& tape)
      : text_(text.data()),
        tokens_(tokens),
        next_(tape.nodes.data()),
        word_end_(text.size() < 8 ? 0 : text.size() - 8),
        nodes_(tape.nodes.data()),
        depth_left_(depth_max),
        ledger_(ledger),
        tape_(tape) {}

  /// False when the text is not JSON, is nested too deeply, or is a bare scalar.
  bool run() {
    State state = take_value(tokens_.next('"'));
    while (true) {
      switch (state) {
        case State::FirstMember:
          state = take_children<Kind::Object>(false);
          break;
        case State::FirstElement:
          state = take_children<Kind::Array>(false);
          break;
        case State::Closed:
          // Only here can the tokens be at their end.
          if (parent_ == nullptr) return tokens_.is_at_end();
          if (tokens_.is_at_end()) return false;
          state = parent_->kind == Kind::Object ? take_children<Kind::Object>(true)
                                                : take_children<Kind::Array>(true);
          break;
        case State::Scalar:
        case State::Malformed:
          return false;
      }
    }
  }

  [[nodiscard]] size_t node_count() const noexcept { return static_cast<size_t>(next_ - nodes_); }
  [[nodiscard]] const Tokens& tokens() const noexcept { return tokens_; }

 private:
  static constexpr uint32_t kNoParent = UINT32_MAX;

  /// What was taken last: the opening of a container with children, the end of a container, or a
  /// value without inside.
  enum class State : uint8_t { FirstMember, FirstElement, Closed, Scalar, Malformed };

  /// The names of an object so far, a bit each by some bits of their hash: as long as no two fall
  /// on one bit, all differ.
  struct Names {
    uint64_t bits = 0;
    bool may_repeat = false;

    /// True when the name may be there already.
    FL_HOT bool add(uint64_t hash) noexcept {
      constexpr unsigned kShift = 58;  // the uppermost bits of the product depend on all of both
      const auto place = static_cast<unsigned>((hash * 0x9E3779B97F4A7C15U) >> kShift);
      const bool is_taken = (bits >> place & 1U) != 0;
      bits |= uint64_t{1} << place;
      return is_taken;
    }
  };

  /// Takes the children of the innermost open container up to its end, or to a container in it.
  template <Kind kKind>
  FL_HOT State take_children(bool is_after_child) {
    constexpr char kEnd = kKind == Kind::Object ? '}' : ']';
    while (true) {
      if (!is_after_child) {
        if (kKind == Kind::Object && !take_key()) return State::Malformed;
        const State state = take_value(tokens_.next('"'));
        if (state != State::Scalar) return state;
      }
      is_after_child = false;
      ++children_;
      const size_t offset = tokens_.next(',');
      if (text_[offset] == ',') continue;
      if (text_[offset] != kEnd) return State::Malformed;
      close<kKind>(offset);
      return State::Closed;
    }
  }

  FL_HOT State take_value(size_t offset) {
    switch (text_[offset]) {
      case '"':
        return take_string<false>(offset) ? State::Scalar : State::Malformed;
      case '{':
        if (!open(Kind::Object, offset)) return State::Malformed;
        if (text_[tokens_.peek()] != '}') return State::FirstMember;
        close<Kind::Object>(tokens_.next('}'));
        return State::Closed;
      case '[':
        if (!open(Kind::Array, offset)) return State::Malformed;
        if (text_[tokens_.peek()] != ']') return State::FirstElement;
        close<Kind::Array>(tokens_.next(']'));
        return State::Closed;
      case 't':
        return take_word(offset, "true", Kind::Bool, true) ? State::Scalar : State::Malformed;
      case 'f':
        return take_word(offset, "false", Kind::Bool, false) ? State::Scalar : State::Malformed;
      case 'n':
        return take_word(offset, "null", Kind::Null, false) ? State::Scalar : State::Malformed;
      default:
        return take_number(offset) ? State::Scalar : State::Malformed;
    }
  }

  FL_HOT bool open(Kind kind, size_t offset) {
    if (depth_left_ == 0) return false;
    --depth_left_;
    Node& node = *next_;
    write(node, offset, children_, {.kind = kind});
    node.text = parent_ == nullptr ? kNoParent : static_cast<uint32_t>(parent_ - nodes_);
    node.word = names_.bits;
    node.text_length = names_.may_repeat ? 1 : 0;
    parent_ = next_++;
    children_ = 0;
    names_ = {};
    return true;
  }

  /// The middle of a node, written at once: field by field takes four times as long.
  struct Traits {
    uint32_t extent = 1;
    Kind kind = Kind::Null;
    bool in_arena = false;
    bool is_true = false;
    bool is_int64 = false;
  };
  static_assert(offsetof(Node, kind) - offsetof(Node, extent) == offsetof(Traits, kind) &&
                offsetof(Node, in_arena) - offsetof(Node, extent) == offsetof(Traits, in_arena) &&
                offsetof(Node, is_true) - offsetof(Node, extent) == offsetof(Traits, is_true) &&
                offsetof(Node, is_int64) - offsetof(Node, extent) == offsetof(Traits, is_int64));

  FL_HOT static void write(Node& node, size_t offset, size_t length, Traits traits) noexcept {
    node.offset = static_cast<uint32_t>(offset);
    node.length = static_cast<uint32_t>(length);
    std::memcpy(static_cast<char*>(static_cast<void*>(&node)) + offsetof(Node, extent), &traits,
                sizeof traits);
  }

  /// `offset` is that of the closing bracket.
  template <Kind kKind>
  FL_HOT void close(size_t offset) {
    Node& node = *parent_;
    const uint32_t outer = node.text;
    const uint32_t outer_children = node.length;
    const Names outer_names = {node.word, node.text_length != 0};
    node.length = static_cast<uint32_t>(offset) + 1 - node.offset;
    node.text_length = children_;
    node.extent = static_cast<uint32_t>(next_ - parent_);
    if (kKind == Kind::Object && names_.may_repeat) [[unlikely]] {
      ledger_.look_for_repeats(tape_, static_cast<size_t>(parent_ - nodes_));
    }
    parent_ = outer == kNoParent ? nullptr : nodes_ + outer;
    children_ = outer_children;
    names_ = outer_names;
    ++depth_left_;
  }

  /// A member name and its colon.
  FL_HOT bool take_key() {
    const size_t offset = tokens_.next('"');
    if (text_[offset] != '"' || !take_string<true>(offset)) return false;
    return text_[tokens_.next(':')] == ':';
  }

  template <bool kIsKey>
  FL_HOT bool take_string(size_t offset) {
    const size_t length = tokens_.take_short_string(offset);
    if (length == 0) [[unlikely]] {
      return take_other_string<kIsKey>(offset);
    }
    Node& node = *next_;
    write(node, offset, length, {.kind = Kind::String});
    if (kIsKey) add_name(hash_at(offset + 1, length - 2));
    ++next_;
    return true;
  }

  template <bool kIsKey>
  FL_HOT bool take_other_string(size_t offset) {
    const StringToken string = tokens_.take_string(offset);
    if (string.length < 2) return false;
    Node& node = *next_;
    write(node, offset, string.length, {.kind = Kind::String});
    if (string.has_escapes && !decode(node, tape_)) return false;
    if (kIsKey) add_name(hash_name(tape_.text(node)));
    ++next_;
    return true;
  }

  /// Of the key that is being written.
  FL_HOT void add_name(uint64_t hash) {
    next_->word = hash;
    if (names_.add(hash)) [[unlikely]] {
      names_.may_repeat = names_.may_repeat || occurs_before(parent_, next_);
    }
  }

  /// Whether the key has the hash of one before it in the object that is open; true as well when
  /// there are too many to look through.
  [[gnu::noinline]] static bool occurs_before(const Node* object, const Node* key) noexcept {
    constexpr int kLooks = 32;
    const Node* at = object + 1;
    for (int looks = 0; at != key; ++looks) {
      if (looks == kLooks || at->word == key->word) return true;
      at += 1 + at[1].extent;
    }
    return false;
  }

  /// hash_name(), by one load for a short name.
  [[nodiscard]] FL_HOT uint64_t hash_at(size_t from, size_t size) const {
    if (size > kExactNameBytes || from > word_end_) return hash_name({text_ + from, size});
    const uint64_t word = name_hash_detail::load_u64(text_ + from);
    const uint64_t mask = (uint64_t{1} << (size * 8)) - 1;
    return name_hash_detail::exact(word & mask, size);
  }

  /// Copies the text of a string to the arena, its escapes decoded.
  static bool decode(Node& node, Tape& tape) {
    const size_t start = tape.arena.size();
    const auto outcome =
        decode_string(tape.source.substr(node.offset + 1, node.length - 2), tape.arena);
    if (outcome > EscapeOutcome::DecodedLoneSurrogate) return false;
    if (outcome == EscapeOutcome::DecodedLoneSurrogate) tape.has_lone_surrogates = true;
    node.in_arena = true;
    node.text = static_cast<uint32_t>(start);
    node.text_length = static_cast<uint32_t>(tape.arena.size() - start);
    return true;
  }

  FL_HOT bool take_word(size_t offset, std::string_view word, Kind kind, bool is_true) {
    const char* const from = text_ + offset;
    // The text goes on behind the word, if it is one: it does not end with it.
    if (tokens_.room_at(offset) < word.size()) return false;
    if (std::memcmp(from, word.data(), word.size()) != 0) return false;
    if (!ends_scalar(from[word.size()])) return false;
    tokens_.pass(offset + word.size());
    Node& node = *next_++;
    write(node, offset, word.size(), {.kind = kind, .is_true = is_true});
    return true;
  }

  FL_HOT bool take_number(size_t offset) {
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
    const auto length = static_cast<size_t>(end - from);
    tokens_.pass(offset + length);
    Node& node = *next_++;
    write(node, offset, length, {.kind = Kind::Number, .is_int64 = is_int64});
    node.word = is_negative ? 0 - magnitude : magnitude;
    return true;
  }

  FL_HOT static bool ends_scalar(char c) noexcept {
    return kEndsScalar[static_cast<unsigned char>(c)];
  }

  const char* const text_;
  Tokens tokens_;
  Node* next_;
  Names names_;             // of the innermost open container
  uint32_t children_ = 0;   // of it, so far
  Node* parent_ = nullptr;  // that container
  const size_t word_end_;   // up to here eight bytes can be read
  Node* const nodes_;
  size_t depth_left_;
  KeyLedger& ledger_;
  Tape& tape_;
};

}  // namespace faultline::json
