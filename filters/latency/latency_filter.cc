// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/latency/latency_filter.h"

#include "filters/byte_stages.h"

namespace faultline::filters {
namespace {

FaultAction delay_action(rules::Side side, Duration delay) {
  return {.side = side, .action = {"delay", delay.count(), "ns"}, .delay_ns = delay.count()};
}

}  // namespace

Interest LatencyFilter::interest() const noexcept {
  if (protocol_ == rules::Protocol::Http) return Interest::None;
  return bytes_of(spec_.side);
}

Duration LatencyFilter::drawn(FilterContext& context) const {
  return Duration(rules::latency_ns(spec_, ticket_.draw(context, 1)));
}

Flow LatencyFilter::on_request(RequestMessage& /*message*/, FilterContext& context) {
  return spec_.side == rules::Side::Request ? hold(rules::Side::Request, context) : Flow::Continue;
}

Flow LatencyFilter::on_response(ResponseMessage& /*message*/, FilterContext& context) {
  return spec_.side == rules::Side::Response ? hold(rules::Side::Response, context)
                                             : Flow::Continue;
}

Flow LatencyFilter::hold(rules::Side side, FilterContext& context) {
  const Duration delay = drawn(context);
  ticket_.apply(context, delay_action(side, delay), [&] {
    timer_ =
        context.scheduler().call_after(delay, [&context, side] { context.proceed(side); }, true);
  });
  return Flow::Hold;
}

std::unique_ptr<ByteStage> LatencyFilter::make_stage(rules::Side side, FilterContext& context,
                                                     ByteStage::Sink sink) {
  const Duration delay = drawn(context);
  std::unique_ptr<ByteStage> stage;
  ticket_.apply(context, delay_action(side, delay), [&] {
    stage = std::make_unique<DelayStage>(delay, context.scheduler(), std::move(sink));
  });
  return stage;
}

void LatencyFilter::on_disarm(FilterContext& context, bool flush) {
  if (!flush || !timer_.is_pending()) return;
  timer_.cancel();
  context.proceed(spec_.side);
}

void LatencyFilter::on_end(FilterContext& context) { ticket_.end(context); }

}  // namespace faultline::filters
