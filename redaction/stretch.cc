// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/stretch.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>

namespace faultline::redaction {
namespace {

// What more bytes than these belong to stands in any text: base64 has 66, and what a secret of
// words and marks may hold a few more.
constexpr size_t kBytesMax = 80;

bool is_mark(const Step& step) {
  return step.kind == Step::Kind::Open || step.kind == Step::Kind::Close;
}

ByteSet bytes_of(const Step& step, const RunSets& sets) {
  if (step.kind == Step::Kind::Byte) return ByteSet().set(byte_index(step.byte));
  return sets.all()[step.set];
}

// The longest stretch of `bytes` that whoever goes the way passes.
size_t longest_in(const Way& way, const ByteSet& bytes, const RunSets& sets) {
  size_t longest = 0;
  size_t length = 0;
  for (const Step& step : way) {
    if (step.kind == Step::Kind::Ask) break;
    if (is_mark(step)) continue;
    const bool is_inside = (bytes_of(step, sets) & ~bytes).none();
    length = is_inside ? length + (step.kind == Step::Kind::Byte ? 1 : step.least) : 0;
    longest = std::max(longest, length);
  }
  return longest;
}

size_t longest_in(std::string_view text, const ByteSet& bytes) {
  size_t longest = 0;
  size_t length = 0;
  for (const char c : text) {
    length = bytes[byte_index(c)] ? length + 1 : 0;
    longest = std::max(longest, length);
  }
  return longest;
}

// What runs are made of, each for itself and all together, and the rarest step of each way.
std::vector<ByteSet> candidates_of(const Ways& ways, const RunSets& sets) {
  std::vector<ByteSet> candidates;
  ByteSet all;
  ByteSet rarest;
  for (const Way& way : ways) {
    ByteSet rare = ByteSet().set();
    for (const Step& step : way) {
      if (is_mark(step) || step.kind == Step::Kind::Ask) continue;
      const ByteSet bytes = bytes_of(step, sets);
      if (step.least > 0 && bytes.count() < rare.count()) rare = bytes;
      if (step.kind != Step::Kind::Run) continue;
      all |= bytes;
      if (std::find(candidates.begin(), candidates.end(), bytes) == candidates.end()) {
        candidates.push_back(bytes);
      }
    }
    rarest |= rare;
  }
  candidates.push_back(all);
  candidates.push_back(rarest);
  return candidates;
}

}  // namespace

Stretch stretch_of(const Ways& ways, RunSets& sets, std::string_view literal) {
  Stretch best;
  double best_bits = 0;
  for (const ByteSet& bytes : candidates_of(ways, sets)) {
    size_t least = ways.empty() ? 0 : SIZE_MAX;
    for (const Way& way : ways) least = std::min(least, longest_in(way, bytes, sets));
    if (least <= longest_in(literal, bytes) || bytes.count() > kBytesMax) continue;
    // What random bytes would have to say to hold it.
    const double bits =
        static_cast<double>(least) * (8 - std::log2(static_cast<double>(bytes.count())));
    if (bits <= best_bits) continue;
    best_bits = bits;
    best = {sets.number_of(bytes), least};
  }
  return best;
}

Ways ways_with(const Ways& ways, const RunSets& sets, size_t offset, std::string_view literal) {
  const auto may_have = [&](const Way& way) {
    size_t at = 0;
    for (const Step& step : way) {
      if (is_mark(step)) continue;
      if (step.kind == Step::Kind::Ask) return true;
      const size_t count = step.kind == Step::Kind::Byte ? 1 : step.least;
      const ByteSet bytes = bytes_of(step, sets);
      for (const size_t end = at + count; at < end; ++at) {
        if (at < offset) continue;
        if (at - offset == literal.size()) return true;
        if (!bytes[byte_index(literal[at - offset])]) return false;
      }
      // Behind a run of any length nobody knows what stands where.
      if (step.kind == Step::Kind::Run && step.most != step.least) return true;
    }
    return true;
  };
  Ways kept;
  std::copy_if(ways.begin(), ways.end(), std::back_inserter(kept), may_have);
  return kept;
}

size_t StretchList::number_of(const Stretch& stretch) {
  const auto at = std::find(stretches_.begin(), stretches_.end(), stretch);
  const auto number = static_cast<size_t>(at - stretches_.begin());
  if (at == stretches_.end()) stretches_.push_back(stretch);
  return number;
}

}  // namespace faultline::redaction
