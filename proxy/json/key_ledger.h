// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/json/tape.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace faultline::json {

/// The keys of the objects that are open while a tree is built, innermost last; finds names that
/// occur twice. Used by the parser and the builder. Cost per object: compares of hashes up to
/// kPairwise members, a sort beyond.
class KeyLedger {
 public:
  KeyLedger() { keys_.reserve(64); }

  void add(uint64_t hash, uint32_t index) { keys_.push_back({hash, index}); }

  /// Closes the innermost object, which has `count` members, and appends to `duplicates` the place
  /// of each name that stood there before.
  template <typename Rep>
  void close_object(const Rep& rep, uint32_t count, std::vector<SourceSpan>& duplicates) {
    const size_t first = keys_.size() - count;
    if (count > 1 && may_repeat(first)) {
      find_repeats(rep.nodes, first, [&rep](const Node& node) { return rep.text(node); });
      for (const uint32_t index : repeats_) {
        duplicates.push_back({rep.nodes[index].offset, rep.nodes[index].length});
      }
    }
    keys_.resize(first);
  }

 private:
  struct Key {
    uint64_t hash;
    uint32_t index;
  };
  static constexpr size_t kPairwise = 8;

  [[nodiscard]] bool may_repeat(size_t first) const noexcept {
    if (keys_.size() - first > kPairwise) return true;
    for (size_t i = first + 1; i < keys_.size(); ++i) {
      for (size_t j = first; j < i; ++j) {
        if (keys_[i].hash == keys_[j].hash) return true;
      }
    }
    return false;
  }

  /// Sorted by hash, then text, then place: n log n even when every hash collides.
  template <typename Text>
  void find_repeats(const NodeArray& nodes, size_t first, Text text);

  std::vector<Key> keys_;
  std::vector<uint32_t> repeats_;
};

template <typename Text>
void KeyLedger::find_repeats(const NodeArray& nodes, size_t first, Text text) {
  repeats_.clear();
  const auto begin = keys_.begin() + static_cast<std::ptrdiff_t>(first);
  std::sort(begin, keys_.end(), [](const Key& a, const Key& b) {
    return a.hash != b.hash ? a.hash < b.hash : a.index < b.index;
  });
  for (auto run = begin; run != keys_.end();) {
    auto end = run + 1;
    while (end != keys_.end() && end->hash == run->hash) ++end;
    if (end - run > 1) {
      std::sort(run, end, [&](const Key& a, const Key& b) {
        const int order = text(nodes[a.index]).compare(text(nodes[b.index]));
        return order != 0 ? order < 0 : a.index < b.index;
      });
      for (auto key = run + 1; key != end; ++key) {
        if (text(nodes[key->index]) == text(nodes[(key - 1)->index]))
          repeats_.push_back(key->index);
      }
    }
    run = end;
  }
}

}  // namespace faultline::json
