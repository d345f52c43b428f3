// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "filters/filter.h"

#include <string>

namespace faultline::filters {

/// Answers with a status, fields and a body of the rule's choice.
///
/// Fidelity: exact. Reaches upstream: no with `effect: before`; yes with `effect: after`, where
/// the upstream has acted and its answer is replaced. Upstream stalled: no.
class AbortFilter final : public Filter {
 public:
  AbortFilter(PlannedFault&& fault, const rules::AbortSpec& spec)
      : ticket_(std::move(fault)), spec_(spec) {}

  Flow on_request(RequestMessage& message, FilterContext& context) override;
  Flow on_response(ResponseMessage& message, FilterContext& context) override;
  void on_end(FilterContext& context) override { ticket_.end(context); }

 private:
  Flow answer(rules::Side side, FilterContext& context);
  [[nodiscard]] std::string retry_after(FilterContext& context) const;

  FaultTicket ticket_;
  const rules::AbortSpec& spec_;  // lives in the snapshot the exchange pins
};

}  // namespace faultline::filters
