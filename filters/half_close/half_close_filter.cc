// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/half_close/half_close_filter.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace faultline::filters {
namespace {

using How = rules::HalfCloseSpec::How;

/// FIN before its time; what comes behind it is dropped.
class EarlyStage final : public ByteStage {
 public:
  EarlyStage(FaultTicket& ticket, const rules::HalfCloseSpec& spec, FilterContext& context,
             Sink sink)
      : ticket_(ticket), spec_(spec), context_(context), sink_(std::move(sink)) {}
  void push(buffer::Chain&& bytes, bool end) override {
    if (is_ended_) return;
    const bool has_bytes = !bytes.empty();
    const auto room = static_cast<size_t>(std::min<uint64_t>(bytes.size(), spec_.at - passed_));
    passed_ += room;
    if (passed_ < spec_.at || !has_bytes) {
      sink_(std::move(bytes), end);
      return;
    }
    is_ended_ = true;
    FaultAction action{
        .side = spec_.side, .action = fmt::format("FIN at {}", spec_.at), .bytes = passed_};
    ticket_.apply(context_, std::move(action), [&] { sink_(bytes.take(room), true); });
  }
  [[nodiscard]] size_t held_bytes() const noexcept override { return 0; }

 private:
  FaultTicket& ticket_;
  const rules::HalfCloseSpec& spec_;
  FilterContext& context_;
  Sink sink_;
  uint64_t passed_ = 0;
  bool is_ended_ = false;
};

/// Passes all but FIN.
class SwallowStage final : public ByteStage {
 public:
  SwallowStage(FaultTicket& ticket, const rules::HalfCloseSpec& spec, FilterContext& context,
               Sink sink)
      : ticket_(ticket), spec_(spec), context_(context), sink_(std::move(sink)) {}
  void push(buffer::Chain&& bytes, bool end) override {
    if (!bytes.empty()) sink_(std::move(bytes), false);
    if (!end || timer_.is_pending()) return;
    FaultAction action{.side = spec_.side, .action = "swallow FIN", .delay_ns = spec_.hold.count()};
    ticket_.apply(context_, std::move(action), [this] {
      timer_ = context_.scheduler().call_after(
          spec_.hold, [this] { context_.end(EndKind::Close); }, true);
    });
  }
  [[nodiscard]] size_t held_bytes() const noexcept override { return 0; }

 private:
  FaultTicket& ticket_;
  const rules::HalfCloseSpec& spec_;
  FilterContext& context_;
  Sink sink_;
  TimerHandle timer_;
};

}  // namespace

std::unique_ptr<ByteStage> HalfCloseFilter::make_stage(rules::Side /*side*/, FilterContext& context,
                                                       ByteStage::Sink sink) {
  if (spec_.how == How::Early) {
    return std::make_unique<EarlyStage>(ticket_, spec_, context, std::move(sink));
  }
  return std::make_unique<SwallowStage>(ticket_, spec_, context, std::move(sink));
}

}  // namespace faultline::filters
