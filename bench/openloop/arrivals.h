// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstdint>

namespace faultline::bench {

enum class ArrivalKind : uint8_t {
  Constant,  // one request every 1/rate seconds
  Poisson,   // independent clients: exponential gaps with that mean, the same for the same seed
};

/// The intended send times of an open loop, in nanoseconds from its start, ascending. They are a
/// function of the arguments alone: no answer, however late, moves one of them.
class Arrivals {
 public:
  /// `per_second` is positive.
  Arrivals(ArrivalKind kind, double per_second, uint64_t seed);

  /// The time of the next request.
  [[nodiscard]] uint64_t intended_ns() const noexcept { return intended_ns_; }
  /// How many lie before it.
  [[nodiscard]] uint64_t ordinal() const noexcept { return ordinal_; }
  void advance();

 private:
  [[nodiscard]] double gap_ns() const;

  ArrivalKind kind_;
  double mean_gap_ns_;
  uint64_t seed_;
  uint64_t ordinal_ = 0;
  double at_ns_ = 0;  // exact to 0.1 us for 28 hours
  uint64_t intended_ns_ = 0;
};

}  // namespace faultline::bench
