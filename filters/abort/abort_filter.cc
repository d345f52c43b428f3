// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/abort/abort_filter.h"

#include "filters/abort/http_date.h"

#include <fmt/core.h>

#include <chrono>

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
    if (spec_.retry_after) reply.fields.emplace_back("Retry-After", retry_after(context));
    context.respond(std::move(reply));
  });
  return Flow::Hold;
}

std::string AbortFilter::retry_after(FilterContext& context) const {
  const auto after = std::chrono::duration_cast<std::chrono::seconds>(*spec_.retry_after);
  if (spec_.retry_as == rules::AbortSpec::RetryAs::Seconds) return std::to_string(after.count());
  const WallTime now = context.scheduler().clock().wall_now();
  return http_date({now.ns + spec_.retry_after->count()});
}

}  // namespace faultline::filters
