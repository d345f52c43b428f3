// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

namespace faultline::bench {

/// A dense automaton over bytes (Aho and Corasick 1975) that reports every literal that ends at
/// each byte, overlapping ones too. For comparison only.
class AhoCorasick {
 public:
  AhoCorasick() { add_state(); }

  void add(std::string_view literal, uint32_t id) {
    uint32_t state = 0;
    for (const char c : literal) {
      const auto byte = static_cast<unsigned char>(c);
      if (next_[state][byte] == 0) {
        const uint32_t made = add_state();
        next_[state][byte] = made;
      }
      state = next_[state][byte];
    }
    ids_[state].push_back(id);
  }

  /// Turns the tree into the automaton; call once, after the last add().
  void compile() {
    std::vector<uint32_t> fail(next_.size(), 0);
    std::deque<uint32_t> queue;
    for (const uint32_t state : next_[0]) {
      if (state != 0) queue.push_back(state);
    }
    while (!queue.empty()) {
      const uint32_t state = queue.front();
      queue.pop_front();
      const auto& inherited = ids_[fail[state]];
      ids_[state].insert(ids_[state].end(), inherited.begin(), inherited.end());
      for (size_t byte = 0; byte < 256; ++byte) {
        uint32_t& child = next_[state][byte];
        const uint32_t shorter = next_[fail[state]][byte];
        if (child == 0) {
          child = shorter;
        } else {
          fail[child] = shorter;
          queue.push_back(child);
        }
      }
    }
  }

  template <typename Take>
  void scan(std::string_view text, Take take) const {
    uint32_t state = 0;
    for (const char c : text) {
      state = next_[state][static_cast<unsigned char>(c)];
      for (const uint32_t id : ids_[state]) take(id);
    }
  }

 private:
  uint32_t add_state() {
    next_.emplace_back();
    ids_.emplace_back();
    return static_cast<uint32_t>(next_.size() - 1);
  }

  std::vector<std::array<uint32_t, 256>> next_;
  std::vector<std::vector<uint32_t>> ids_;
};

}  // namespace faultline::bench
