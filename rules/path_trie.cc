// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/path_trie.h"

#include <algorithm>

namespace faultline::rules {
namespace {

// Shorter texts first: most comparisons end at the length.
bool edge_less(std::string_view a, std::string_view b) {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

template <typename Edges>
auto place_of(Edges& edges, std::string_view segment) {
  return std::lower_bound(
      edges.begin(), edges.end(), segment,
      [](const auto& edge, std::string_view text) { return edge_less(edge.text, text); });
}

}  // namespace

uint32_t PathTrie::node_for(const PathTemplate& path) {
  uint32_t at = 0;
  for (const auto& segment : path.segments) at = child(at, segment);
  return at;
}

uint32_t PathTrie::child(uint32_t at, const PathSegment& segment) {
  const auto fresh = static_cast<uint32_t>(nodes_.size());
  if (segment.is_parameter) {
    if (nodes_[at].parameter == 0) {
      nodes_[at].parameter = fresh;
      nodes_.emplace_back();
    }
    return nodes_[at].parameter;
  }
  auto& literals = nodes_[at].literals;
  const auto place = place_of(literals, segment.text);
  if (place != literals.end() && place->text == segment.text) return place->node;
  literals.insert(place, {segment.text, fresh});
  nodes_.emplace_back();
  return fresh;
}

uint32_t PathTrie::literal_child(const Node& node, std::string_view segment) noexcept {
  const auto place = place_of(node.literals, segment);
  return place != node.literals.end() && place->text == segment ? place->node : 0;
}

}  // namespace faultline::rules
