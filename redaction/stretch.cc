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

// Bytes side by side that a way passes, all of one set: at least so many, and they begin behind at
// most so many others.
struct Passed {
  size_t least = 0;
  size_t begins = 0;
};

// Calls `see(Passed)` for each longer beginning of each stretch of `bytes` on the way.
template <typename See>
void for_each_stretch(const Way& way, const ByteSet& bytes, const RunSets& sets, See see) {
  Passed stretch;
  size_t most = 0;  // bytes passed so far
  for (const Step& step : way) {
    if (step.kind == Step::Kind::Ask) break;
    if (is_mark(step)) continue;
    const bool is_byte = step.kind == Step::Kind::Byte;
    const size_t room = Expression::kOpen - most;
    most = is_byte ? most + std::min<size_t>(room, 1) : most + std::min(room, step.most);
    if ((bytes_of(step, sets) & ~bytes).any()) {
      stretch = {0, most};
      continue;
    }
    stretch.least += is_byte ? 1 : step.least;
    see(stretch);
  }
}

size_t longest_in(const Way& way, const ByteSet& bytes, const RunSets& sets) {
  size_t longest = 0;
  for_each_stretch(way, bytes, sets,
                   [&](const Passed& passed) { longest = std::max(longest, passed.least); });
  return longest;
}

size_t end_of(const Way& way, const Stretch& stretch, const RunSets& sets) {
  size_t end = Expression::kOpen;
  for_each_stretch(way, sets.all()[stretch.set], sets, [&](const Passed& passed) {
    if (passed.least < stretch.least || passed.begins == Expression::kOpen) return;
    end = std::min(end, passed.begins + stretch.least);
  });
  return end;
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

WantedStretch stretch_of(const Ways& ways, RunSets& sets, std::string_view literal) {
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
  if (best.least == 0) return {};
  WantedStretch wanted{best, 0};
  for (const Way& way : ways) wanted.within = std::max(wanted.within, end_of(way, best, sets));
  return wanted;
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
