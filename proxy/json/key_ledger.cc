// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/key_ledger.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace faultline::json {
namespace {

// One MiB of slots; objects beyond are rare, and a sort of their hashes does as well.
constexpr size_t kTableKeysMax = 16384;
constexpr size_t kSlotsPerKey = 4;
// At a quarter full, a longer probe means hashes that were made to meet.
constexpr size_t kProbesMax = 64;

}  // namespace

void KeyLedger::grow(size_t capacity) {
  auto bigger = std::make_unique_for_overwrite<uint64_t[]>(capacity);
  std::copy_n(hashes_.get(), open_, bigger.get());
  hashes_ = std::move(bigger);
  capacity_ = capacity;
}

bool KeyLedger::may_repeat_among_many(const uint64_t* hashes, size_t count) {
  if (count > kTableKeysMax) return true;
  const size_t size = std::bit_ceil(count * kSlotsPerKey);
  if (slots_.size() < size) slots_.resize(size);
  const size_t mask = size - 1;
  const uint64_t stamp = ++stamp_;
  Slot* const slots = slots_.data();
  for (size_t i = 0; i < count; ++i) {
    const uint64_t hash = hashes[i];
    size_t at = spread_hash(hash) & mask;
    for (size_t probes = 0; slots[at].stamp == stamp; ++probes) {
      if (slots[at].hash == hash || probes == kProbesMax) return true;
      at = (at + 1) & mask;
    }
    slots[at] = {hash, stamp};
  }
  return false;
}

void KeyLedger::look_for_repeats(Tape& tape, size_t object) {
  const Node* const node = &tape.nodes[object];
  const Node* const end = node + node->extent;
  open_ = 0;
  for (const Node* key = node + 1; key != end; key += 1 + key[1].extent) add(key->word);
  if (may_repeat(hashes_.get(), open_)) report_repeats(tape, object);
  open_ = 0;
}

void KeyLedger::report_repeats(Tape& tape, size_t object) {
  sorted_.clear();
  const Node* const end = &tape.nodes[object] + tape.nodes[object].extent;
  for (const Node* key = &tape.nodes[object] + 1; key != end; key += 1 + key[1].extent) {
    sorted_.push_back(key);
  }
  // By hash, then text, then place.
  std::sort(sorted_.begin(), sorted_.end(), [&tape](const Node* a, const Node* b) {
    if (a->word != b->word) return a->word < b->word;
    const int order = tape.text(*a).compare(tape.text(*b));
    return order != 0 ? order < 0 : a < b;
  });
  for (size_t i = 1; i < sorted_.size(); ++i) {
    const Node& key = *sorted_[i];
    const Node& before = *sorted_[i - 1];
    if (key.word != before.word || tape.text(key) != tape.text(before)) continue;
    tape.duplicate_keys.push_back({key.offset, key.length});
  }
}

}  // namespace faultline::json
