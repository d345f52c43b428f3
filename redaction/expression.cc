// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/expression.h"

#include <algorithm>
#include <utility>

namespace faultline::redaction {
namespace {

// Of the first places of a match, one bit each.
constexpr size_t kPlacesMax = 255;
using Places = std::bitset<kPlacesMax + 1>;

ByteSet one_byte(char c) { return ByteSet().set(byte_index(c)); }

ByteSet range_of_bytes(char low, char high) {
  ByteSet set;
  for (size_t i = byte_index(low); i <= byte_index(high); ++i) set.set(i);
  return set;
}

ByteSet folded(const ByteSet& set) {
  ByteSet out = set;
  for (size_t i = 0; i < 26; ++i) {
    if (set['a' + i] || set['A' + i]) out.set('a' + i).set('A' + i);
  }
  return out;
}

unsigned hex_value(char digit) {
  const auto byte = static_cast<unsigned>(digit);
  return digit <= '9' ? byte - '0' : (byte | 0x20U) - 'a' + 10;
}

class ExpressionReader {
 public:
  explicit ExpressionReader(std::string_view pattern) : pattern_(pattern) {}

  Expression alternatives() {
    Expression first = sequence();
    if (peek() != '|') return first;
    Expression out;
    out.kind = Expression::Kind::Choice;
    out.parts.push_back(std::move(first));
    while (take('|')) out.parts.push_back(sequence());
    return out;
  }

 private:
  struct Flags {
    bool folds = false;
    bool dot_is_any = false;
  };

  [[nodiscard]] bool more() const { return at_ < pattern_.size(); }
  [[nodiscard]] char peek() const { return more() ? pattern_[at_] : '\0'; }
  char next() { return more() ? pattern_[at_++] : '\0'; }
  bool take(char c) {
    if (!more() || pattern_[at_] != c) return false;
    ++at_;
    return true;
  }

  Expression sequence() {
    Expression out;
    while (more() && peek() != '|' && peek() != ')') out.parts.push_back(repeated(atom()));
    return out;
  }

  Expression repeated(Expression part) {
    Expression out;
    out.kind = Expression::Kind::Repeat;
    if (take('?')) {
      out.least = 0;
    } else if (take('*')) {
      out.least = 0;
      out.most = Expression::kOpen;
    } else if (take('+')) {
      out.most = Expression::kOpen;
    } else if (take('{')) {
      out.least = out.most = number();
      if (take(',')) out.most = peek() == '}' ? Expression::kOpen : number();
      take('}');
    } else {
      return part;
    }
    out.is_lazy = take('?');
    out.parts.push_back(std::move(part));
    return out;
  }

  size_t number() {
    size_t value = 0;
    while (peek() >= '0' && peek() <= '9') value = value * 10 + byte_index(next()) - '0';
    return value;
  }

  Expression atom() {
    const char c = next();
    if (c == '(') return group();
    Expression out;
    out.kind = Expression::Kind::Bytes;
    if (c == '[') {
      out.bytes = bracket();
    } else if (c == '\\') {
      out.bytes = escape();
    } else if (c == '.') {
      out.bytes.set();
      if (!flags_.dot_is_any) out.bytes.reset('\n');
    } else {
      out.bytes = one_byte(c);
    }
    if (flags_.folds) out.bytes = folded(out.bytes);
    return out;
  }

  Expression group() {
    const Flags outside = flags_;
    const bool captures = peek() != '?';
    if (take('?')) {
      for (char flag = next(); flag != ':' && flag != '\0'; flag = next()) {
        flags_.folds = flags_.folds || flag == 'i';
        flags_.dot_is_any = flags_.dot_is_any || flag == 's';
      }
    }
    Expression out = alternatives();
    take(')');
    flags_ = outside;
    out.captures = captures;
    return out;
  }

  ByteSet escape() {
    const char c = next();
    switch (c) {
      case 's':
        return one_byte(' ') | one_byte('\t') | one_byte('\n') | one_byte('\f') | one_byte('\r');
      case 'n':
        return one_byte('\n');
      case 'r':
        return one_byte('\r');
      case 'x': {
        const unsigned high = hex_value(next());
        return one_byte(static_cast<char>(high * 16 + hex_value(next())));
      }
      default:
        return one_byte(c);
    }
  }

  // One member of a bracket, an escape or a byte.
  ByteSet member() {
    const char c = next();
    return c == '\\' ? escape() : one_byte(c);
  }
  static char only_byte(const ByteSet& set) {
    size_t i = 0;
    while (i + 1 < set.size() && !set[i]) ++i;
    return static_cast<char>(i);
  }

