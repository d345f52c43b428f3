// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/deep_object.h"

#include "proxy/base/text.h"

#include <algorithm>
#include <utility>

namespace faultline::contracts::openapi {

bool DeepNode::is_list() const noexcept {
  return !members.empty() && std::all_of(members.begin(), members.end(), [](const DeepNode& node) {
    return std::all_of(node.name.begin(), node.name.end(), is_ascii_digit);
  });
}

bool add_deep_text(DeepNode& root, std::string_view brackets, std::string text, size_t& nodes) {
  DeepNode* at = &root;
  size_t depth = 0;
  while (!brackets.empty()) {
    const size_t close = brackets.find(']');
    if (!brackets.starts_with('[') || close == std::string_view::npos) return false;
    const std::string_view name = brackets.substr(1, close - 1);
    if (name.find('[') != std::string_view::npos || ++depth > DeepNode::kDepthMax) return false;
    brackets.remove_prefix(close + 1);
    auto known = std::find_if(at->members.begin(), at->members.end(),
                              [&](const DeepNode& node) { return node.name == name; });
    if (known == at->members.end()) {
      if (++nodes > DeepNode::kNodesMax) return false;
      at->members.push_back({std::string(name), {}, {}});
      known = at->members.end() - 1;
    }
    at = &*known;
  }
  if (depth == 0) return false;
  at->texts.push_back(std::move(text));
  return true;
}

}  // namespace faultline::contracts::openapi
