// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/closed_branches.h"

#include <algorithm>
#include <optional>

namespace faultline::contracts::json_schema {
namespace {

constexpr int kReferenceChain = 16;

/// The rules for objects that a branch has itself or by reference; null when it has none.
const ObjectRules* rules_of(const Program& program, SchemaId id) {
  for (int hops = 0; id != kNoSchema && hops < kReferenceChain; ++hops) {
    if (program[id].object) return program[id].object.get();
    id = program[id].ref;
  }
  return nullptr;
}

bool is_closed(const Program& program, const ObjectRules& rules) {
  return rules.additional != kNoSchema && program[rules.additional].is_false;
}

bool describes(const ObjectRules& rules, std::string_view name) {
  const KnownName* known = rules.names.find(name, json::hash_name(name));
  if (known != nullptr && known->schema != kNoSchema) return true;
  return std::any_of(rules.patterns.begin(), rules.patterns.end(),
                     [name](const auto& property) { return property.pattern->matches(name); });
}

/// A property that `other` describes and `closed` does not.
std::optional<std::string> forbidden_by(const ObjectRules& closed, const ObjectRules& other) {
  for (const KnownName& known : other.names.names()) {
    if (known.schema != kNoSchema && !describes(closed, known.name)) return std::string(known.name);
  }
  return std::nullopt;
}

/// The schema itself and its branches.
std::vector<SchemaId> parts_of(const Program& program, SchemaId id) {
  const auto& branches = program[id].combination->all_of;
  std::vector<SchemaId> parts(branches.begin(), branches.end());
  if (program[id].object) parts.push_back(id);
  return parts;
}

std::optional<ClosedBranch> closed_branch_of(const Program& program, SchemaId id) {
  const std::vector<SchemaId> parts = parts_of(program, id);
  for (const SchemaId part : parts) {
    const ObjectRules* closed = rules_of(program, part);
    if (closed == nullptr || !is_closed(program, *closed)) continue;
    for (const SchemaId other : parts) {
      const ObjectRules* rules = other == part ? nullptr : rules_of(program, other);
      auto forbidden = rules == nullptr ? std::nullopt : forbidden_by(*closed, *rules);
      if (forbidden) return ClosedBranch{part, std::move(*forbidden)};
    }
  }
  return std::nullopt;
}

}  // namespace

std::vector<ClosedBranch> closed_branches(const Program& program) {
  std::vector<ClosedBranch> found;
  for (SchemaId id = 0; id < program.schemas.size(); ++id) {
    if (!program[id].combination) continue;
    if (auto branch = closed_branch_of(program, id)) found.push_back(std::move(*branch));
  }
  return found;
}

}  // namespace faultline::contracts::json_schema
