// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/run/run_result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// What the writers for code hosts say about one finding. Private to this room.
namespace faultline::report {

/// Where a code host shows a finding: the contract's file and line. A finding that has no place in
/// a contract (an undocumented operation) stands at the head of the first contract.
struct HostPlace {
  std::string file;
  uint32_t line = 1;
  uint32_t column = 1;
};
/// Nothing when there is no contract at all.
[[nodiscard]] std::optional<HostPlace> host_place(const run::RunResult& result,
                                                  const run::Finding& finding);

/// One sentence: what was expected, what came, where, how often. No values of traffic.
[[nodiscard]] std::string finding_sentence(const run::Finding& finding);

/// "response body: type" for "http.response.body.type".
[[nodiscard]] std::string rule_words(std::string_view rule);

/// Why the finding does not count: an injected fault made it, or the baseline accepts it. Empty
/// when it does.
[[nodiscard]] std::string pardon_text(const run::Finding& finding);

}  // namespace faultline::report
