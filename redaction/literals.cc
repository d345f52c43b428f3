// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/literals.h"

#include "proxy/base/text.h"

#include <algorithm>
#include <utility>

namespace faultline::redaction {
namespace {

bool is_word_at(std::string_view text, Range range) {
  const bool begins = range.begin == 0 || !is_alnum(text[range.begin - 1]);
  return begins && (range.end == text.size() || !is_alnum(text[range.end]));
}

}  // namespace

void LiteralSet::add_known(std::string_view value) {
  if (value.size() >= kKnownBytesMin) add({std::string(value), ClassId::KnownValue});
}

void LiteralSet::add_word(std::string_view word) {
  if (word.size() < kWordBytesMin) return;
  std::string lower(word);
  std::transform(lower.begin(), lower.end(), lower.begin(), ascii_lower);
  add({std::move(lower), ClassId::Dictionary});
}

void LiteralSet::add(Literal literal) {
  const uint32_t front = front_of(literal.text.data());
  fronts_.set(hash(front));
  by_front_.emplace(front, literals_.size());
  literals_.push_back(std::move(literal));
}

const LiteralSet::Literal* LiteralSet::find_at(std::string_view text, size_t at,
                                               uint32_t front) const noexcept {
  const Literal* longest = nullptr;
  const auto [first, last] = by_front_.equal_range(front);
  for (auto i = first; i != last; ++i) {
    const Literal& literal = literals_[i->second];
    const std::string_view there = text.substr(at, literal.text.size());
    const bool is_word = literal.class_id == ClassId::Dictionary;
    const bool stands =
        is_word ? iequals(there, literal.text) && is_word_at(text, {at, at + literal.text.size()})
                : there == literal.text;
    if (stands && (longest == nullptr || literal.text.size() > longest->text.size())) {
      longest = &literal;
    }
  }
  return longest;
}

}  // namespace faultline::redaction
