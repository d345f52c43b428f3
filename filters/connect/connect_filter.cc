// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/connect/connect_filter.h"

#include <fmt/core.h>

#include <utility>

namespace faultline::filters {
namespace {

using Then = rules::ConnectSpec::Then;

http::LocalReply gateway_reply(Then then) {
  const bool is_timeout = then == Then::TimeOut;
  http::LocalReply reply;
  reply.status = is_timeout ? 504 : 502;
  reply.fields.emplace_back("Content-Type", "text/plain; charset=utf-8");
  reply.body =
      fmt::format("faultline: injected: connect_{}\n", is_timeout ? "timed_out" : "refused");
  return reply;
}

}  // namespace

template <typename Fail>
Flow ConnectFilter::act(FilterContext& context, Fail fail) {
  constexpr std::string_view kWords[] = {"dial late", "refuse", "time out"};
  FaultAction action{
      .side = rules::Side::Request,
      .action = fmt::format("{} after {} ns", kWords[static_cast<size_t>(spec_.then)],
                            spec_.delay.count()),
      .delay_ns = spec_.delay.count()};
  ticket_.apply(context, std::move(action), [&] {
    timer_ = context.scheduler().call_after(
        spec_.delay,
        [this, &context, fail] {
          if (spec_.then == Then::Dial) {
            context.proceed(rules::Side::Request);
          } else {
            fail(context);
          }
        },
        true);
  });
  return Flow::Hold;
}

Flow ConnectFilter::on_connection(FilterContext& context) {
  return act(context, [](FilterContext& on) { on.end(EndKind::Reset); });
}

Flow ConnectFilter::on_request(RequestMessage& /*message*/, FilterContext& context) {
  return act(context, [then = spec_.then](FilterContext& on) { on.respond(gateway_reply(then)); });
}

}  // namespace faultline::filters
