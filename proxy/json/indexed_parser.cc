// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/indexed_parser.h"

#include "proxy/json/token_parser.h"

#include <algorithm>

namespace faultline::json {
namespace {

/// The tokens by their index. What it guarantees and this builds on: the text is UTF-8; every
/// string is closed and holds no control character; behind a string there is only white space up to
/// the next token. So a string ends at the last quote before that, and a number or word is whole if
/// white space or a token follows it that may.
class IndexedTokens {
 public:
  IndexedTokens(std::string_view text, const StructuralIndex& index) noexcept
      : text_(text),
        at_(index.positions()),
        end_(index.positions() + index.count()),
        backslash_(find_backslash(0)) {}

  FL_HOT size_t peek() const noexcept { return *at_; }
  FL_HOT size_t next(char /*likely*/) noexcept { return *at_++; }
  FL_HOT size_t take_short_string(size_t offset) const noexcept {
    const size_t length = length_at(offset);
    return length < 2 || backslash_ < offset + length ? 0 : length;
  }
  FL_HOT StringToken take_string(size_t offset) noexcept {
    const size_t length = length_at(offset);
    const bool has_escapes = backslash_ < offset + length;
    if (has_escapes) backslash_ = find_backslash(offset + length);
    return {length, has_escapes};
  }
  FL_HOT void pass(size_t /*end*/) const noexcept {}
  /// Up to the next token.
  FL_HOT size_t room_at(size_t offset) const noexcept { return *at_ - offset; }
  FL_HOT bool is_at_end() const noexcept { return at_ == end_; }

 private:
  [[nodiscard]] FL_HOT size_t length_at(size_t offset) const noexcept {
    size_t end = *at_;
    while (text_[end - 1] != '"') --end;
    return end - offset;
  }
  [[nodiscard]] size_t find_backslash(size_t from) const noexcept {
    return std::min(text_.find('\\', from), text_.size());
  }

  const std::string_view text_;
  const uint32_t* at_;
  const uint32_t* const end_;
  size_t backslash_;  // the first that has not been passed
};

}  // namespace

bool parse_indexed(std::string_view text, const StructuralIndex& index, size_t depth_max,
                   KeyLedger& ledger, Tape& tape) {
  if (index.count() < 2) return false;
  const char last = text[index.positions()[index.count() - 1]];
  if (last != ']' && last != '}') return false;
  tape.nodes.reserve(index.count());
  TokenParser parser(text, IndexedTokens(text, index), depth_max, ledger, tape);
  if (!parser.run()) return false;
  tape.nodes.resize_within_capacity(parser.node_count());
  return true;
}

}  // namespace faultline::json
