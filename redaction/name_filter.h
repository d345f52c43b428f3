// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/lexicon.h"

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace faultline::redaction {

/// Says of most names that stand in front of a `:`, a `=` or a `>` that the lexicon does not know
/// them, by their last three letters: nearly every mark of a text ends here. Immutable.
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
    const bool quoted = end > 0 && is_quote(text[end - 1]);
    return may_end(text, quoted ? end - 1 : end, quoted);
  }
  /// The same for a name whose last character stands before `end`. A name in quotes may hold any
  /// character.
  [[nodiscard]] bool may_end(std::string_view text, size_t end, bool quoted) const noexcept {
    if (end >= kPlainBytes) {
      const Plain plain = find_plain(text.data() + end);
      if (plain != Plain::NotPlain) return plain == Plain::Known;
    }
    const size_t floor = end > kNameBytes ? end - kNameBytes : 0;
    size_t index = 0;
    unsigned letters = 0;
    while (letters < 3 && end > floor) {
      const uint8_t kind = kKinds[static_cast<unsigned char>(text[--end])];
      if (kind == kSkipped) continue;
      // A part of a longer name: what is before it may or may not count.
      if (kind == kDivides || (kind == kInQuotes && quoted)) return true;
      if (kind == kOther || kind == kInQuotes) break;
      index = index * kLetters + kind;
      ++letters;
      if (letters == 3) return ends_[index];
    }
    // What is skipped may fill any room: the name begins farther away.
    return (end == floor && floor > 0) || ends_[index];
  }

  /// What the last bytes before `end`, of which there must be kPlainBytes, say alone: nearly always
  /// three of them are letters or digits, as in `email` and `user_id`. Without a branch that
  /// depends on the text but for that one.
  enum class Plain : uint8_t { Unknown, Known, NotPlain };
  static constexpr size_t kPlainBytes = 4;
  [[nodiscard]] Plain find_plain(const char* end) const noexcept {
    const auto kind = [end](ptrdiff_t back) {
      return size_t{kKinds[static_cast<unsigned char>(end[-back])]};
    };
    const size_t last = kind(1);
    const size_t middle = kind(2);
    const size_t first = kind(3) == kSkipped ? kind(4) : kind(3);
    // Zero and what is no letter become large.
    if (((last - 1) | (middle - 1) | (first - 1)) >= kSkipped - 1) return Plain::NotPlain;
    return ends_[(last * kLetters + middle) * kLetters + first] ? Plain::Known : Plain::Unknown;
  }
  [[nodiscard]] static constexpr bool is_quote(char c) noexcept {
    return kQuotes[static_cast<unsigned char>(c)];
  }

 private:
  explicit NameFilter(bool with_all);
  void add(std::string_view normal_name);

  static constexpr size_t kNameBytes = 64;  // as many as find_named() looks at
  static constexpr size_t kLetters = 37;    // letters and digits, from 1 on
  static constexpr uint8_t kOther = 0;
  static constexpr uint8_t kSkipped = 65;
  static constexpr uint8_t kDivides = 66;
  static constexpr uint8_t kInQuotes = 67;  // part of a name in quotes, the end of another one
  static constexpr std::array<uint8_t, 256> kKinds = [] {
    std::array<uint8_t, 256> kinds{};
    for (unsigned i = 0; i < 26; ++i) {
      kinds['a' + i] = kinds['A' + i] = static_cast<uint8_t>(1 + i);
    }
    for (unsigned i = 0; i < 10; ++i) kinds['0' + i] = static_cast<uint8_t>(27 + i);
    for (const unsigned char c : {'_', '-', '$'}) kinds[c] = kSkipped;
    for (const unsigned char c : {'.', '[', ']'}) kinds[c] = kDivides;
    for (const unsigned char c : {' ', '/', ':'}) kinds[c] = kInQuotes;
    return kinds;
  }();

  static constexpr std::array<bool, 256> kQuotes = [] {
    std::array<bool, 256> quotes{};
    for (const unsigned char c : {'"', '\'', '`'}) quotes[c] = true;
    return quotes;
  }();

  std::bitset<kLetters * kLetters * kLetters> ends_;
};

/// True for a member whose value is read as something else than a text: `query` as a GraphQL
/// document, what is below `errors` as quotes of it.
[[nodiscard]] bool is_special_name(std::string_view name) noexcept;

}  // namespace faultline::redaction
