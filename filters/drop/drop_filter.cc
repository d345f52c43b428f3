// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/drop/drop_filter.h"

#include <utility>

namespace faultline::filters {
namespace {

using How = rules::DropSpec::How;

/// Swallows the answer of a TCP upstream and tells the filter that it came. An end without any
/// answer is no answer to lose: it goes on.
class LoseStage final : public ByteStage {
 public:
  LoseStage(DropFilter& filter, FilterContext& context, Sink sink)
      : filter_(filter), context_(context), sink_(std::move(sink)) {}
  void push(buffer::Chain&& bytes, bool end) override {
    has_answer_ = has_answer_ || !bytes.empty();
    if (is_retired_) {
      sink_(std::move(bytes), end);
    } else if (!bytes.empty()) {
      filter_.lose(context_);
    } else if (end && !has_answer_) {
      sink_(std::move(bytes), end);
    }
  }
  [[nodiscard]] size_t held_bytes() const noexcept override { return 0; }
  void retire(bool /*flush*/) override { is_retired_ = true; }

 private:
  DropFilter& filter_;
  FilterContext& context_;
  Sink sink_;
  bool has_answer_ = false;
  bool is_retired_ = false;
};

}  // namespace

Interest DropFilter::interest() const noexcept {
  const bool needs_stage = protocol_ == rules::Protocol::Tcp && spec_.how == How::LoseResponse;
  return needs_stage ? Interest::ResponseBytes : Interest::None;
}

Flow DropFilter::on_connection(FilterContext& context) { return drop(context); }

Flow DropFilter::on_request(RequestMessage& /*message*/, FilterContext& context) {
  if (spec_.how == How::KeepAliveRace && context.fault_log().id().exchange == 0) {
    // Nobody used the connection before: there is nothing to race with.
    ticket_.bypass(context, rules::BypassReason::NoTarget);
    return Flow::Continue;
  }
  return drop(context);
}

Flow DropFilter::drop(FilterContext& context) {
  FaultAction action{.side = rules::Side::Request, .action = ""};
  switch (spec_.how) {
    case How::LoseResponse:
      return Flow::Continue;
    case How::Close:
      action.action = "close";
      ticket_.apply(context, std::move(action), [&] { context.end(EndKind::Close); });
      break;
    case How::KeepAliveRace:
    case How::Reset:
      action.action = spec_.how == How::Reset ? "reset" : "reset on reuse";
      ticket_.apply(context, std::move(action), [&] { context.end(EndKind::Reset); });
      break;
    case How::BlackHole:
      action.action = "black hole";
      action.delay_ns = spec_.hold.count();
      ticket_.apply(context, std::move(action), [&] {
        timer_ = context.scheduler().call_after(
            spec_.hold, [&context] { context.end(EndKind::Close); }, true);
      });
      break;
  }
  return Flow::Hold;
}

Flow DropFilter::on_response(ResponseMessage& /*message*/, FilterContext& context) {
  if (spec_.how != How::LoseResponse) return Flow::Continue;
  lose(context);
  return Flow::Hold;
}

void DropFilter::lose(FilterContext& context) {
  if (ticket_.is_settled()) return;
  FaultAction action{.side = rules::Side::Response, .action = "lose response"};
  ticket_.apply(context, std::move(action), [&] { context.end(EndKind::Reset); });
}

std::unique_ptr<ByteStage> DropFilter::make_stage(rules::Side /*side*/, FilterContext& context,
                                                  ByteStage::Sink sink) {
  return std::make_unique<LoseStage>(*this, context, std::move(sink));
}

}  // namespace faultline::filters
