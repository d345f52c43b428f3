// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// Whatever clients, servers, time and the operator do (tests/sim/operation_run.h): every session
// ends, nothing is left, the books balance, and no client gets an answer from nobody.
#include "tests/sim/operation_run.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (!faultline::sim::run_operations({data, size}).empty()) std::abort();
  return 0;
}
