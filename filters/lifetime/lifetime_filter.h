// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "filters/filter.h"

namespace faultline::filters {

/// Ends a TCP connection some time after it was accepted, whatever flows on it: FIN or RST to
/// both sides. A live rule that is armed later counts from then.
///
/// Fidelity: exact. Reaches upstream: yes. Upstream stalled: no.
class LifetimeFilter final : public Filter {
 public:
  LifetimeFilter(PlannedFault&& fault, const rules::LifetimeSpec& spec)
      : ticket_(std::move(fault)), spec_(spec) {}

  Flow on_connection(FilterContext& context) override;
  void on_disarm(FilterContext& /*context*/, bool /*flush*/) override { timer_.cancel(); }
  void on_end(FilterContext& context) override { ticket_.end(context); }

 private:
  void expire(FilterContext& context);

  FaultTicket ticket_;
  const rules::LifetimeSpec& spec_;  // lives in the snapshot the connection pins
  TimerHandle timer_;
};

}  // namespace faultline::filters
