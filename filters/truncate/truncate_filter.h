// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "filters/filter.h"
#include "filters/whole_body.h"

namespace faultline::filters {

/// Makes the body of an answer shorter than it was.
///
/// shorten: an honest answer with the first bytes only; its framing agrees, nothing shows that
/// something is missing. The chain buffers that one body. cut: the framing promises the whole,
/// the connection is closed (FIN) behind the first bytes of the content. no_last_chunk: all of a
/// chunked body, then FIN instead of its last chunk and trailers. What would change nothing (a
/// short body; cut and no_last_chunk where no framing can lie) is bypassed.
///
/// Fidelity: exact. Reaches upstream: yes. Upstream stalled: no.
class TruncateFilter final : public Filter {
 public:
  TruncateFilter(PlannedFault&& fault, const rules::TruncateSpec& spec)
      : ticket_(std::move(fault)), spec_(spec) {}

  [[nodiscard]] Interest interest() const noexcept override;
  [[nodiscard]] std::optional<rules::BypassReason> refuses_body(
      const http::Head& head) const override {
    return refuse_whole_body(head, body_limit());
  }
  Flow on_response(ResponseMessage& message, FilterContext& context) override;
  [[nodiscard]] std::unique_ptr<ByteStage> make_stage(rules::Side side, FilterContext& context,
                                                      ByteStage::Sink sink) override;
  void on_end(FilterContext& context) override { ticket_.end(context); }

 private:
  void shorten(ResponseMessage& message, FilterContext& context);

  FaultTicket ticket_;
  const rules::TruncateSpec& spec_;  // lives in the snapshot the exchange pins
  bool is_chunked_ = false;
};

}  // namespace faultline::filters
