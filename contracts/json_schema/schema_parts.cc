// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/schema_parts.h"

namespace faultline::contracts::json_schema {

void append_parts(const Schema& schema, std::vector<SchemaId>& parts) {
  parts.push_back(schema.ref);
  if (schema.dynamic) parts.push_back(schema.dynamic->target);
  if (schema.object) {
    const ObjectRules& rules = *schema.object;
    for (const KnownName& known : rules.names.names()) parts.push_back(known.schema);
    for (const PatternProperty& property : rules.patterns) parts.push_back(property.schema);
    for (const Dependency& dependency : rules.dependencies) parts.push_back(dependency.schema);
    parts.insert(parts.end(), {rules.additional, rules.unevaluated});
  }
  if (schema.array) {
    const ArrayRules& rules = *schema.array;
    parts.insert(parts.end(), rules.prefix.begin(), rules.prefix.end());
    parts.insert(parts.end(), {rules.items, rules.contains});
  }
  if (!schema.combination) return;
  const Combination& combination = *schema.combination;
  for (const auto* list : {&combination.all_of, &combination.any_of, &combination.one_of}) {
    parts.insert(parts.end(), list->begin(), list->end());
  }
  parts.insert(parts.end(),
               {combination.condition, combination.then_branch, combination.else_branch});
}

}  // namespace faultline::contracts::json_schema
