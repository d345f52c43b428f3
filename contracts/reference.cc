// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/reference.h"

#include "proxy/base/text.h"
#include "proxy/json/pointer.h"

#include <string>
#include <vector>

namespace faultline::contracts {
namespace {

/// A look at the level where the reference goes wrong: "did you mean" among its names.
std::string help_for(json::Value root, const std::string& pointer) {
  const auto tokens = json::parse_pointer(pointer);
  if (!tokens) return "a reference inside the document is '#/' and names separated by '/'";
  json::Value at = root;
  for (const auto& token : *tokens) {
    const auto next = at.is_object() ? at.find(token) : std::nullopt;
    if (next) {
      at = *next;
      continue;
    }
    std::vector<std::string_view> names;
    for (const json::Member& member : at.members()) names.push_back(member.name());
    const auto close = did_you_mean(token, names);
    if (close) return "did you mean '" + std::string(*close) + "'?";
    return "'" + json::pointer_of(at) + "' has no '" + token + "'";
  }
  return {};
}

}  // namespace

Reference resolve_reference(json::Value root, json::Value ref, Problems& problems) {
  const std::string_view text = ref.string();
  if (text == "#") return {Reference::Kind::Local, root};
  if (!text.starts_with("#/")) return {Reference::Kind::External, {}};
  const std::string pointer = percent_decode(text.substr(1));
  const auto target = json::resolve(root, pointer);
  if (target) return {Reference::Kind::Local, *target};
  auto& problem =
      problems.error(codes::kReference, "'" + std::string(text) + "' leads nowhere", ref.span());
  problem.label = "not in this document";
  problem.help = help_for(root, pointer);
  return {Reference::Kind::Dangling, {}};
}

}  // namespace faultline::contracts
