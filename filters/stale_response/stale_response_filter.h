// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "filters/filter.h"
#include "filters/whole_body.h"

#include <optional>
#include <string>

namespace faultline::filters {

/// Gives the client the last good answer (2xx) of the same method and target again, with its old
/// fields, in place of the fresh one. Every match of the rule is remembered, fired or not; when
/// there is no older answer the fresh one goes on (bypassed).
///
/// Fidelity: exact. Reaches upstream: yes. Upstream stalled: no (read into the buffer).
class StaleResponseFilter final : public Filter {
 public:
  /// Without a fault it only remembers.
  explicit StaleResponseFilter(const rules::RuleConfig& rule);
  StaleResponseFilter(PlannedFault&& fault, const rules::StaleResponseSpec& spec);

  [[nodiscard]] Interest interest() const noexcept override { return Interest::ResponseBody; }
  [[nodiscard]] uint64_t body_limit() const noexcept override { return spec_.body_max; }
  [[nodiscard]] std::optional<rules::BypassReason> refuses_body(
      const http::Head& head) const override {
    return refuse_whole_body(head, body_limit());
  }
  Flow on_request(RequestMessage& message, FilterContext& context) override;
  Flow on_response(ResponseMessage& message, FilterContext& context) override;
  void on_end(FilterContext& context) override {
    if (ticket_) ticket_->end(context);
  }

 private:
  /// True when an old answer was given.
  bool give_old(FilterContext& context);

  std::optional<FaultTicket> ticket_;
  const rules::StaleResponseSpec& spec_;  // lives in the snapshot the exchange pins
  std::string key_;                       // rule, method, target
  bool is_head_ = false;                  // HEAD: there is no body to remember
};

}  // namespace faultline::filters
