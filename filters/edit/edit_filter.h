// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "filters/filter.h"

namespace faultline::filters {

/// Edits a head: sets, removes, duplicates fields, rewrites the status of an answer. Framing
/// fields are out of its reach, so a message stays a message; a status that forbids a body gets one
/// of length 0 when it becomes one that needs framing.
///
/// Fidelity: exact. Reaches upstream: yes. Upstream stalled: no. A head in which there is nothing
/// to change is bypassed.
class EditFilter final : public Filter {
 public:
  EditFilter(PlannedFault&& fault, const rules::EditSpec& spec)
      : ticket_(std::move(fault)), spec_(spec) {}

  Flow on_request(RequestMessage& message, FilterContext& context) override;
  Flow on_response(ResponseMessage& message, FilterContext& context) override;
  void on_end(FilterContext& context) override { ticket_.end(context); }

 private:
  [[nodiscard]] bool changes(const http::Head& head) const;
  void edit(http::Head& head) const;
  [[nodiscard]] FaultAction action() const;

  FaultTicket ticket_;
  const rules::EditSpec& spec_;  // lives in the snapshot the exchange pins
};

}  // namespace faultline::filters
