// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/server/client_rate.h"

#include <utility>

namespace faultline::server {

ClientRate::ClientRate(const rules::MinRateConfig& floor) noexcept
    : floor_(floor),
      request_(floor.request, floor.over, RateFloor::Silence::IsJudged),
      response_(floor.response, floor.over, RateFloor::Silence::Waits) {}

ClientRate::Verdict ClientRate::look(MonoTime now, const io::Stream& stream, uint64_t exchange,
                                     bool owes_request) noexcept {
  const bool is_same = std::exchange(exchange_, exchange) == exchange;
  const bool was_read = std::exchange(pauses_, stream.pauses()) == stream.pauses();
  if (!owes_request || !is_same || !was_read || stream.is_paused()) {
    request_.excuse();
  } else if (request_.is_below(now, stream.bytes_read())) {
    return Verdict::SlowRequest;
  }
  // Bytes wait here only when the kernel has no room left: as long as some do, the client has
  // something to take.
  if (stream.queued_bytes() == 0) {
    response_.excuse();
  } else if (response_.is_below(now, stream.bytes_acknowledged())) {
    return Verdict::SlowResponse;
  }
  return Verdict::Fine;
}

}  // namespace faultline::server
