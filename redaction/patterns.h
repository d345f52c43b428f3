// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/classes.h"
#include "redaction/literals.h"
#include "redaction/range.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace faultline::redaction {

/// A value that a row of the table found.
struct PatternFind {
  Range range;
  ClassId class_id = ClassId::KeySecret;
};

/// The expressions of classes.def, each asked only where its anchor stands, over the bytes its row
/// allows. An expression is compiled when it is first asked. One per thread: RE2 objects contend.
class PatternSet {
 public:
  /// With `opt_in` the rows of tier OptIn too.
  explicit PatternSet(bool opt_in = false, LiteralSet literals = {});
  ~PatternSet();
  PatternSet(PatternSet&&) noexcept;
  PatternSet& operator=(PatternSet&&) noexcept;
  PatternSet(const PatternSet&) = delete;
  PatternSet& operator=(const PatternSet&) = delete;

  [[nodiscard]] bool opt_in() const noexcept;
  /// What is looked for as it is.
  [[nodiscard]] const LiteralSet& literals() const noexcept;

  /// What is asked from now on is asked of this text, which must outlive the questions: what they
  /// learn about it is remembered for those that follow.
  void begin(std::string_view text) noexcept;

  /// False when the anchor of that number in AnchorList::all(), which stands at `place`, leads to
  /// no value: what one anchor learns of a text spares the next ones their questions.
  [[nodiscard]] bool may_lead_on(size_t anchor, Range place);

  /// The value of a row of kPatterns whose anchor stands at `at`.
  [[nodiscard]] std::optional<PatternFind> find_pattern(size_t row, size_t at);

  /// For a row with a gap (gaps.h) that found nothing at `at`: where it may find something next.
  /// Without it a text of beginnings alone would be read once for each of them.
  [[nodiscard]] size_t barren_until(size_t row, size_t at);
  /// The number of each row's gap, SIZE_MAX for none; empty where nothing is to be remembered.
  [[nodiscard]] std::span<const size_t> gap_numbers() const noexcept;

  /// The value of a row of kContexts behind a word that ends at `word_end`, at most `reach` bytes
  /// further.
  [[nodiscard]] std::optional<PatternFind> find_context(size_t row, size_t word_end,
                                                        size_t reach = kContextReach);

  /// Asks RE2 even where outline.h knows the answer, measures no run and remembers nothing: the
  /// slow twin that tests compare with.
  void ask_everywhere() noexcept;

  /// What the questions so far have cost. It is at most so much for each byte of a text, whatever
  /// the text.
  struct Work {
    uint64_t asked = 0;    // calls of RE2
    uint64_t walked = 0;   // questions to an outline
    uint64_t checked = 0;  // values behind words that a check looked at
    uint64_t steps = 0;    // bytes of runs that were measured
  };
  [[nodiscard]] Work work() const noexcept;

  /// True when a row can match across the end of a line.
  [[nodiscard]] static bool crosses_lines(size_t row) noexcept;

  /// Compiles what is not compiled yet. False when an expression is none.
  [[nodiscard]] bool compile_all();
  /// RE2's own measure of what is compiled, in instructions.
  [[nodiscard]] size_t program_size() const;

 private:
  struct Rules;
  std::unique_ptr<Rules> rules_;
};

/// The bytes that may stand between a context word and its value.
inline constexpr std::array<bool, 256> kContextGap = [] {
  std::array<bool, 256> gap{};
  gap.fill(true);
  for (const unsigned char c : std::string_view("0123456789,;{}[]<>&\r\n")) gap[c] = false;
  return gap;
}();
[[nodiscard]] constexpr bool is_context_gap(char c) noexcept {
  return kContextGap[static_cast<unsigned char>(c)];
}

}  // namespace faultline::redaction
