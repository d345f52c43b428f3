// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// The scanners that are measured beside each other. All look for the same rows of classes.def: the
/// patterns of the tiers that are on and the forms.
namespace faultline::bench {

class Engine {
 public:
  virtual ~Engine() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  /// Looks at the whole text; the answer keeps the work from being optimised away.
  [[nodiscard]] virtual size_t scan(std::string_view text) = 0;
};

/// The redactor's fast answer, its scanner, and all of its work on a text.
[[nodiscard]] std::vector<std::unique_ptr<Engine>> make_own_engines();
/// RE2 one rule after the other, RE2::Set, Aho-Corasick in front of RE2.
[[nodiscard]] std::vector<std::unique_ptr<Engine>> make_re2_engines();
/// Hyperscan, or nothing where it was not built in.
[[nodiscard]] std::unique_ptr<Engine> make_hyperscan_engine();

struct RulePattern {
  std::string pattern;
  std::vector<std::string> literals;  // a match holds one of these; none: it may hold anything
};
[[nodiscard]] std::vector<RulePattern> rule_patterns();

}  // namespace faultline::bench
