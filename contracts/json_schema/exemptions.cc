// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/exemptions.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace faultline::contracts::json_schema {
namespace {

/// The schemas that judge the same value without condition: those of `$ref` and `allOf`.
template <typename Visit>
void for_each_part(const Schema& schema, Visit visit) {
  if (schema.ref != kNoSchema) visit(schema.ref);
  if (!schema.combination) return;
  for (const SchemaId part : schema.combination->all_of) visit(part);
}

ExemptMarks marks_of_members(const Program& program, const ObjectRules& rules) noexcept {
  ExemptMarks marks;
  for (const KnownName& known : rules.names.names()) {
    if (known.schema != kNoSchema) marks.add(program[known.schema].bears);
  }
  return marks;
}

/// Hands marks up from the parts until nothing changes. Parts mostly stand behind what consists of
/// them, so from the end two rounds do.
template <typename Own>
void settle(Program& program, ExemptMarks Schema::* marks, Own own) {
  for (Schema& schema : program.schemas) schema.*marks = own(schema);
  bool is_changed = true;
  while (is_changed) {
    is_changed = false;
    for (auto schema = program.schemas.rbegin(); schema != program.schemas.rend(); ++schema) {
      const ExemptMarks before = (*schema).*marks;
      for_each_part(*schema, [&](SchemaId part) { ((*schema).*marks).add(program[part].*marks); });
      is_changed = is_changed || (*schema).*marks != before;
    }
  }
}

/// The schemas that were seen in one search, without clearing a table for each.
class Seen {
 public:
  void restart(size_t schemas) {
    if (stamps_.size() < schemas) stamps_.resize(schemas, 0);
    if (++now_ == 0) {
      std::fill(stamps_.begin(), stamps_.end(), 0);
      now_ = 1;
    }
  }
  /// False when it was there.
  bool add(SchemaId id) noexcept {
    if (stamps_[id] == now_) return false;
    stamps_[id] = now_;
    return true;
  }

 private:
  std::vector<uint32_t> stamps_;
  uint32_t now_ = 0;
};

}  // namespace

void close_exemptions(Program& program) {
  if (program.dialect != Dialect::OpenApi30) return;
  settle(program, &Schema::bears, [](const Schema& schema) {
    return ExemptMarks{.read_only = schema.is_read_only, .write_only = schema.is_write_only};
  });
  settle(program, &Schema::names, [&program](const Schema& schema) {
    return schema.object ? marks_of_members(program, *schema.object) : ExemptMarks{};
  });
}

std::optional<bool> is_exempt(const Program& program, SchemaId top, std::string_view name,
                              bool is_request, uint32_t& steps) {
  if (!program[top].names.has(is_request)) return false;
  thread_local Seen seen;
  thread_local std::vector<SchemaId> open;
  seen.restart(program.schemas.size());
  seen.add(top);
  open.assign(1, top);
  const uint64_t hash = json::hash_name(name);
  while (!open.empty()) {
    if (steps == 0) return std::nullopt;
    --steps;
    const Schema& schema = program[open.back()];
    open.pop_back();
    const KnownName* known = schema.object ? schema.object->names.find(name, hash) : nullptr;
    if (known != nullptr && known->schema != kNoSchema &&
        program[known->schema].bears.has(is_request)) {
      return true;
    }
    for_each_part(schema, [&](SchemaId part) {
      if (program[part].names.has(is_request) && seen.add(part)) open.push_back(part);
    });
  }
  return false;
}

}  // namespace faultline::contracts::json_schema
