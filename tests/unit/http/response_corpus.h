// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <string>
#include <vector>

namespace faultline::http::corpus {

/// What an upstream sends on one connection, and what must become of it.
struct ResponseCase {
  std::string name = "";
  std::string bytes = "";
  bool is_refused = false;       // answered with 502 by the proxy
  std::string reason = "";       // of a refusal
  std::string forwarded = "";    // when accepted; empty when it equals `bytes`
  bool is_head_request = false;  // what was asked
  bool is_upgrade_request = false;
  bool is_cut_short = false;  // FIN behind `bytes` truncates the message
  std::string rest = "";      // bytes behind the message: unsolicited, or of the tunnel
};

[[nodiscard]] std::vector<ResponseCase> valid_responses();
[[nodiscard]] std::vector<ResponseCase> hostile_responses();

}  // namespace faultline::http::corpus
