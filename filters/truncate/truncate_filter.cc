// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/truncate/truncate_filter.h"

#include "filters/wire_scanner.h"
#include "proxy/http/framing.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace faultline::filters {
namespace {

using How = rules::TruncateSpec::How;

/// Passes the message up to the place where it breaks off, then ends the exchange with FIN.
class BreakOffStage final : public ByteStage {
 public:
  BreakOffStage(FaultTicket& ticket, const rules::TruncateSpec& spec, bool is_chunked,
                FilterContext& context, Sink sink)
      : ticket_(ticket),
        spec_(spec),
        context_(context),
        sink_(std::move(sink)),
        scanner_(is_chunked) {}

  void push(buffer::Chain&& bytes, bool end) override {
    if (is_broken_) return;
    if (is_retired_) {
      sink_(std::move(bytes), end);
      return;
    }
    buffer::Chain whole;
    while (!bytes.empty()) {
      const auto run = scanner_.next(bytes.slices().front().view());
      const size_t passes = length_before_break(run);
      whole.append(bytes.take(passes));
      if (passes == run.bytes) continue;
      is_broken_ = true;
      break;
    }
    if (!whole.empty() || !is_broken_) sink_(std::move(whole), end && !is_broken_);
    if (is_broken_) break_off();
  }
  [[nodiscard]] size_t held_bytes() const noexcept override { return 0; }
  void retire(bool /*flush*/) override { is_retired_ = true; }

 private:
  [[nodiscard]] size_t length_before_break(WireScanner::Run run) {
    if (run.part == WirePart::End) return spec_.how == How::NoLastChunk ? 0 : run.bytes;
    if (run.part != WirePart::Payload) return run.bytes;
    const uint64_t room = spec_.how == How::Cut ? spec_.at - payload_ : run.bytes;
    const auto passes = static_cast<size_t>(std::min<uint64_t>(room, run.bytes));
    payload_ += passes;
    return passes;
  }
  void break_off() {
    FaultAction action{
        .side = rules::Side::Response,
        .action = spec_.how == How::Cut ? fmt::format("cut body at {}", spec_.at) : "no last chunk",
        .bytes = payload_};
    ticket_.apply(context_, std::move(action), [this] { context_.end(EndKind::Close); });
  }

  FaultTicket& ticket_;
  const rules::TruncateSpec& spec_;
  FilterContext& context_;
  Sink sink_;
  WireScanner scanner_;
  uint64_t payload_ = 0;  // passed
  bool is_broken_ = false;
  bool is_retired_ = false;
};

}  // namespace

Interest TruncateFilter::interest() const noexcept {
  if (ticket_.is_settled()) return Interest::None;
  return spec_.how == How::Shorten ? Interest::ResponseBody : Interest::ResponseBytes;
}

Flow TruncateFilter::on_response(ResponseMessage& message, FilterContext& context) {
  using http::BodyFraming;
  if (spec_.how == How::Shorten) {
    shorten(message, context);
    return Flow::Continue;
  }
  const auto framing = message.head.framing;
  is_chunked_ = framing == BodyFraming::Chunked;
  const bool can_lie = is_chunked_ || (spec_.how == How::Cut && framing == BodyFraming::Length &&
                                       message.head.content_length > spec_.at);
  if (!can_lie) ticket_.bypass(context, rules::BypassReason::NoTarget);
  return Flow::Continue;
}

void TruncateFilter::shorten(ResponseMessage& message, FilterContext& context) {
  if (message.body == nullptr || message.body->size() <= spec_.at) {
    ticket_.bypass(context, message.body_refused.value_or(rules::BypassReason::NoTarget));
    return;
  }
  FaultAction action{.side = rules::Side::Response,
                     .action = fmt::format("shorten body to {}", spec_.at),
                     .bytes = message.body->size() - spec_.at};
  ticket_.apply(context, std::move(action), [&] {
    *message.body = message.body->take(spec_.at);
    message.is_body_edited = true;
    if (message.head.framing == http::BodyFraming::Length) {
      http::frame_as_length(message.head, spec_.at);
    }
  });
}

std::unique_ptr<ByteStage> TruncateFilter::make_stage(rules::Side /*side*/, FilterContext& context,
                                                      ByteStage::Sink sink) {
  return std::make_unique<BreakOffStage>(ticket_, spec_, is_chunked_, context, std::move(sink));
}

}  // namespace faultline::filters
