// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "filters/filter.h"

namespace faultline::filters {

/// Lets nothing of one direction pass for a time, from a byte offset on; then all goes on.
///
/// hold: what comes is taken, up to the watermark, and waits; the time runs from the first byte
/// behind the offset. stop_reading: nothing more is read, so the sender's window closes (zero
/// window); the time runs from the byte before the offset, with offset 0 from the first moment
/// that direction exists. Fidelity: exact. Reaches upstream: yes. Upstream stalled: yes.
class StallFilter final : public Filter {
 public:
  StallFilter(PlannedFault&& fault, const rules::StallSpec& spec)
      : ticket_(std::move(fault)), spec_(spec) {}

  [[nodiscard]] Interest interest() const noexcept override { return bytes_of(spec_.side); }
  [[nodiscard]] std::unique_ptr<ByteStage> make_stage(rules::Side side, FilterContext& context,
                                                      ByteStage::Sink sink) override;
  void on_end(FilterContext& context) override { ticket_.end(context); }

 private:
  FaultTicket ticket_;
  const rules::StallSpec& spec_;  // lives in the snapshot the exchange pins
};

}  // namespace faultline::filters
