// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "filters/filter.h"

#include <string>

namespace faultline::filters {

/// Mutates one place of a JSON body: remove, rename, retype, null, extra member, enum member out
/// of range. The chain buffers that one message; what does not fit, is compressed, streams or is
/// not JSON is bypassed and counted, and goes on untouched.
///
/// Fidelity: exact. Reaches upstream: yes. Upstream stalled: no (read into the buffer). With
/// `any`, the place is draw 2 of the decision among the properties that the contract declares.
class SchemaDriftFilter final : public Filter {
 public:
  SchemaDriftFilter(PlannedFault&& fault, const rules::SchemaDriftSpec& spec)
      : ticket_(std::move(fault)), spec_(spec) {}

  [[nodiscard]] Interest interest() const noexcept override {
    return spec_.side == rules::Side::Request ? Interest::RequestBody : Interest::ResponseBody;
  }
  [[nodiscard]] uint64_t body_limit() const noexcept override { return spec_.body_max; }
  [[nodiscard]] std::optional<rules::BypassReason> refuses_body(
      const http::Head& head) const override;
  Flow on_request(RequestMessage& message, FilterContext& context) override;
  Flow on_response(ResponseMessage& message, FilterContext& context) override;
  void on_end(FilterContext& context) override { ticket_.end(context); }

 private:
  template <typename HeadType>
  void mutate(Message<HeadType>& message, FilterContext& context, int status);

  FaultTicket ticket_;
  const rules::SchemaDriftSpec& spec_;  // lives in the snapshot the exchange pins
  std::string method_;                  // of the request, for the contract's lookup
  std::string target_;
};

}  // namespace faultline::filters
