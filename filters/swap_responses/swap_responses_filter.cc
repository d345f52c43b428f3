// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/swap_responses/swap_responses_filter.h"

#include "filters/response_memory.h"
#include "filters/swap_board.h"

#include <utility>

namespace faultline::filters {

SwapResponsesFilter::~SwapResponsesFilter() {
  if (waits_in_ != nullptr) waits_in_->swaps().leave(*this);
}

Flow SwapResponsesFilter::on_request(RequestMessage& message, FilterContext& /*context*/) {
  is_head_ = message.head.method == "HEAD";
  return Flow::Continue;
}

Flow SwapResponsesFilter::on_response(ResponseMessage& message, FilterContext& context) {
  if (ticket_.is_settled()) return Flow::Continue;
  if (message.body == nullptr || is_head_) {
    ticket_.bypass(context, message.body_refused.value_or(rules::BypassReason::NoTarget));
    return Flow::Continue;
  }
  auto own = reply_of(message.head, message.body->to_string());
  const auto& rule = ticket_.fault().rule->name;
  if (SwapResponsesFilter* const partner = context.swaps().take(rule)) {
    auto other = std::move(*partner->own_);
    FilterContext& partner_context = *std::exchange(partner->waits_in_, nullptr);
    partner->timer_.cancel();
    give(context, std::move(other));
    partner->give(partner_context, std::move(own));
    return Flow::Hold;
  }
  own_ = std::move(own);
  waits_in_ = &context;
  context.swaps().wait(rule, *this);
  timer_ = context.scheduler().call_after(spec_.wait, [this, &context] { give_up(context); }, true);
  return Flow::Hold;
}

void SwapResponsesFilter::give(FilterContext& context, http::LocalReply other) {
  FaultAction action{.side = rules::Side::Response,
                     .action = "answer of another request",
                     .bytes = other.body.size()};
  ticket_.apply(context, std::move(action), [&] { context.respond(std::move(other)); });
}

void SwapResponsesFilter::give_up(FilterContext& context) {
  context.swaps().leave(*this);
  waits_in_ = nullptr;
  ticket_.bypass(context, rules::BypassReason::NoTarget);
  context.proceed(rules::Side::Response);
}

void SwapResponsesFilter::on_end(FilterContext& context) {
  if (std::exchange(waits_in_, nullptr) != nullptr) context.swaps().leave(*this);
  ticket_.end(context);
}

}  // namespace faultline::filters
