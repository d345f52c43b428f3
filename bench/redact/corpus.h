// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// What the scanners are measured on. Made from a seed, so that two machines measure the same
/// bytes.
namespace faultline::bench {

struct Input {
  std::string name;
  std::string text;
};

/// Clean JSON, clean HTTP text, JSON with one value of the table in a hundred bytes' worth of
/// traffic, and hostile ones; `bytes` each.
[[nodiscard]] std::vector<Input> make_inputs(uint64_t seed, size_t bytes);

/// What an attacker would send who knows the table: each anchor and each word of a context, whole,
/// cut and with a wrong end, over and over, with and without a mark between; or only these units.
[[nodiscard]] std::vector<Input> make_hostile_inputs(size_t bytes,
                                                     const std::vector<std::string>& units = {});

}  // namespace faultline::bench
