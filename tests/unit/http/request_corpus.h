// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace faultline::http::corpus {

/// One payload and what must become of it. Used by the parser's tests and, over sockets, by the
/// tests of whole proxies.
struct RequestCase {
  std::string name;
  std::string bytes;
  int status = 0;         // 0: forwarded; otherwise the status that answers it
  std::string reason;     // of a rejection
  std::string forwarded;  // what the next hop gets; empty when it equals `bytes`
  int messages = 1;       // complete messages in `bytes`, of forwarded cases
};

/// Cases that must pass.
[[nodiscard]] std::vector<RequestCase> valid_requests();
/// Cases that must be refused: the 70 of the comparison with other proxies.
[[nodiscard]] std::vector<RequestCase> hostile_requests();
/// Further cases of both kinds.
[[nodiscard]] std::vector<RequestCase> further_requests();

}  // namespace faultline::http::corpus
