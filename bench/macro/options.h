// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <netinet/in.h>

namespace faultline::bench {

enum class Mode : uint8_t {
  Load,  // requests as fast as they are answered
  Idle,  // connections that each make one request and then stay silent
  Hang,  // connections that send a request and never read
};

struct DriverOptions {
  Mode mode = Mode::Load;
  sockaddr_in target{};
  std::string path = "/small";
  size_t connections = 1;
  uint64_t requests = 0;  // Load: stop after so many; 0 = by time
  double seconds = 0;     // Load: stop after so long
  uint64_t upload = 0;    // Hang: announce and push a body of this size
};

/// Nothing when the command line is wrong; `error` then says why.
[[nodiscard]] std::optional<DriverOptions> parse_options(const std::vector<std::string>& arguments,
                                                         std::string& error);

}  // namespace faultline::bench
