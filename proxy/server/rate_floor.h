// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"

#include <cstdint>

namespace faultline::server {

/// Tells whether a peer keeps a minimum rate, from looks at a counter of its bytes. A peer may fall
/// behind by what it owes for `slack`; what it does faster than the rate makes up for that, but is
/// not saved. A value without a clock; one thread.
class RateFloor {
 public:
  /// What a look that finds no new byte means.
  enum class Silence : uint8_t {
    IsJudged,
    /// Only a peer that moves is judged, and then for its silence too: a receiver of TCP opens its
    /// window in steps (RFC 9293 3.8.6.2.2), and until the next one a slow reader cannot be told
    /// from one that has stopped.
    Waits,
  };
  /// A rate of 0 is kept by everybody.
  RateFloor(uint64_t bytes_per_second, Duration slack, Silence silence) noexcept;

  /// Nothing is asked of the peer: it owes nothing, also not for the time since the last look.
  void excuse() noexcept { is_owing_ = false; }
  /// The peer is the one that is waited for. `total` never falls; the first look after an excuse
  /// only begins to count. True when it has fallen too far behind.
  [[nodiscard]] bool is_below(MonoTime now, uint64_t total) noexcept;

 private:
  double bytes_per_ns_;
  double slack_bytes_;
  double credit_ = 0;  // what the peer may still fall behind
  MonoTime seen_{};
  uint64_t total_ = 0;
  Silence silence_;
  bool is_owing_ = false;
};

}  // namespace faultline::server
