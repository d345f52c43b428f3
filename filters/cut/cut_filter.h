// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "filters/filter.h"

namespace faultline::filters {

/// Ends the connection (HTTP: the exchange and its connections) when a byte offset of one
/// direction has been reached: FIN, RST, or silence and FIN later. Exactly the bytes before the
/// offset arrive. With offset 0 it acts on the first byte.
///
/// Fidelity: exact. Reaches upstream: in part on the request side, yes on the response side.
/// Upstream stalled: by silence, once the watermark is reached.
class CutFilter final : public Filter {
 public:
  CutFilter(PlannedFault&& fault, const rules::CutSpec& spec)
      : ticket_(std::move(fault)), spec_(spec) {}

  [[nodiscard]] Interest interest() const noexcept override { return bytes_of(spec_.side); }
  [[nodiscard]] std::unique_ptr<ByteStage> make_stage(rules::Side side, FilterContext& context,
                                                      ByteStage::Sink sink) override;
  void on_end(FilterContext& context) override { ticket_.end(context); }

 private:
  FaultTicket ticket_;
  const rules::CutSpec& spec_;  // lives in the snapshot the exchange pins
};

}  // namespace faultline::filters
