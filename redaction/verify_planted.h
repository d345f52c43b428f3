// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace faultline::redaction {

class Redactor;

/// What became of planted secrets.
struct PlantedReport {
  uint64_t positions = 0;             // in which one was planted
  std::vector<std::string> survived;  // positions where it came out again, in any spelling
};

/// Plants a canary, made from `seed`, in every position of a message or a record and under every
/// layer, sends each through the redactor, and looks for it in what comes out. For a redactor with
/// the policy of a run, at its end: what was proved of the code holds for the policy as well.
[[nodiscard]] PlantedReport plant_canaries(Redactor& redactor, uint64_t seed);

}  // namespace faultline::redaction
