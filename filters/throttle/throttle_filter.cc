// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/throttle/throttle_filter.h"

#include "filters/byte_stages.h"

namespace faultline::filters {

std::unique_ptr<ByteStage> ThrottleFilter::make_stage(rules::Side side, FilterContext& context,
                                                      ByteStage::Sink sink) {
  std::unique_ptr<ByteStage> stage;
  FaultAction action{.side = side,
                     .action = {"throttle", static_cast<int64_t>(spec_.bytes_per_second), "B/s"}};
  ticket_.apply(context, std::move(action), [&] {
    stage = std::make_unique<ThrottleStage>(context.limiter(ticket_.fault(), spec_),
                                            context.scheduler(), std::move(sink));
  });
  return stage;
}

}  // namespace faultline::filters
