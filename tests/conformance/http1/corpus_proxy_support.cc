// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/conformance/http1/corpus_proxy.h"

namespace faultline::conformance {

std::string corpus_config() {
  return "version: 1\n"
         "run: { name: corpus, seed: 1 }\n"
         "workers: 1\n"
         "listeners:\n"
         "  - { name: corpus, listen: \"127.0.0.1:0\", protocol: http, upstream: "
         "\"http://$UPSTREAM\" "
         "}\n"
         "mirror: { mode: off }\n";
}

Reasons errors_of(const run::RunResult& result, run::ErrorSide side) {
  Reasons reasons;
  const auto found = result.traffic.errors.find(side);
  if (found == result.traffic.errors.end()) return reasons;
  for (const auto& [reason, count] : found->second) reasons[std::string(reason)] = count;
  return reasons;
}

}  // namespace faultline::conformance
