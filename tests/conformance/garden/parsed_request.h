// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace faultline::conformance {

/// One request as somebody understood it.
struct ParsedRequest {
  std::string method;
  std::string target;  // in origin-form
  std::string host;    // lower case
  std::string body;

  friend bool operator==(const ParsedRequest&, const ParsedRequest&) = default;
};

/// What the requests in `bytes` mean in the plainest reading (tests/fakes/wire_message.h).
[[nodiscard]] std::vector<ParsedRequest> read_plainly(std::string_view bytes);

/// A request target without scheme and authority, as most servers report it.
[[nodiscard]] std::string origin_form(std::string_view target);

}  // namespace faultline::conformance
