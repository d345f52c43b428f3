// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/lifetime/lifetime_filter.h"

#include <fmt/core.h>

#include <utility>

namespace faultline::filters {

Flow LifetimeFilter::on_connection(FilterContext& context) {
  timer_ = context.scheduler().call_after(spec_.hold, [this, &context] { expire(context); }, true);
  return Flow::Continue;
}

void LifetimeFilter::expire(FilterContext& context) {
  const bool resets = spec_.how == rules::LifetimeSpec::How::Reset;
  FaultAction action{
      .side = rules::Side::Response,
      .action = fmt::format("{} after {} ns", resets ? "reset" : "close", spec_.hold.count())};
  ticket_.apply(context, std::move(action),
                [&] { context.end(resets ? EndKind::Reset : EndKind::Close); });
}

}  // namespace faultline::filters
