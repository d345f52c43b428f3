// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "filters/filter.h"

namespace faultline::filters {

/// Keeps 100 Continue back from a client that waits for it, for a time or for good. What the
/// client does then (send the body anyway, give up) is the client's.
///
/// Fidelity: exact. Reaches upstream: the head, yes. Upstream stalled: as long as the client
/// waits. A request that expects no 100 is bypassed.
class WithholdContinueFilter final : public Filter {
 public:
  WithholdContinueFilter(PlannedFault&& fault, const rules::WithholdContinueSpec& spec)
      : ticket_(std::move(fault)), spec_(spec) {}

  Flow on_request(RequestMessage& message, FilterContext& context) override;
  [[nodiscard]] bool takes_interim(http::ResponseHead& head, FilterContext& context) override;
  void on_end(FilterContext& context) override { ticket_.end(context); }

 private:
  FaultTicket ticket_;
  const rules::WithholdContinueSpec& spec_;  // lives in the snapshot the exchange pins
  http::ResponseHead kept_;
  TimerHandle timer_;
};

}  // namespace faultline::filters
