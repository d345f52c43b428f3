// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/scheduler.h"
#include "proxy/io/stream.h"
#include "proxy/server/rate_floor.h"
#include "rules/config.h"

#include <cstdint>

namespace faultline::server {

/// Holds one HTTP client to listeners[].min_rate: for the body of a request it sends, and for what
/// waits because it does not take it. It is judged only for time in which it alone was waited for;
/// whatever the proxy, a fault or the upstream held up between two looks is not its fault. Owned by
/// its session, on its worker.
class ClientRate {
 public:
  enum class Verdict : uint8_t { Fine, SlowRequest, SlowResponse };

  explicit ClientRate(const rules::MinRateConfig& floor) noexcept;

  /// `exchange` tells the requests of the connection apart; `owes_request` says that more of its
  /// body is waited for.
  [[nodiscard]] Verdict look(MonoTime now, const io::Stream& stream, uint64_t exchange,
                             bool owes_request) noexcept;
  /// How often to look while something is owed.
  [[nodiscard]] Duration interval() const noexcept { return floor_.over / 4; }
  [[nodiscard]] const rules::MinRateConfig& floor() const noexcept { return floor_; }

  TimerHandle timer{};  // the session's next look

 private:
  rules::MinRateConfig floor_;
  RateFloor request_;
  RateFloor response_;
  uint64_t exchange_ = 0;
  uint32_t pauses_ = 0;
};

}  // namespace faultline::server
