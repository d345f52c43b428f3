// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "filters/filter.h"

namespace faultline::filters {

/// Limits the bytes per second of one direction, by exchange, by connection or for the whole
/// listener. Heads count as bytes.
///
/// Fidelity: exact (GCRA, releases of 5 ms of the rate). Reaches upstream: yes. Upstream stalled:
/// by back-pressure once the watermark is reached.
class ThrottleFilter final : public Filter {
 public:
  ThrottleFilter(PlannedFault&& fault, const rules::ThrottleSpec& spec)
      : ticket_(std::move(fault)), spec_(spec) {}

  [[nodiscard]] Interest interest() const noexcept override { return bytes_of(spec_.side); }
  [[nodiscard]] std::unique_ptr<ByteStage> make_stage(rules::Side side, FilterContext& context,
                                                      ByteStage::Sink sink) override;
  void on_end(FilterContext& context) override { ticket_.end(context); }

 private:
  FaultTicket ticket_;
  const rules::ThrottleSpec& spec_;  // lives in the snapshot the exchange pins
};

}  // namespace faultline::filters
