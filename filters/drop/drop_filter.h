// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "filters/filter.h"

namespace faultline::filters {

/// Ends an exchange or a connection without an answer.
///
/// close: FIN. reset: RST. black_hole: silence for a time, then FIN. None of them reaches the
/// upstream; on TCP they act when the client connects. keep_alive_race: RST as the client writes a
/// further request, as a server does that closed the idle connection a moment before; the first
/// request of a connection is bypassed. lose_response: the upstream acted, its
/// answer is lost and the client sees RST (TCP: at the first byte of the answer). Fidelity: exact.
/// Upstream stalled: no.
class DropFilter final : public Filter {
 public:
  DropFilter(PlannedFault&& fault, const rules::DropSpec& spec, rules::Protocol protocol)
      : ticket_(std::move(fault)), spec_(spec), protocol_(protocol) {}

  [[nodiscard]] Interest interest() const noexcept override;
  Flow on_connection(FilterContext& context) override;
  Flow on_request(RequestMessage& message, FilterContext& context) override;
  Flow on_response(ResponseMessage& message, FilterContext& context) override;
  [[nodiscard]] std::unique_ptr<ByteStage> make_stage(rules::Side side, FilterContext& context,
                                                      ByteStage::Sink sink) override;
  void on_end(FilterContext& context) override { ticket_.end(context); }
  /// The answer is here: lose it.
  void lose(FilterContext& context);

 private:
  Flow drop(FilterContext& context);

  FaultTicket ticket_;
  const rules::DropSpec& spec_;  // lives in the snapshot the exchange pins
  rules::Protocol protocol_;
  TimerHandle timer_;
};

}  // namespace faultline::filters
