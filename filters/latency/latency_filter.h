// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "filters/filter.h"

namespace faultline::filters {

/// Delays a message before it goes on (HTTP: the whole message, its head and so all that follows;
/// TCP: every byte of one direction, order and throughput kept).
///
/// Fidelity: exact. Reaches upstream: yes. Upstream stalled: on the response side by back-pressure
/// once the watermark is reached. The delay is draw 1 of the decision, drawn once.
class LatencyFilter final : public Filter {
 public:
  LatencyFilter(PlannedFault&& fault, const rules::LatencySpec& spec, rules::Protocol protocol)
      : ticket_(std::move(fault)), spec_(spec), protocol_(protocol) {}

  [[nodiscard]] Interest interest() const noexcept override;
  Flow on_request(RequestMessage& message, FilterContext& context) override;
  Flow on_response(ResponseMessage& message, FilterContext& context) override;
  [[nodiscard]] std::unique_ptr<ByteStage> make_stage(rules::Side side, FilterContext& context,
                                                      ByteStage::Sink sink) override;
  void on_disarm(FilterContext& context, bool flush) override;
  void on_end(FilterContext& context) override;

 private:
  Flow hold(rules::Side side, FilterContext& context);
  [[nodiscard]] Duration drawn(FilterContext& context) const;

  FaultTicket ticket_;
  const rules::LatencySpec& spec_;  // lives in the snapshot the exchange pins
  rules::Protocol protocol_;
  TimerHandle timer_;
};

}  // namespace faultline::filters
