// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "rules/candidates.h"
#include "rules/config.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace faultline::rules {

/// Rules by path template: a trie over segments. Borrows the texts of the templates. Immutable
/// once built, and then thread-safe.
class PathTrie {
 public:
  /// The node at which that template ends, made when it is new. Templates that differ only in the
  /// names of parameters end at one node.
  [[nodiscard]] uint32_t node_for(const PathTemplate& path);
  void add(uint32_t node, const Candidate& candidate) {
    nodes_[node].ends.add(candidate);
    has_ends_ = true;
  }

  /// Calls `visit(const Candidates&)` at each node where a template that takes `path` ends.
  template <typename Visit>
  void find(std::string_view path, Visit&& visit) const {
    if (has_ends_ && path.starts_with('/')) walk(0, path.substr(1), visit);
  }

 private:
  struct Edge {
    std::string_view text;
    uint32_t node = 0;
  };
  struct Node {
    std::vector<Edge> literals;  // sorted: see literal_at()
    uint32_t parameter = 0;      // 0: none (the root is nobody's child)
    Candidates ends;
  };

  [[nodiscard]] uint32_t child(uint32_t at, const PathSegment& segment);
  /// The child of that literal segment; 0 when there is none.
  [[nodiscard]] static uint32_t literal_child(const Node& node, std::string_view segment) noexcept;

  // Every node is reached by one way only, so the walk is bounded by the size of the trie; its
  // depth is that of the longest template.
  template <typename Visit>
  void walk(uint32_t at, std::string_view rest, Visit& visit) const {
    const auto& node = nodes_[at];
    const size_t slash = rest.find('/');
    const auto segment = rest.substr(0, slash);
    const auto step = [&](uint32_t to) {
      if (to == 0) return;
      if (slash == std::string_view::npos) return visit(nodes_[to].ends);
      walk(to, rest.substr(slash + 1), visit);
    };
    step(literal_child(node, segment));
    if (!segment.empty()) step(node.parameter);
  }

  std::vector<Node> nodes_{1};
  bool has_ends_ = false;
};

}  // namespace faultline::rules
