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
// and holds no control character; behind a string there is only white space up to the next token.
// So a string ends at the last quote before that, and a number or word is whole if white space or a
// token follows it that may.
//
// A text whose last token closes a container needs no other check against its end: before that
// token is taken there is always a next one, and after it only `close` goes on.
//
// While a container is open, its node's `text` holds the index of the one around it and `length`
// the number of children that one had so far, so no separate stack is needed.
namespace faultline::json {
namespace {

// The steps share a dozen variables, which stay in registers only if all of them are one function.
#define FL_HOT [[gnu::always_inline]]

constexpr uint32_t kNoParent = UINT32_MAX;

/// What may follow a number or word. A quote may not, and must not stand here: directly behind a
/// scalar the index does not count it as a token.
constexpr std::array<bool, 256> kEndsScalar = [] {
  std::array<bool, 256> table{};
  for (const char c : {' ', '\t', '\n', '\r', ',', ']', '}'}) {
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
                KeyLedger& ledger, Tape& tape)
      : text_(text.data()),
        at_(index.positions()),
        next_(tape.nodes.data()),
        next_hash_(ledger.reserve(index.count())),
        word_end_(text.size() < 8 ? 0 : static_cast<uint32_t>(text.size() - 8)),
        end_(index.positions() + index.count()),
        nodes_(tape.nodes.data()),
        depth_left_(depth_max),
        ledger_(ledger),
        tape_(tape),
        backslash_(find_backslash(text, 0)) {}

  bool run() {
    State state = take_value(*at_++);
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
          if (parent_ == nullptr) return at_ == end_;
          if (at_ == end_) return false;
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

 private:
  /// What was taken last: the opening of a container with children, the end of a container, or a
  /// value without inside.
  enum class State : uint8_t { FirstMember, FirstElement, Closed, Scalar, Malformed };

  /// Takes the children of the innermost open container up to its end, or to a container in it.
  template <Kind kKind>
  FL_HOT State take_children(bool is_after_child) {
    constexpr char kEnd = kKind == Kind::Object ? '}' : ']';
    while (true) {
      if (!is_after_child) {
        if (kKind == Kind::Object && !take_key()) return State::Malformed;
        const State state = take_value(*at_++);
        if (state != State::Scalar) return state;
      }
      is_after_child = false;
      ++children_;
      const uint32_t offset = *at_++;
      if (text_[offset] == ',') continue;
      if (text_[offset] != kEnd) return State::Malformed;
      close<kKind>(offset);
      return State::Closed;
    }
  }

  FL_HOT State take_value(uint32_t offset) {
    switch (text_[offset]) {
      case '"':
        return take_string<false>(offset) ? State::Scalar : State::Malformed;
      case '{':
        if (!open(Kind::Object, offset)) return State::Malformed;
        if (text_[*at_] != '}') return State::FirstMember;
        close<Kind::Object>(*at_++);
        return State::Closed;
      case '[':
        if (!open(Kind::Array, offset)) return State::Malformed;
        if (text_[*at_] != ']') return State::FirstElement;
        close<Kind::Array>(*at_++);
        return State::Closed;
      case 't':
        return take_word(offset, "true", Kind::Bool) ? State::Scalar : State::Malformed;
      case 'f':
        return take_word(offset, "false", Kind::Bool) ? State::Scalar : State::Malformed;
      case 'n':
        return take_word(offset, "null", Kind::Null) ? State::Scalar : State::Malformed;
      default:
        return take_number(offset) ? State::Scalar : State::Malformed;
    }
  }

  FL_HOT bool open(Kind kind, uint32_t offset) {
    if (depth_left_ == 0) return false;
    --depth_left_;
    Node& node = *next_;
    begin(node, kind, offset, children_);
    node.text = parent_ == nullptr ? kNoParent : static_cast<uint32_t>(parent_ - nodes_);
    parent_ = next_++;
    children_ = 0;
    return true;
  }

  FL_HOT static void begin(Node& node, Kind kind, uint32_t offset, uint32_t length) noexcept {
    node.offset = offset;
    node.length = length;
    node.extent = 1;
    node.kind = kind;
    node.in_arena = false;
    node.is_true = false;
    node.is_int64 = false;
  }

  /// `offset` is that of the closing bracket.
  template <Kind kKind>
  FL_HOT void close(uint32_t offset) {
    Node& node = *parent_;
    const uint32_t outer = node.text;
    const uint32_t outer_children = node.length;
    node.length = offset + 1 - node.offset;
    node.text_length = children_;
    node.extent = static_cast<uint32_t>(next_ - parent_);
    if (kKind == Kind::Object) {
      next_hash_ -= children_;
      if (ledger_.may_repeat(next_hash_, children_)) [[unlikely]] {
        ledger_.report_repeats(tape_, static_cast<size_t>(parent_ - nodes_));
      }
    }
    parent_ = outer == kNoParent ? nullptr : nodes_ + outer;
    children_ = outer_children;
    ++depth_left_;
  }

  /// A member name and its colon.
  FL_HOT bool take_key() {
    const uint32_t offset = *at_++;
    if (text_[offset] != '"' || !take_string<true>(offset)) return false;
    return text_[*at_++] == ':';
  }

  template <bool kIsKey>
  FL_HOT bool take_string(uint32_t offset) {
    uint32_t end = *at_;
    while (text_[end - 1] != '"') --end;
    const uint32_t length = end - offset;
    if (length < 2) [[unlikely]] {
      return false;
    }
    Node& node = *next_++;
    begin(node, Kind::String, offset, length);
    if (kIsKey) node.word = hash_at(offset + 1, length - 2);
    if (backslash_ < end) [[unlikely]] {
      backslash_ = find_backslash(tape_.source, end);
      if (!decode(node, tape_)) return false;
      if (kIsKey) node.word = hash_name(tape_.text(node));
    }
    if (kIsKey) *next_hash_++ = node.word;
    return true;
  }

  /// hash_name(), by one load for a short name.
  [[nodiscard]] FL_HOT uint64_t hash_at(uint32_t from, uint32_t size) const {
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

  FL_HOT bool take_word(uint32_t offset, std::string_view word, Kind kind) {
    const char* const from = text_ + offset;
    // The text goes on behind the word, if it is one: the next token lies no nearer.
    if (*at_ - offset < word.size()) return false;
    if (std::memcmp(from, word.data(), word.size()) != 0) return false;
    if (!ends_scalar(from[word.size()])) return false;
    Node& node = *next_++;
    begin(node, kind, offset, static_cast<uint32_t>(word.size()));
    node.is_true = *from == 't';
    return true;
  }

  FL_HOT bool take_number(uint32_t offset) {
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
    Node& node = *next_++;
    begin(node, Kind::Number, offset, static_cast<uint32_t>(end - from));
    node.is_int64 = is_int64;
    node.word = is_negative ? 0 - magnitude : magnitude;
    return true;
  }

  [[nodiscard]] static uint32_t find_backslash(std::string_view text, uint32_t from) noexcept {
    const size_t found = text.find('\\', from);
    return found == std::string_view::npos ? UINT32_MAX : static_cast<uint32_t>(found);
  }

  const char* const text_;
  const uint32_t* at_;
  Node* next_;
  uint64_t* next_hash_;      // behind those of the keys of all open objects
  uint32_t children_ = 0;    // of the innermost open container, so far
  Node* parent_ = nullptr;   // that container
  const uint32_t word_end_;  // up to here eight bytes can be read
  const uint32_t* const end_;
  Node* const nodes_;
  size_t depth_left_;
  KeyLedger& ledger_;
  Tape& tape_;
  uint32_t backslash_;  // the first that has not been passed
};

}  // namespace

bool parse_indexed(std::string_view text, const StructuralIndex& index, size_t depth_max,
                   KeyLedger& ledger, Tape& tape) {
  if (index.count() < 2) return false;
  const char last = text[index.positions()[index.count() - 1]];
  if (last != ']' && last != '}') return false;
  tape.nodes.reserve(index.count());
  IndexedParser parser(text, index, depth_max, ledger, tape);
  if (!parser.run()) return false;
  tape.nodes.resize_within_capacity(parser.node_count());
  return true;
}

}  // namespace faultline::json
