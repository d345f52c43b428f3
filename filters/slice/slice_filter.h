// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "filters/filter.h"

namespace faultline::filters {

/// Passes one direction on in small pieces with a gap between them: readers that take one read
/// for one message fail. Of an HTTP message it can be the head, the body or the trailers alone:
/// each wait of a client has a timeout of its own.
///
/// Fidelity: exact: each piece is a write of its own, at its own absolute time; the peer's kernel
/// may still join pieces that nobody read. Reaches upstream: yes. Upstream stalled: by
/// back-pressure once the watermark is reached. Piece i has the size of draw 3 + i.
class SliceFilter final : public Filter {
 public:
  SliceFilter(PlannedFault&& fault, const rules::SliceSpec& spec)
      : ticket_(std::move(fault)), spec_(spec) {}

  [[nodiscard]] Interest interest() const noexcept override { return bytes_of(spec_.side); }
  Flow on_request(RequestMessage& message, FilterContext& context) override;
  Flow on_response(ResponseMessage& message, FilterContext& context) override;
  [[nodiscard]] std::unique_ptr<ByteStage> make_stage(rules::Side side, FilterContext& context,
                                                      ByteStage::Sink sink) override;
  void on_end(FilterContext& context) override { ticket_.end(context); }

 private:
  FaultTicket ticket_;
  const rules::SliceSpec& spec_;  // lives in the snapshot the exchange pins
  bool is_chunked_ = false;       // the message of its side
};

}  // namespace faultline::filters
