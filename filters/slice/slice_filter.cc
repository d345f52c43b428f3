// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/slice/slice_filter.h"

#include "filters/byte_stages.h"
#include "filters/wire_scanner.h"
#include "proxy/base/random.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace faultline::filters {
namespace {

constexpr uint64_t kFirstSizeDraw = 3;

class SliceStage final : public PacedStage {
 public:
  SliceStage(const FaultTicket& ticket, const rules::SliceSpec& spec, bool is_chunked,
             FilterContext& context, Sink sink)
      : PacedStage(context.scheduler(), std::move(sink)),
        ticket_(ticket),
        spec_(spec),
        context_(context),
        scanner_(is_chunked) {}

 private:
  using Part = rules::SliceSpec::Part;

  Piece next_piece(size_t available, std::string_view front, MonoTime now) override {
    size_t most = available;
    if (spec_.part != Part::All) {
      if (run_.bytes == 0) run_ = scanner_.next(front.substr(0, available));
      most = run_.bytes;
      if (!is_sliced(run_.part)) {
        run_.bytes = 0;
        return {most, now};
      }
    }
    const Piece piece{std::min<size_t>(most, next_size()), std::max(now, next_due_)};
    run_.bytes -= std::min(run_.bytes, piece.bytes);
    next_due_ = piece.due + spec_.gap;
    return piece;
  }
  [[nodiscard]] bool is_sliced(WirePart part) const noexcept {
    if (part == WirePart::Head) return spec_.part == Part::Head;
    if (part == WirePart::End) return spec_.part == Part::Trailers;
    return spec_.part == Part::Body;
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
  WireScanner scanner_;
  WireScanner::Run run_;  // of the parts: what is left of the present one
  uint64_t pieces_ = 0;
  MonoTime next_due_{};
};

}  // namespace

Flow SliceFilter::on_request(RequestMessage& message, FilterContext& /*context*/) {
  if (spec_.side == rules::Side::Request) {
    is_chunked_ = message.head.framing == http::BodyFraming::Chunked;
  }
  return Flow::Continue;
}

Flow SliceFilter::on_response(ResponseMessage& message, FilterContext& /*context*/) {
  if (spec_.side == rules::Side::Response) {
    is_chunked_ = message.head.framing == http::BodyFraming::Chunked;
  }
  return Flow::Continue;
}

std::unique_ptr<ByteStage> SliceFilter::make_stage(rules::Side side, FilterContext& context,
                                                   ByteStage::Sink sink) {
  std::unique_ptr<ByteStage> stage;
  FaultAction action{.side = side,
                     .action = fmt::format("slice {} +- {} B every {} ns", spec_.bytes,
                                           spec_.variation, spec_.gap.count())};
  ticket_.apply(context, std::move(action), [&] {
    stage = std::make_unique<SliceStage>(ticket_, spec_, is_chunked_, context, std::move(sink));
  });
  return stage;
}

}  // namespace faultline::filters
