// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "tests/conformance/corpus/corpus.h"
#include "tests/unit/http/codec_support.h"

#include <cstddef>
#include <vector>

namespace faultline::conformance {

using Cuts = std::vector<size_t>;

/// How a case is sent.
enum class Variant { Whole, OneByteAtATime, EverySplit };

/// Ctest runs the shards of a variant beside each other.
inline constexpr size_t kShards = 4;

/// The places of all runs that make up a variant. Long payloads: a fixed sample (README.md).
inline std::vector<Cuts> runs_of(Variant variant, size_t size) {
  const Cuts places = http::testing::cut_positions(size);
  switch (variant) {
    case Variant::Whole:
      return {{}};
    case Variant::OneByteAtATime:
      return {places};
    case Variant::EverySplit:
      break;
  }
  std::vector<Cuts> runs;
  for (const size_t place : places) runs.push_back({place});
  return runs;
}

/// Calls `run(case, cuts)` for every run of the shard's cases.
template <typename Run>
void for_each_run(const std::vector<PayloadCase>& cases, Variant variant, size_t shard, Run run) {
  for (size_t i = shard; i < cases.size(); i += kShards) {
    for (const Cuts& cuts : runs_of(variant, cases[i].sent.size())) run(cases[i], cuts);
  }
}

/// For the trace of a failure.
inline std::string describe(const PayloadCase& c, const Cuts& cuts) {
  if (cuts.empty()) return c.name + ", whole";
  if (cuts.size() == 1) return c.name + ", cut at " + std::to_string(cuts.front());
  return c.name + ", in " + std::to_string(cuts.size() + 1) + " pieces";
}

/// Everything in one read, so that nothing of a malformed message may get through: what fits into
/// one block of the reader.
inline bool is_one_read(const PayloadCase& c, const Cuts& cuts) {
  return cuts.empty() && c.sent.size() <= limits::kBlockBytes;
}

}  // namespace faultline::conformance
