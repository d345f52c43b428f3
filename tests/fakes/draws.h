// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/random.h"

#include <cstddef>
#include <cstdint>
#include <iterator>

namespace faultline::fakes {

/// A stream of draws that is a pure function of its seed: what random tests choose with. A value;
/// copies go on alike.
class Draws {
 public:
  explicit Draws(uint64_t seed) : seed_(random::mix(seed + random::kGolden)) {}

  [[nodiscard]] uint64_t bits() { return random::absorb(seed_, ++count_); }
  /// In [0, range); 0 when the range is empty.
  [[nodiscard]] uint64_t below(uint64_t range) { return random::scale(bits(), range); }
  /// In [low, high].
  [[nodiscard]] uint64_t between(uint64_t low, uint64_t high) {
    return low + below(high - low + 1);
  }
  [[nodiscard]] bool one_in(uint64_t n) { return below(n) == 0; }
  [[nodiscard]] bool percent(uint64_t p) { return below(100) < p; }
  template <typename List>
  [[nodiscard]] decltype(auto) pick(const List& list) {
    return list[below(std::size(list))];
  }
  /// A stream of its own: what is drawn from it changes nothing here.
  [[nodiscard]] Draws fork(uint64_t label) const { return Draws(random::absorb(seed_, ~label)); }

 private:
  uint64_t seed_;
  uint64_t count_ = 0;
};

}  // namespace faultline::fakes
