// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/withhold_continue/withhold_continue_filter.h"

#include <utility>

namespace faultline::filters {

Flow WithholdContinueFilter::on_request(RequestMessage& message, FilterContext& context) {
  if (!message.head.expects_continue) ticket_.bypass(context, rules::BypassReason::NoTarget);
  return Flow::Continue;
}

bool WithholdContinueFilter::takes_interim(http::ResponseHead& head, FilterContext& context) {
  if (head.status != 100 || ticket_.is_settled()) return false;
  FaultAction action{.side = rules::Side::Response, .action = "withhold 100"};
  if (spec_.hold) {
    action.action = {"withhold 100 for", spec_.hold->count(), "ns"};
    action.delay_ns = spec_.hold->count();
  }
  ticket_.apply(context, std::move(action), [&] {
    kept_ = std::move(head);
    if (!spec_.hold) return;
    timer_ = context.scheduler().call_after(
        *spec_.hold, [this, &context] { context.send_interim(std::move(kept_)); }, true);
  });
  return true;
}

}  // namespace faultline::filters
