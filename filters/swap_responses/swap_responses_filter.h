// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "filters/filter.h"
#include "filters/whole_body.h"

#include <optional>

namespace faultline::filters {

/// Exchanges the answers of two requests in flight on one worker: the first waits, up to a limit,
/// for a second match of the rule; each client then gets what the other asked for. Without a
/// partner in time the answer goes on as it is (bypassed). Shows answers that nobody correlates.
///
/// Fidelity: emulated (a server that mixes up answers). Reaches upstream: yes. Upstream stalled:
/// no (read into the buffer). Gives one client's data to another: the rule must say
/// `allow_mixup: true`.
class SwapResponsesFilter final : public Filter {
 public:
  SwapResponsesFilter(PlannedFault&& fault, const rules::SwapResponsesSpec& spec)
      : ticket_(std::move(fault)), spec_(spec) {}
  ~SwapResponsesFilter() override;
  SwapResponsesFilter(const SwapResponsesFilter&) = delete;
  SwapResponsesFilter& operator=(const SwapResponsesFilter&) = delete;

  [[nodiscard]] Interest interest() const noexcept override { return Interest::ResponseBody; }
  [[nodiscard]] uint64_t body_limit() const noexcept override { return spec_.body_max; }
  [[nodiscard]] std::optional<rules::BypassReason> refuses_body(
      const http::Head& head) const override {
    return refuse_whole_body(head, body_limit());
  }
  Flow on_request(RequestMessage& message, FilterContext& context) override;
  Flow on_response(ResponseMessage& message, FilterContext& context) override;
  void on_end(FilterContext& context) override;

 private:
  void give(FilterContext& context, http::LocalReply other);
  void give_up(FilterContext& context);

  FaultTicket ticket_;
  const rules::SwapResponsesSpec& spec_;  // lives in the snapshot the exchange pins
  std::optional<http::LocalReply> own_;   // while it waits
  FilterContext* waits_in_ = nullptr;
  bool is_head_ = false;
  TimerHandle timer_;
};

}  // namespace faultline::filters
