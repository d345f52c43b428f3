// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/cut/cut_filter.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace faultline::filters {
namespace {

using How = rules::CutSpec::How;

class CutStage final : public ByteStage {
 public:
  CutStage(FaultTicket& ticket, const rules::CutSpec& spec, FilterContext& context, Sink sink)
      : ticket_(ticket), spec_(spec), context_(context), sink_(std::move(sink)) {}

  void push(buffer::Chain&& bytes, bool end) override {
    if (is_cut_) {
      // Kept, not dropped: the sender meets back-pressure as it would with a peer gone silent.
      if (spec_.how == How::Silence) behind_.append(std::move(bytes));
      return;
    }
    const bool has_bytes = !bytes.empty();
    const auto room = static_cast<size_t>(std::min<uint64_t>(bytes.size(), spec_.at - passed_));
    auto before = bytes.take(room);
    passed_ += room;
    const bool is_reached = passed_ == spec_.at && has_bytes;
    if (!before.empty() || !is_reached) sink_(std::move(before), end && !is_reached);
    if (!is_reached) return;
    is_cut_ = true;
    behind_ = std::move(bytes);
    cut();
  }
  [[nodiscard]] size_t held_bytes() const noexcept override { return behind_.size(); }
  [[nodiscard]] bool is_holding() const noexcept override { return is_cut_; }

 private:
  void cut() {
    constexpr std::string_view kWords[] = {"close", "reset", "silence"};
    FaultAction action{
        .side = spec_.side,
        .action = fmt::format("{} at {}", kWords[static_cast<size_t>(spec_.how)], spec_.at),
        .delay_ns = spec_.hold.count(),
        .bytes = passed_};
    ticket_.apply(context_, std::move(action), [this] {
      if (spec_.how == How::Silence) {
        timer_ = context_.scheduler().call_after(
            spec_.hold, [this] { context_.end(EndKind::Close); }, true);
      } else {
        behind_.clear();
        context_.end(spec_.how == How::Reset ? EndKind::Reset : EndKind::Close);
      }
    });
  }

  FaultTicket& ticket_;
  const rules::CutSpec& spec_;
  FilterContext& context_;
  Sink sink_;
  uint64_t passed_ = 0;
  buffer::Chain behind_;
  bool is_cut_ = false;
  TimerHandle timer_;
};

}  // namespace

std::unique_ptr<ByteStage> CutFilter::make_stage(rules::Side /*side*/, FilterContext& context,
                                                 ByteStage::Sink sink) {
  return std::make_unique<CutStage>(ticket_, spec_, context, std::move(sink));
}

}  // namespace faultline::filters
