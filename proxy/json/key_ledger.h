// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/json/tape.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace faultline::json {

/// The keys of the objects that are open while a tree is built, innermost last; finds names that
/// occur twice. Internal to this room; reused from document to document.
///
/// Cost per object: a comparison of every two hashes up to kPairwise members, a hash table beyond,
/// and where hashes do meet (a repeated name, or names made to collide) a sort by text: n log n
/// comparisons whatever the names are.
class KeyLedger {
 public:
  KeyLedger() { keys_.reserve(64); }

  void clear() noexcept { keys_.clear(); }
  void add(uint64_t hash, uint32_t index) { keys_.push_back({hash, index}); }

  /// Closes the innermost object, which has `count` members, and appends to the tape's duplicates
  /// the place of each name that stood there before.
  void close_object(Tape& tape, uint32_t count) {
    const size_t first = keys_.size() - count;
    if (count > 1 && may_repeat(first)) [[unlikely]] {
      report_repeats(tape, first);
    }
    keys_.resize(first);
  }

 private:
  struct Key {
    uint64_t hash = 0;
    uint32_t index = 0;
  };
  /// A hash that was met in the object numbered `stamp`; of older ones nothing need be erased.
  struct Slot {
    uint64_t hash = 0;
    uint64_t stamp = 0;
  };
  static constexpr size_t kPairwise = 8;

  /// Whether two hashes are equal; true as well when finding out would take too long.
  [[nodiscard]] bool may_repeat(size_t first) {
    const size_t count = keys_.size() - first;
    if (count > kPairwise) return may_repeat_among_many(first);
    const Key* const keys = keys_.data() + first;
    bool repeats = false;
    for (size_t i = 1; i < count; ++i) {
      for (size_t j = 0; j < i; ++j) repeats |= keys[i].hash == keys[j].hash;
    }
    return repeats;
  }

  [[nodiscard]] bool may_repeat_among_many(size_t first);
  void report_repeats(Tape& tape, size_t first);

  std::vector<Key> keys_;
  std::vector<Slot> slots_;
  uint64_t stamp_ = 0;
};

}  // namespace faultline::json
