// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/abort/abort_filter.h"

#include <fmt/core.h>

namespace faultline::filters {

Flow AbortFilter::on_request(RequestMessage& /*message*/, FilterContext& context) {
  return spec_.after ? Flow::Continue : answer(rules::Side::Request, context);
}

Flow AbortFilter::on_response(ResponseMessage& /*message*/, FilterContext& context) {
  return spec_.after && !ticket_.is_settled() ? answer(rules::Side::Response, context)
                                              : Flow::Continue;
}

Flow AbortFilter::answer(rules::Side side, FilterContext& context) {
  // The client sees the effect on the response whichever side decided it.
  FaultAction action{.side = rules::Side::Response,
                     .action = fmt::format("answer {} {}", spec_.status,
                                           side == rules::Side::Request ? "before" : "after")};
  ticket_.apply(context, std::move(action), [&] {
    http::LocalReply reply;
    reply.status = spec_.status;
    reply.fields = spec_.headers;
    reply.body = spec_.body;
    context.respond(std::move(reply));
  });
  return Flow::Hold;
}

}  // namespace faultline::filters