  ByteSet bracket() {
    const bool negated = take('^');
    ByteSet set;
    while (more() && peek() != ']') {
      ByteSet part = member();
      const bool is_range = peek() == '-' && at_ + 1 < pattern_.size() && pattern_[at_ + 1] != ']';
      if (is_range) {
        ++at_;
        part = range_of_bytes(only_byte(part), only_byte(member()));
      }
      set |= part;
    }
    take(']');
    return negated ? ~set : set;
  }

  std::string_view pattern_;
  Flags flags_;
  size_t at_ = 0;
};

// Walks the tree with the set of places where a part may begin (bit i: behind i bytes), noting what
// it may hold there; the answer is where it may end.
class FrontWalk {
 public:
  explicit FrontWalk(std::vector<ByteSet>& fronts) : fronts_(fronts) {}

  Places walk(const Expression& part, Places begins) {
    switch (part.kind) {
      case Expression::Kind::Bytes:
        for (size_t place = 0; place < fronts_.size(); ++place) {
          if (begins[place]) fronts_[place] |= part.bytes;
        }
        return begins << 1;
      case Expression::Kind::Sequence:
        for (const auto& each : part.parts) begins = walk(each, begins);
        return begins;
      case Expression::Kind::Choice: {
        Places ends;
        for (const auto& each : part.parts) ends |= walk(each, begins);
        return ends;
      }
      case Expression::Kind::Repeat:
        return repeat(part, begins);
    }
    return begins;
  }

 private:
  // Until enough of them, or until no new place is reached that counts.
  Places repeat(const Expression& part, Places begins) {
    Places ends = part.least == 0 ? begins : Places();
    for (size_t count = 1; count <= part.most && begins.any(); ++count) {
      begins = walk(part.parts.front(), begins);
      if (count < part.least) continue;
      const Places known = ends;
      ends |= begins;
      if (ends == known) break;
    }
    return ends;
  }

  std::vector<ByteSet>& fronts_;
};

}  // namespace

Expression parse_expression(std::string_view pattern) {
  return ExpressionReader(pattern).alternatives();
}

size_t least_length(const Expression& expression) noexcept {
  switch (expression.kind) {
    case Expression::Kind::Bytes:
      return 1;
    case Expression::Kind::Sequence: {
      size_t length = 0;
      for (const auto& part : expression.parts) length += least_length(part);
      return length;
    }
    case Expression::Kind::Choice: {
      size_t length = SIZE_MAX;
      for (const auto& part : expression.parts) length = std::min(length, least_length(part));
      return length;
    }
    case Expression::Kind::Repeat:
      return expression.least * least_length(expression.parts.front());
  }
  return 0;
}

namespace {

// A group of one part is that part.
const Expression& inner(const Expression& part) {
  const bool is_group = part.kind == Expression::Kind::Sequence && part.parts.size() == 1;
  return is_group ? inner(part.parts.front()) : part;
}

bool repeats_one_byte(const Expression& part, size_t least) {
  return part.kind == Expression::Kind::Repeat && part.most == Expression::kOpen &&
         part.least == least && part.parts.front().kind == Expression::Kind::Bytes;
}

}  // namespace

std::optional<Gap> gap_of(const Expression& expression) {
  if (expression.kind != Expression::Kind::Sequence) return std::nullopt;
  Gap gap;
  ByteSet before;
  bool is_exact = true;  // so far each place has a set of its own
  for (const auto& wrapped : expression.parts) {
    const Expression& part = inner(wrapped);
    if (repeats_one_byte(part, 0)) {
      gap.bytes = part.parts.front().bytes;
      return (before & ~gap.bytes).none() ? std::optional(gap) : std::nullopt;
    }
    const bool is_open = repeats_one_byte(part, 1);
    if (!is_exact || (!is_open && part.kind != Expression::Kind::Bytes)) return std::nullopt;
    before |= is_open ? part.parts.front().bytes : part.bytes;
    is_exact = !is_open;
    ++gap.front;
  }
  return std::nullopt;
}

std::vector<ByteSet> fronts_of(const Expression& expression, size_t most) {
  std::vector<ByteSet> fronts(std::min({least_length(expression), most, kPlacesMax}));
  FrontWalk(fronts).walk(expression, Places(1));
  return fronts;
}

}  // namespace faultline::redaction
