// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "filters/filter.h"
#include "filters/whole_body.h"

namespace faultline::filters {

/// Sends the request to the upstream a second time, on a connection of its own; the client gets
/// the answer of the first, that of the copy is read and dropped. Shows what is not idempotent.
/// The chain buffers the request; one that is too long, waits for 100 or leaves HTTP is bypassed.
///
/// Fidelity: exact. Reaches upstream: twice. Upstream stalled: no.
class DuplicateRequestFilter final : public Filter {
 public:
  DuplicateRequestFilter(PlannedFault&& fault, const rules::DuplicateRequestSpec& spec)
      : ticket_(std::move(fault)), spec_(spec) {}

  [[nodiscard]] Interest interest() const noexcept override { return Interest::RequestBody; }
  [[nodiscard]] std::optional<rules::BypassReason> refuses_body(
      const http::Head& head) const override {
    return refuse_whole_body(head, body_limit());
  }
  Flow on_request(RequestMessage& message, FilterContext& context) override;
  void on_end(FilterContext& context) override { ticket_.end(context); }

 private:
  FaultTicket ticket_;
  const rules::DuplicateRequestSpec& spec_;  // lives in the snapshot the exchange pins
};

}  // namespace faultline::filters
