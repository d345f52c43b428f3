// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/stall/stall_filter.h"

#include "filters/byte_stages.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace faultline::filters {
namespace {

class StallStage final : public PacedStage {
 public:
  StallStage(FaultTicket& ticket, const rules::StallSpec& spec, FilterContext& context, Sink sink)
      : PacedStage(context.scheduler(), std::move(sink)),
        ticket_(ticket),
        spec_(spec),
        context_(context) {
    if (spec_.at == 0 && stops_reading()) begin();
  }

  [[nodiscard]] bool is_holding() const noexcept override {
    return resume_timer_.is_pending() || PacedStage::is_holding();
  }

 private:
  [[nodiscard]] bool stops_reading() const noexcept {
    return spec_.how == rules::StallSpec::How::StopReading;
  }

  void begin() {
    FaultAction action{
        .side = spec_.side,
        .action = fmt::format("{} {} ns at {}", stops_reading() ? "stop reading" : "hold",
                              spec_.hold.count(), spec_.at),
        .delay_ns = spec_.hold.count()};
    ticket_.apply(context_, std::move(action), [this] {
      has_begun_ = true;
      until_ = scheduler().clock().now() + spec_.hold;
      if (!stops_reading()) return;
      context_.pause_source(spec_.side);
      resume_timer_ =
          scheduler().call_after(spec_.hold, [this] { context_.resume_source(spec_.side); }, true);
    });
  }

  Piece next_piece(size_t available, MonoTime now) override {
    if (passed_ < spec_.at) {
      const auto bytes = static_cast<size_t>(std::min<uint64_t>(available, spec_.at - passed_));
      passed_ += bytes;
      if (passed_ == spec_.at && stops_reading()) begin();
      return {bytes, now};
    }
    if (!has_begun_) begin();
    return {available, std::max(now, until_)};
  }

  FaultTicket& ticket_;
  const rules::StallSpec& spec_;
  FilterContext& context_;
  uint64_t passed_ = 0;
  bool has_begun_ = false;
  MonoTime until_{};
  TimerHandle resume_timer_;
};

}  // namespace

std::unique_ptr<ByteStage> StallFilter::make_stage(rules::Side /*side*/, FilterContext& context,
                                                   ByteStage::Sink sink) {
  return std::make_unique<StallStage>(ticket_, spec_, context, std::move(sink));
}

}  // namespace faultline::filters
