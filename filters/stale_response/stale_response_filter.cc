// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/stale_response/stale_response_filter.h"

#include "filters/response_memory.h"

#include <utility>

namespace faultline::filters {

StaleResponseFilter::StaleResponseFilter(const rules::RuleConfig& rule)
    : spec_(std::get<rules::StaleResponseSpec>(rule.fault)), key_(rule.name) {}

StaleResponseFilter::StaleResponseFilter(PlannedFault&& fault, const rules::StaleResponseSpec& spec)
    : ticket_(std::move(fault)), spec_(spec), key_(ticket_->fault().rule->name) {}

Flow StaleResponseFilter::on_request(RequestMessage& message, FilterContext& /*context*/) {
  is_head_ = message.head.method == "HEAD";
  key_ += ' ';
  key_ += message.head.method;
  key_ += ' ';
  key_ += message.head.target;
  return Flow::Continue;
}

Flow StaleResponseFilter::on_response(ResponseMessage& message, FilterContext& context) {
  if (ticket_ && !ticket_->is_settled() && give_old(context)) return Flow::Hold;
  const int status = message.head.status;
  const bool is_good = status >= 200 && status < 300 && !is_head_;
  if (is_good && message.body != nullptr) {
    context.responses().put(key_, reply_of(message.head, message.body->to_string()));
  }
  return Flow::Continue;
}

bool StaleResponseFilter::give_old(FilterContext& context) {
  const auto old = is_head_ ? nullptr : context.responses().get(key_);
  if (!old) {
    ticket_->bypass(context, rules::BypassReason::NoTarget);
    return false;
  }
  FaultAction action{
      .side = rules::Side::Response, .action = "stale answer", .bytes = old->body.size()};
  ticket_->apply(context, std::move(action), [&] { context.respond(*old); });
  return true;
}

}  // namespace faultline::filters
