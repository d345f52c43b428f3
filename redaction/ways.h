// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/expression.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

/// An expression as the ways through it: bytes and runs of one set of bytes, one behind the other.
namespace faultline::redaction {

/// Which bytes are in a set: what is asked for each byte of a text.
using ByteTable = std::array<bool, 256>;

/// The sets of the runs, each once.
class RunSets {
 public:
  [[nodiscard]] size_t number_of(const ByteSet& bytes);
  [[nodiscard]] const std::vector<ByteSet>& all() const noexcept { return sets_; }
  /// The same sets in the same order.
  [[nodiscard]] const std::vector<ByteTable>& tables() const noexcept { return tables_; }

 private:
  std::vector<ByteSet> sets_;
  std::vector<ByteTable> tables_;
};

struct Step {
  enum class Kind : uint8_t {
    Byte,   // this one
    Run,    // as many bytes of a set as there are, `least` to `most`
    Open,   // the wanted group begins
    Close,  // and ends
    Ask,    // what follows is not said by runs
  };
  Kind kind = Kind::Run;
  char byte = '\0';
  size_t set = 0;
  size_t least = 1;
  size_t most = 1;
  friend bool operator==(const Step&, const Step&) = default;
};
using Way = std::vector<Step>;
using Ways = std::vector<Way>;

/// In the order in which a backtracking search would try them, which is the order in which RE2
/// prefers matches. Along a way a run takes all it may: where less could be right too, each count
/// is a way of its own, or RE2 is asked.
[[nodiscard]] Ways ways_of(const Expression& expression, RunSets& sets);

/// True when RE2 has to be asked at the end of the way.
[[nodiscard]] bool asks(const Way& way);

/// So many bytes say whether the way can be gone; Expression::kOpen when that many do not.
[[nodiscard]] size_t sight_of(const Way& way);

}  // namespace faultline::redaction
