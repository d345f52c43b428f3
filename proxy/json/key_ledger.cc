// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/key_ledger.h"

#include <algorithm>
#include <bit>

namespace faultline::json {
namespace {

// One MiB of slots; objects beyond are rare, and a sort of their hashes does as well.
constexpr size_t kTableKeysMax = 16384;
constexpr size_t kSlotsPerKey = 4;
// At a quarter full, a longer probe means hashes that were made to meet.
constexpr size_t kProbesMax = 64;

}  // namespace

bool KeyLedger::may_repeat_among_many(size_t first) {
  const size_t count = keys_.size() - first;
  if (count > kTableKeysMax) return true;
  const size_t size = std::bit_ceil(count * kSlotsPerKey);
  if (slots_.size() < size) slots_.resize(size);
  const size_t mask = size - 1;
  ++stamp_;
  for (size_t i = first; i < keys_.size(); ++i) {
    const uint64_t hash = keys_[i].hash;
    size_t at = spread_hash(hash) & mask;
    for (size_t probes = 0; slots_[at].stamp == stamp_; ++probes) {
      if (slots_[at].hash == hash || probes == kProbesMax) return true;
      at = (at + 1) & mask;
    }
    slots_[at] = {hash, stamp_};
  }
  return false;
}

void KeyLedger::report_repeats(Tape& tape, size_t first) {
  const auto text = [&tape](const Key& key) { return tape.text(tape.nodes[key.index]); };
  const auto begin = keys_.begin() + static_cast<std::ptrdiff_t>(first);
  std::sort(begin, keys_.end(), [](const Key& a, const Key& b) {
    return a.hash != b.hash ? a.hash < b.hash : a.index < b.index;
  });
  for (auto run = begin; run != keys_.end();) {
    const auto end =
        std::find_if(run + 1, keys_.end(), [run](const Key& key) { return key.hash != run->hash; });
    std::sort(run, end, [&](const Key& a, const Key& b) {
      const int order = text(a).compare(text(b));
      return order != 0 ? order < 0 : a.index < b.index;
    });
    for (auto key = run + 1; key < end; ++key) {
      if (text(*key) != text(*(key - 1))) continue;
      const Node& node = tape.nodes[key->index];
      tape.duplicate_keys.push_back({node.offset, node.length});
    }
    run = end;
  }
}

}  // namespace faultline::json
