// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstdint>
#include <vector>

namespace faultline::rules {

inline constexpr uint64_t kAllMethods = UINT64_MAX;

/// A rule at its place in an index.
struct Candidate {
  uint32_t rule = 0;
  uint64_t methods = kAllMethods;  // that it takes, a bit each
  bool has_more = false;           // predicates that neither its place nor `methods` answers
};

/// Rules at one place of an index, and the methods that any of them takes.
struct Candidates {
  std::vector<Candidate> list;
  uint64_t methods = 0;

  void add(const Candidate& candidate) {
    list.push_back(candidate);
    methods |= candidate.methods;
  }
};

}  // namespace faultline::rules
