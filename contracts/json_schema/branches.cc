// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/schema.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>
#include <vector>

// What can be said of the branches of a schema before a value is seen.
namespace faultline::contracts::json_schema {
namespace {

/// Circles of references make the bounds depend on each other. Every round gives true bounds, and
/// hardly any schema nests deeper than this.
constexpr int kRounds = 8;

TypeMask type_of(json::Value value) noexcept {
  switch (value.kind()) {
    case json::Kind::Null:
      return types::kNull;
    case json::Kind::Bool:
      return types::kBoolean;
    case json::Kind::Number:
      return value.is_integer() ? types::kInteger : types::kFraction;
    case json::Kind::String:
      return types::kString;
    case json::Kind::Array:
      return types::kArray;
    case json::Kind::Object:
      return types::kObject;
  }
  return types::kAny;
}

/// The kinds of value that have some of the types.
int kinds_of(int mask) noexcept {
  return (mask & types::kNumber) != 0 ? mask | types::kNumber : mask;
}

/// The bounds of one schema from those of the schemas that judge the same value.
class Bound {
 public:
  Bound(const Program& program, const Schema& schema)
      : program_(program), allows_null_(schema.allows_null) {
    mask_ = schema.is_false ? TypeMask{0} : schema.types;
    narrow_to(schema.ref);
    if (schema.dynamic && schema.dynamic->candidates.empty()) narrow_to(schema.dynamic->target);
    for (const EnumRule& rule : schema.enums) narrow_to_values(rule);
    if (!schema.combination) return;
    for (const SchemaId part : schema.combination->all_of) narrow_to(part);
    narrow_to_any(schema.combination->any_of);
    narrow_to_any(schema.combination->one_of);
  }
  [[nodiscard]] TypeMask mask() const noexcept {
    return allows_null_ ? static_cast<TypeMask>(mask_ | types::kNull) : mask_;
  }

 private:
  void narrow(TypeMask other) noexcept { mask_ = static_cast<TypeMask>(mask_ & other); }
  void narrow_to(SchemaId id) noexcept {
    if (id != kNoSchema) narrow(program_[id].possible);
  }
  void narrow_to_values(const EnumRule& rule) noexcept {
    TypeMask any = 0;
    for (const json::Value value : rule.values) any = static_cast<TypeMask>(any | type_of(value));
    narrow(any);
  }
  void narrow_to_any(const CompactList<SchemaId>& branches) noexcept {
    if (branches.empty()) return;
    TypeMask any = 0;
    for (const SchemaId id : branches) any = static_cast<TypeMask>(any | program_[id].possible);
    narrow(any);
  }

  const Program& program_;
  TypeMask mask_ = types::kAny;
  bool allows_null_;
};

/// The kinds of which every value is valid by one schema, from those of its parts.
class Certainty {
 public:
  Certainty(const Program& program, const Schema& schema) : program_(program) {
    if (schema.is_false || schema.dynamic || !schema.enums.empty()) return;
    mask_ = schema.types;
    if ((mask_ & types::kNumber) != types::kNumber) take(types::kNumber);
    if (schema.object) take(types::kObject);
    if (schema.array) take(types::kArray);
    if (schema.string) take(types::kString);
    if (schema.number) take(types::kNumber);
    if (schema.format != Format::None) {
      take(judges_numbers(schema.format) ? types::kNumber : types::kString);
    }
    for (const Unsupported& part : schema.unsupported) {
      take(kinds_of(part.types));
    }
    if (schema.ref != kNoSchema) keep(program[schema.ref].certain);
    if (schema.combination) add(*schema.combination);
  }
  [[nodiscard]] TypeMask mask() const noexcept { return mask_; }

 private:
  void take(int others) noexcept { mask_ = static_cast<TypeMask>(mask_ & ~others); }
  void keep(int others) noexcept { mask_ = static_cast<TypeMask>(mask_ & others); }

  void add(const Combination& parts) noexcept {
    for (const SchemaId part : parts.all_of) keep(program_[part].certain);
    if (!parts.any_of.empty()) {
      int any = 0;
      for (const SchemaId branch : parts.any_of) any |= program_[branch].certain;
      keep(any);
    }
    if (!parts.one_of.empty()) keep(exactly_one(parts.one_of));
    if (parts.negated != kNoSchema) take(kinds_of(program_[parts.negated].possible));
    if (parts.condition != kNoSchema) mask_ = 0;
  }

