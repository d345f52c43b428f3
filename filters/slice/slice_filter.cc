// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/slice/slice_filter.h"

#include "filters/byte_stages.h"
#include "proxy/base/random.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace faultline::filters {
namespace {

constexpr uint64_t kFirstSizeDraw = 3;

class SliceStage final : public PacedStage {
 public:
  SliceStage(const FaultTicket& ticket, const rules::SliceSpec& spec, FilterContext& context,
             Sink sink)
      : PacedStage(context.scheduler(), std::move(sink)),
        ticket_(ticket),
        spec_(spec),
        context_(context) {}

 private:
  Piece next_piece(size_t available, MonoTime now) override {
    const Piece piece{std::min<size_t>(available, next_size()), std::max(now, next_due_)};
    next_due_ = piece.due + spec_.gap;
    return piece;
  }
  size_t next_size() {
    const uint64_t draw = kFirstSizeDraw + pieces_++;
    if (spec_.variation == 0) return spec_.bytes;
    return spec_.bytes - spec_.variation +
           random::scale(ticket_.draw(context_, draw), 2 * spec_.variation + 1);
  }

  const FaultTicket& ticket_;
  const rules::SliceSpec& spec_;
  FilterContext& context_;
  uint64_t pieces_ = 0;
  MonoTime next_due_{};
};

}  // namespace

std::unique_ptr<ByteStage> SliceFilter::make_stage(rules::Side side, FilterContext& context,
                                                   ByteStage::Sink sink) {
  std::unique_ptr<ByteStage> stage;
  FaultAction action{.side = side,
                     .action = fmt::format("slice {} +- {} B every {} ns", spec_.bytes,
                                           spec_.variation, spec_.gap.count())};
  ticket_.apply(context, std::move(action), [&] {
    stage = std::make_unique<SliceStage>(ticket_, spec_, context, std::move(sink));
  });
  return stage;
}

}  // namespace faultline::filters
