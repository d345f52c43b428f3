// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/result.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace faultline::contracts::json_schema {

/// An ECMA-262 regular expression as `pattern` uses it (with the `u` flag, not anchored), run by
/// RE2 in time linear in the text. Thread-safe.
class Pattern {
 public:
  /// Fails for what RE2 has no equivalent of: look-around, back-references, huge repetitions.
  [[nodiscard]] static Result<Pattern> compile(std::string_view ecma);
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;
  ~Pattern();

  [[nodiscard]] bool matches(std::string_view text) const noexcept;
  /// What matching a text of so many bytes counts in steps of an evaluation, at least 1. RE2 falls
  /// back to an automaton that takes text times expression when its fast one outgrows its memory,
  /// which only large products can turn into seconds.
  [[nodiscard]] uint64_t steps_for(size_t bytes) const noexcept;
  /// Bytes on the heap, without what RE2 holds behind its object: its automata grow with use.
  [[nodiscard]] size_t bytes() const noexcept;

 private:
  struct Impl;
  explicit Pattern(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// The expression in RE2's syntax.
[[nodiscard]] Result<std::string> translate_pattern(std::string_view ecma);

}  // namespace faultline::contracts::json_schema
