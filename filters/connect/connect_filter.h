// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "filters/filter.h"

namespace faultline::filters {

/// Dials the upstream late, or fails as if it could not be reached: refused, or timed out after
/// the delay.
///
/// Fidelity: exact on TCP (the client is reset as when a real dial fails). Emulated on HTTP: the
/// exchange waits although a pooled connection may be at hand, and the failure is the answer a
/// gateway gives, 502 or 504, marked as injected. Reaches upstream: only with `then: dial`.
/// Upstream stalled: no.
class ConnectFilter final : public Filter {
 public:
  ConnectFilter(PlannedFault&& fault, const rules::ConnectSpec& spec)
      : ticket_(std::move(fault)), spec_(spec) {}

  Flow on_connection(FilterContext& context) override;
  Flow on_request(RequestMessage& message, FilterContext& context) override;
  void on_disarm(FilterContext& context, bool flush) override;
  void on_end(FilterContext& context) override { ticket_.end(context); }

 private:
  /// Waits for the delay, then goes on, or calls fail(context).
  template <typename Fail>
  Flow act(rules::Side side, FilterContext& context, Fail fail);

  FaultTicket ticket_;
  const rules::ConnectSpec& spec_;  // lives in the snapshot the exchange pins
  TimerHandle timer_;
};

}  // namespace faultline::filters