  /// Certain by one branch, and possible by no other.
  [[nodiscard]] int exactly_one(const CompactList<SchemaId>& branches) const noexcept {
    int certain = 0;
    int possible = 0;
    int shared = 0;
    for (const SchemaId branch : branches) {
      certain |= program_[branch].certain;
      shared |= possible & kinds_of(program_[branch].possible);
      possible |= kinds_of(program_[branch].possible);
    }
    return certain & ~shared;
  }

  const Program& program_;
  TypeMask mask_ = 0;
};

/// Gives every schema a bound by those of the others, until none changes.
template <typename Rule>
void settle(Program& program, TypeMask Schema::* bound) {
  bool is_changed = true;
  for (int round = 0; is_changed && round < kRounds; ++round) {
    is_changed = false;
    for (Schema& schema : program.schemas) {
      const TypeMask mask = Rule(program, schema).mask();
      is_changed = is_changed || mask != schema.*bound;
      schema.*bound = mask;
    }
  }
}

/// The texts that a schema allows, when it allows nothing else.
const EnumRule* texts_of(const Schema& schema) noexcept {
  const auto* const rule = std::find_if(schema.enums.begin(), schema.enums.end(),
                                        [](const EnumRule& r) { return r.is_all_texts; });
  return rule != schema.enums.end() ? rule : nullptr;
}

/// The member that most branches require and list texts for.
std::string_view best_name(const Program& program, const CompactList<SchemaId>& branches) {
  std::map<std::string_view, size_t> counts;
  for (const SchemaId branch : branches) {
    if (!program[branch].object) continue;
    for (const KnownName& known : program[branch].object->names.names()) {
      if (!known.is_required || known.schema == kNoSchema) continue;
      if (texts_of(program[known.schema]) != nullptr) ++counts[known.name];
    }
  }
  const auto best =
      std::max_element(counts.begin(), counts.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  return best != counts.end() && best->second > 1 ? best->first : std::string_view();
}

std::unique_ptr<const Selector> selector_of(const Program& program,
                                            const CompactList<SchemaId>& branches) {
  if (branches.size() < 2 || branches.size() > Selector::kBranchesMax) return nullptr;
  auto selector = std::make_unique<Selector>();
  selector->name = best_name(program, branches);
  if (selector->name.empty()) return nullptr;
  selector->name_hash = json::hash_name(selector->name);
  // There a member may be absent although it is required; see is_exempt().
  selector->is_needed = program.dialect != Dialect::OpenApi30;
  std::map<uint64_t, uint64_t> texts;
  for (size_t i = 0; i < branches.size(); ++i) {
    const Schema& branch = program[branches[i]];
    if (!branch.object) continue;
    const KnownName* known = branch.object->names.find(selector->name, selector->name_hash);
    if (known == nullptr || !known->is_required) continue;
    const auto* rule = known->schema == kNoSchema ? nullptr : texts_of(program[known->schema]);
    if (rule == nullptr) continue;
    selector->open &= ~(uint64_t{1} << i);
    for (const json::Value text : rule->values) {
      texts[json::hash_name(text.string())] |= uint64_t{1} << i;
    }
  }
  selector->texts = std::vector<std::pair<uint64_t, uint64_t>>(texts.begin(), texts.end());
  return selector;
}

}  // namespace

uint64_t Selector::candidates(json::Value object) const noexcept {
  const auto member = object.find(name, name_hash);
  if (!member) return is_needed ? open : kAll;
  if (!member->is_string()) return open;
  // A text that only shares the hash keeps its branch, which then finds out.
  const uint64_t hash = json::hash_name(member->string());
  const auto* const entry =
      std::lower_bound(texts.begin(), texts.end(), std::pair{hash, uint64_t{0}});
  return entry != texts.end() && entry->first == hash ? open | entry->second : open;
}

void close_branches(Program& program) {
  settle<Bound>(program, &Schema::possible);
  settle<Certainty>(program, &Schema::certain);
  for (Schema& schema : program.schemas) {
    if (!schema.combination) continue;
    Combination& parts = *schema.combination;
    parts.any_selector = selector_of(program, parts.any_of);
    parts.one_selector = selector_of(program, parts.one_of);
  }
  for (Schema& schema : program.schemas) {
    // Where patterns have a say, a name does not tell all that judges its member.
    if (!schema.object || !schema.object->patterns.empty()) continue;
    schema.object->names.change_each([&](KnownName& known) {
      const SchemaId judge = known.schema != kNoSchema ? known.schema : schema.object->additional;
      known.certain = judge == kNoSchema ? types::kAny : program[judge].certain;
    });
  }
}

}  // namespace faultline::contracts::json_schema
