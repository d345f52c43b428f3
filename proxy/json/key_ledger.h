// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/json/tape.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace faultline::json {

/// The hashes of the keys of all objects that are open while a tree is built, innermost last; finds
/// names that occur twice. Internal to this room; reused from document to document.
///
/// Cost per object: a comparison of every two hashes up to kPairwise members, a hash table beyond,
/// and where hashes do meet (a repeated name, or names made to collide) a sort by text: n log n
/// comparisons whatever the names are.
class KeyLedger {
 public:
  void clear() noexcept { open_ = 0; }
  void add(uint64_t hash) {
    if (open_ == capacity_) [[unlikely]] {
      grow(open_ * 2 + 64);
    }
    hashes_[open_++] = hash;
  }

  /// Closes the innermost object, the node at `object`, whose extent and count are set. Appends to
  /// the tape's duplicates the place of each name that stood there before.
  void close_object(Tape& tape, size_t object) {
    const uint32_t count = tape.nodes[object].text_length;
    open_ -= count;
    if (may_repeat(hashes_.get() + open_, count)) [[unlikely]] {
      report_repeats(tape, object);
    }
  }

  /// Instead of add() and close_object(), for a caller that has reason to doubt the names of an
  /// object but has not kept their hashes.
  void look_for_repeats(Tape& tape, size_t object);

  /// Whether two hashes are equal; true as well when finding out would take too long.
  [[nodiscard]] bool may_repeat(const uint64_t* hashes, size_t count) {
    if (count > kPairwise) return may_repeat_among_many(hashes, count);
    bool repeats = false;
    for (size_t i = 1; i < count; ++i) {
      for (size_t j = 0; j < i; ++j) repeats |= hashes[i] == hashes[j];
    }
    return repeats;
  }
  void report_repeats(Tape& tape, size_t object);

 private:
  /// A hash that was met in the object numbered `stamp`; of older ones nothing need be erased.
  struct Slot {
    uint64_t hash = 0;
    uint64_t stamp = 0;
  };
  static constexpr size_t kPairwise = 8;

  void grow(size_t capacity);
  [[nodiscard]] bool may_repeat_among_many(const uint64_t* hashes, size_t count);

  std::unique_ptr<uint64_t[]> hashes_;
  size_t capacity_ = 0;
  size_t open_ = 0;
  std::vector<Slot> slots_;
  uint64_t stamp_ = 0;
  std::vector<const Node*> sorted_;  // keys, while repeats are looked for
};

}  // namespace faultline::json
