// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::contracts::openapi {

/// What the keys `a[b]=1&a[c][]=2` say, as a tree of names. OpenAPI defines one level of scalars;
/// deeper levels and lists (`[]`, `[0]`) are read as common frameworks write them.
///
///   a[b]=1  a[c][]=2  a[c][]=3      b: "1"    c: { "": "2", "3" }
struct DeepNode {
  static constexpr size_t kDepthMax = 16;
  static constexpr size_t kNodesMax = 4096;

  std::string name;                // of the member; "" in `[]`
  std::vector<std::string> texts;  // decoded values given for exactly this key
  std::vector<DeepNode> members;   // in the order of their first key

  /// Every member is a position or `[]`: a list, where the schema allows one.
  [[nodiscard]] bool is_list() const noexcept;
};

/// Adds `text` at the place the decoded key names: `[b][c]`, what stands behind the parameter's
/// name. False when the brackets do not match or the tree grows beyond its bounds.
[[nodiscard]] bool add_deep_text(DeepNode& root, std::string_view brackets, std::string text,
                                 size_t& nodes);

}  // namespace faultline::contracts::openapi
