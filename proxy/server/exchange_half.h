// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "filters/filter.h"
#include "proxy/base/message_view.h"
#include "proxy/buffer/chain.h"
#include "proxy/http/message.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

namespace faultline::server {

/// One direction of an exchange: what came in and has not gone out yet.
template <typename HeadType>
struct ExchangeHalf {
  HeadType head;
  buffer::Chain out;      // wire bytes of the body (and, once released, the head)
  buffer::Chain payload;  // content, kept for the mirror or for a filter that edits it
  uint64_t payload_bytes = 0;
  uint64_t payload_limit = 0;  // 0: nothing is kept
  bool has_head = false;
  bool is_buffering = false;   // a filter waits for the whole body
  bool is_released = false;    // bytes may go out
  bool is_complete = false;    // all of it came in
  bool is_end_staged = false;  // the stages know that no more comes
  bool is_delivered = false;   // all of it was given to the stream
  /// Bytes enter at the back and leave at the front.
  std::vector<std::unique_ptr<filters::ByteStage>> stages;

  [[nodiscard]] bool is_payload_cut() const noexcept { return payload_bytes > payload.size(); }

  void add(http::BodyPart&& part) {
    if (part.kind == http::BodyPart::Kind::Payload) {
      const bool is_kept = !is_payload_cut() && payload_bytes + part.bytes.size() <= payload_limit;
      payload_bytes += part.bytes.size();
      if (is_kept) payload.append(part.bytes);
    }
    out.append(std::move(part.bytes));
  }
  /// Bytes that a fault keeps back.
  [[nodiscard]] size_t held() const noexcept {
    size_t bytes = 0;
    for (const auto& stage : stages) bytes += stage->held_bytes();
    return bytes;
  }
  /// Bytes that wait here, also in a stage.
  [[nodiscard]] size_t waiting() const noexcept { return out.size() + held(); }
  /// A fault, and not a peer, is why nothing moves. A body that is being buffered waits for its
  /// peer.
  [[nodiscard]] bool is_held() const noexcept {
    return has_head && ((!is_released && !is_buffering) ||
                        std::any_of(stages.begin(), stages.end(),
                                    [](const auto& stage) { return stage->is_holding(); }));
  }
  /// The content kept is for a filter, which may want more of it than the mirror takes.
  void keep_for_mirror(uint64_t limit) {
    if (payload.size() > limit) payload = payload.take(limit);
  }
  [[nodiscard]] BodyState body_state() const noexcept {
    if (!is_complete) return BodyState::Aborted;
    return is_payload_cut() ? BodyState::TooLarge : BodyState::Complete;
  }
};

using RequestHalf = ExchangeHalf<http::RequestHead>;
using ResponseHalf = ExchangeHalf<http::ResponseHead>;

}  // namespace faultline::server
