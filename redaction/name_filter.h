// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/random.h"
#include "redaction/anchors/name_ends.h"
#include "redaction/lexicon.h"

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace faultline::redaction {

/// Says of most names that stand in front of a `:`, a `=` or a `>` that the lexicon does not know
/// them, by their last letters: nearly every mark of a text ends here. Immutable.
class NameFilter {
 public:
  /// Names that decide about a value.
  static const NameFilter& deciding();
  /// All names of the lexicon, and those whose values have a grammar of their own
  /// (is_special_name()).
  static const NameFilter& all();

  /// False when no name of the filter ends right before the mark at `mark`, but for at most two
  /// spaces and a quote.
  [[nodiscard]] bool may_bind(std::string_view text, size_t mark) const noexcept {
    size_t end = mark;
    while (end > 0 && mark - end < 2 && text[end - 1] == ' ') --end;
    const bool quoted = end > 0 && anchors::NameEnds::is_quote(text[end - 1]);
    return may_end(text, quoted ? end - 1 : end, quoted);
  }
  /// The same for a name whose last character stands before `end`. A name in quotes may hold any
  /// character.
  [[nodiscard]] bool may_end(std::string_view text, size_t end, bool quoted) const noexcept {
    using anchors::NameEnds;
    if (const auto tail = plain_tail(text, end)) return may_have_tail(*tail);
    if (end >= NameEnds::kPlainBytes &&
        ends_.find_plain(text.data() + end, quoted) == NameEnds::Plain::Unknown) {
      return false;
    }
    const size_t floor = end > kNameBytes ? end - kNameBytes : 0;
    uint64_t tail = 0;
    size_t letters = 0;
    while (letters < kTailLetters && end > floor) {
      const uint8_t kind = NameEnds::kKinds[static_cast<unsigned char>(text[--end])];
      if (kind == NameEnds::kSkipped) continue;
      // A part of a longer name: what is before it may or may not count.
      if (kind == NameEnds::kDivides || (kind == NameEnds::kInQuotes && quoted)) return true;
      if (kind == NameEnds::kOther || kind == NameEnds::kInQuotes) break;
      tail = tail * NameEnds::kLetters + kind;
      ++letters;
    }
    // What is skipped may fill any room: the name begins farther away.
    const bool goes_on = letters < kTailLetters && end == floor && floor > 0;
    return goes_on || may_have_tail(tail);
  }

  [[nodiscard]] const anchors::NameEnds& ends() const noexcept { return ends_; }

 private:
  explicit NameFilter(bool with_all);
  void add(std::string_view normal_name);

  static constexpr size_t kNameBytes = 64;  // as many as find_named() looks at
  static constexpr size_t kTailLetters = kNameEndingMin;
  static constexpr unsigned kTailShift = 64 - 15;

  // Of a name that ends in enough letters and digits, which most do.
  [[nodiscard]] static std::optional<uint64_t> plain_tail(std::string_view text,
                                                          size_t end) noexcept {
    using anchors::NameEnds;
    if (end < kTailLetters) return std::nullopt;
    uint64_t tail = 0;
    for (size_t back = 1; back <= kTailLetters; ++back) {
      const uint8_t kind = NameEnds::kKinds[static_cast<unsigned char>(text[end - back])];
      if (kind == NameEnds::kOther || kind >= NameEnds::kLetters) return std::nullopt;
      tail = tail * NameEnds::kLetters + kind;
    }
    return tail;
  }

  [[nodiscard]] bool may_have_tail(uint64_t tail) const noexcept {
    return tails_[(tail * random::kGolden) >> kTailShift];
  }

  anchors::NameEnds ends_;
  // The last letters of names, all of shorter ones, by a hash.
  std::bitset<size_t{1} << (64 - kTailShift)> tails_;
};

/// True for a member whose value is read as something else than a text: `query` as a GraphQL
/// document, what is below `errors` as quotes of it.
[[nodiscard]] bool is_special_name(std::string_view name) noexcept;

}  // namespace faultline::redaction
