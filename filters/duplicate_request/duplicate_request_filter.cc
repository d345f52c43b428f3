// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/duplicate_request/duplicate_request_filter.h"

#include <utility>

namespace faultline::filters {

Flow DuplicateRequestFilter::on_request(RequestMessage& message, FilterContext& context) {
  using rules::BypassReason;
  const auto& head = message.head;
  if (head.is_connect || head.is_upgrade) {
    ticket_.bypass(context, BypassReason::UnsupportedProtocol);
  } else if (message.body == nullptr) {
    ticket_.bypass(context, message.body_refused.value_or(BypassReason::Streaming));
  } else {
    FaultAction action{.side = rules::Side::Request,
                       .action = {"duplicate after", spec_.gap.count(), "ns"},
                       .bytes = message.body->size()};
    ticket_.apply(context, std::move(action), [&] { context.send_copy(spec_.gap); });
  }
  return Flow::Continue;
}

}  // namespace faultline::filters
