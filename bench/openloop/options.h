// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "bench/openloop/arrivals.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <netinet/in.h>

namespace faultline::bench {

enum class OpenLoopMode : uint8_t {
  Http,  // GET, answered by a status of 200
  Tcp,   // a message of fixed size, answered by the same bytes
};

struct OpenLoopOptions {
  sockaddr_in target{};
  OpenLoopMode mode = OpenLoopMode::Http;
  std::string path = "/small";
  size_t message_bytes = 64;  // Tcp: the size of a message
  size_t connections = 16;
  bool is_closed = false;  // a closed loop, to compare with: send when the answer is there
  ArrivalKind arrivals = ArrivalKind::Constant;
  double rate = 0;  // requests per second in total
  uint64_t seed = 1;
  uint64_t requests = 0;      // stop after so many; 0 = by time
  double seconds = 0;         // stop with the last request intended before this
  double warmup_seconds = 0;  // requests intended before this are not in the latencies
  uint32_t timeout_ms = 10000;
  bool is_ended_by_refusal = false;  // a refused connection ends the schedule: the target drains
};

/// Nothing when the command line is wrong; `error` then says why.
[[nodiscard]] std::optional<OpenLoopOptions> parse_open_loop_options(
    const std::vector<std::string>& arguments, std::string& error);

}  // namespace faultline::bench
