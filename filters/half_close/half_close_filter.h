// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "filters/filter.h"

namespace faultline::filters {

/// Breaks the half-close of one direction of a TCP connection. early: FIN behind a byte offset,
/// while that sender goes on into the void and the other direction stays whole. swallow: its FIN
/// is not passed on, so the reader waits; the connection is closed some time after.
///
/// Fidelity: exact. Reaches upstream: yes. Upstream stalled: no.
class HalfCloseFilter final : public Filter {
 public:
  HalfCloseFilter(PlannedFault&& fault, const rules::HalfCloseSpec& spec)
      : ticket_(std::move(fault)), spec_(spec) {}

  [[nodiscard]] Interest interest() const noexcept override { return bytes_of(spec_.side); }
  [[nodiscard]] std::unique_ptr<ByteStage> make_stage(rules::Side side, FilterContext& context,
                                                      ByteStage::Sink sink) override;
  void on_end(FilterContext& context) override { ticket_.end(context); }

 private:
  FaultTicket ticket_;
  const rules::HalfCloseSpec& spec_;  // lives in the snapshot the connection pins
};

}  // namespace faultline::filters
