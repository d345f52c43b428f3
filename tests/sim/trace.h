// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"
#include "proxy/base/random.h"

#include <cstdint>
#include <string_view>

namespace faultline::sim {

/// What happened, as a hash that two runs of a seed must share, and as text for the one that a
/// person replays.
class Trace {
 public:
  Trace(const Clock& clock, bool is_printed) : clock_(clock), is_printed_(is_printed) {}

  /// `what` names the event, `who` the connection, exchange or rule, `count` an amount.
  void note(std::string_view what, uint64_t who, uint64_t count = 0) {
    hash_ = random::absorb(hash_, random::fnv(what));
    hash_ = random::absorb(hash_, static_cast<uint64_t>(clock_.now().ns));
    hash_ = random::absorb(random::absorb(hash_, who), count);
    if (is_printed_) print(what, who, count);
  }
  [[nodiscard]] uint64_t hash() const noexcept { return hash_; }

 private:
  void print(std::string_view what, uint64_t who, uint64_t count) const;

  const Clock& clock_;
  bool is_printed_;
  uint64_t hash_ = 0;
};

}  // namespace faultline::sim
