// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/schema_coverage.h"

#include "contracts/json_schema/evaluator.h"
#include "contracts/json_schema/schema_parts.h"
#include "proxy/json/pointer.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <utility>
#include <vector>

// The points of a schema lie one behind the other: its names in the order of its table, then the
// members of its enum, the branches of oneOf, the branches of anyOf.

namespace faultline::contracts::json_schema {

namespace {

// Schemas that judge one value after another through references and combinations.
constexpr int kInPlaceDepth = 16;
// Visits of a schema by a value in one message: more than all values of the largest body that is
// captured, so what it shows does not depend on what others have shown before.
constexpr uint32_t kSteps = 1'000'000;

/// Its `enum`; a `const` has nothing to choose from.
const EnumRule* enum_of(const Schema& schema) {
  for (const EnumRule& rule : schema.enums) {
    if (!rule.is_const) return &rule;
  }
  return nullptr;
}

size_t enum_points(const Schema& schema) {
  const EnumRule* rule = enum_of(schema);
  return rule == nullptr ? 0 : rule->values.size();
}

/// Points of its own, or parts that may have some: most schemas are a type and no more, and not
/// worth a visit.
bool has_something(const Schema& schema) {
  std::vector<SchemaId> parts;
  append_parts(schema, parts);
  return enum_of(schema) != nullptr || schema.object ||
         std::any_of(parts.begin(), parts.end(), [](SchemaId id) { return id != kNoSchema; });
}

size_t name_points(const Schema& schema) {
  return schema.object ? schema.object->names.names().size() : 0;
}

}  // namespace

/// One look at one body.
class SchemaCoverage::Walk {
 public:
  Walk(const SchemaCoverage& coverage, Direction direction, CoverageTally& tally)
      : coverage_(coverage), program_(coverage.program_), direction_(direction), tally_(tally) {}

  /// `region` is the schema's.
  void look_into(RegionId region, SchemaId id, json::Value value, int depth) {
    if (depth > kInPlaceDepth || ++steps_ > kSteps) return;
    const Schema& schema = program_[id];
    const size_t base = coverage_.regions_[region].first;
    visit(schema.ref, value, depth + 1);
    if (schema.dynamic) visit(schema.dynamic->target, value, depth + 1);
    if (const EnumRule* rule = enum_of(schema)) {
      if (const auto position = rule->find(value)) {
        tally_.mark(base + name_points(schema) + *position);
      }
    }
    if (schema.object && value.is_object()) visit_object(*schema.object, value, base, depth);
    if (schema.array && value.is_array()) visit_array(*schema.array, value);
    if (schema.combination) {
      visit_combination(*schema.combination, value,
                        base + name_points(schema) + enum_points(schema), depth);
    }
    if (coverage_.is_exhausted(coverage_.regions_[region], tally_)) tally_.close(region);
  }

 private:
  void visit(SchemaId id, json::Value value, int depth) {
    if (may_show(id)) look_into(coverage_.region_of_[id], id, value, depth);
  }

  [[nodiscard]] bool may_show(SchemaId id) const noexcept {
    return id != kNoSchema && coverage_.has_unseen(id, tally_);
  }

  /// Once all names were seen only some of the members' schemas may still show something: mostly
  /// none, or one with an enum. Those members alone are looked for. False when it takes a look at
  /// all members.
  bool visit_few(const ObjectRules& rules, json::Value value, size_t base) {
    constexpr size_t kFew = 2;
    const auto& names = rules.names.names();
    const bool is_by_name = rules.patterns.empty() && rules.dependencies.empty() &&
                            !may_show(rules.additional) && !may_show(rules.unevaluated) &&
                            tally_.are_seen(base, names.size()) &&
                            value.document().duplicate_keys().empty();
    if (!is_by_name) return false;
    std::array<const KnownName*, kFew> open;
    size_t count = 0;
    for (const KnownName& known : names) {
      if (!may_show(known.schema)) continue;
      if (count == kFew) return false;
      open[count++] = &known;
    }
    for (const KnownName* known : std::span(open).first(count)) {
      const auto member = value.find(known->name, known->hash);
      if (member) visit(known->schema, *member, 0);
    }
    return true;
  }

  void visit_object(const ObjectRules& rules, json::Value value, size_t base, int depth) {
    if (visit_few(rules, value, base)) return;
    const KnownName* const first = rules.names.names().begin();
    const KnownName* next = first;
    for (const json::Member& member : value.members()) {
      const KnownName* known = rules.names.find(member.key, next);
      bool is_matched = false;
      if (known != nullptr) {
        next = known + 1;
        tally_.mark(base + static_cast<size_t>(known - first));
        is_matched = known->schema != kNoSchema;
        visit(known->schema, member.value, 0);
      }
      for (const PatternProperty& property : rules.patterns) {
        if (!property.pattern->matches(member.name())) continue;
        is_matched = true;
        visit(property.schema, member.value, 0);
      }
      if (!is_matched) {
        visit(rules.additional, member.value, 0);
        visit(rules.unevaluated, member.value, 0);
      }
    }
    for (const Dependency& dependency : rules.dependencies) {
      if (value.find(dependency.name)) visit(dependency.schema, value, depth + 1);
    }
  }

  void visit_array(const ArrayRules& rules, json::Value value) {
    size_t position = 0;
    for (const json::Value element : value.elements()) {
      visit(position < rules.prefix.size() ? rules.prefix[position] : rules.items, element, 0);
      ++position;
      if (rules.contains != kNoSchema && holds(rules.contains, element)) {
        visit(rules.contains, element, 0);
      }
    }
  }

  void visit_combination(const Combination& parts, json::Value value, size_t base, int depth) {
    for (const SchemaId part : parts.all_of) visit(part, value, depth + 1);
    base = visit_branches(parts.one_of, value, base, depth);
    visit_branches(parts.any_of, value, base, depth);
    if (parts.condition == kNoSchema) return;
    const bool is_then = holds(parts.condition, value);
    if (is_then) visit(parts.condition, value, depth + 1);
    visit(is_then ? parts.then_branch : parts.else_branch, value, depth + 1);
  }

  size_t visit_branches(const CompactList<SchemaId>& branches, json::Value value, size_t base,
                        int depth) {
    for (size_t i = 0; i < branches.size(); ++i) {
      if (!holds(branches[i], value)) continue;
      tally_.mark(base + i);
      visit(branches[i], value, depth + 1);
    }
    return base + branches.size();
  }

  [[nodiscard]] bool holds(SchemaId id, json::Value value) {
    return verdict(program_, id, value, direction_) == Outcome::Valid;
  }

  const SchemaCoverage& coverage_;
  const Program& program_;
  Direction direction_;
  CoverageTally& tally_;
  uint32_t steps_ = 0;
};

SchemaCoverage::SchemaCoverage(const Program& program, std::span<const SchemaId> roots,
                               size_t first)
    : program_(program), first_(first), region_of_(program.schemas.size(), kNoRegion) {
  std::vector<SchemaId> open;
  std::vector<uint8_t> is_reached(program.schemas.size(), 0);
  for (const SchemaId root : roots) open.push_back(root);
  while (!open.empty()) {
    const SchemaId id = open.back();
    open.pop_back();
    if (id == kNoSchema || is_reached[id] != 0) continue;
    is_reached[id] = 1;
    append_parts(program_[id], open);
  }
  for (SchemaId id = 0; id < is_reached.size(); ++id) {
    if (is_reached[id] != 0 && has_something(program_[id])) add_points(id);
  }
  for (SchemaId id = 0; id < is_reached.size(); ++id) {
    if (region_of_[id] != kNoRegion) link(id);
  }
}

void SchemaCoverage::add_points(SchemaId id, CoveragePoint::Kind kind, size_t count,
                                bool is_any_of) {
  for (uint32_t i = 0; i < count; ++i) points_.push_back({kind, is_any_of, i, id});
}

void SchemaCoverage::add_points(SchemaId id) {
  using Kind = CoveragePoint::Kind;
  const Schema& schema = program_[id];
  const size_t before = points_.size();
  add_points(id, Kind::Property, name_points(schema));
  add_points(id, Kind::EnumMember, enum_points(schema));
  if (schema.combination) {
    add_points(id, Kind::Branch, schema.combination->one_of.size());
    add_points(id, Kind::Branch, schema.combination->any_of.size(), true);
  }
  region_of_[id] = static_cast<RegionId>(regions_.size());
  regions_.push_back(
      {.first = first_ + before, .points = static_cast<uint32_t>(points_.size() - before)});
}

/// A schema that leads to itself and nowhere else can still be exhausted; one in a longer circle
/// never is, which costs time and nothing more.
void SchemaCoverage::link(SchemaId id) {
  const RegionId own = region_of_[id];
  Region& region = regions_[own];
  region.first_part = static_cast<uint32_t>(parts_.size());
  std::vector<SchemaId> ids;
  append_parts(program_[id], ids);
  for (const SchemaId part : ids) {
    const RegionId known = part == kNoSchema ? kNoRegion : region_of_[part];
    if (known != kNoRegion && known != own) parts_.push_back(known);
  }
  region.parts = static_cast<uint32_t>(parts_.size()) - region.first_part;
}

bool SchemaCoverage::is_exhausted(const Region& region, const CoverageTally& tally) const noexcept {
  if (!tally.are_seen(region.first, region.points)) return false;
  const auto parts = std::span(parts_).subspan(region.first_part, region.parts);
  return std::all_of(parts.begin(), parts.end(),
                     [&tally](RegionId part) { return tally.is_closed(part); });
}

CoveragePoint SchemaCoverage::describe(size_t position) const {
  const Point& point = points_[position];
  const Schema& schema = program_[point.schema];
  json::Value place = schema.source;
  std::string what;
  if (point.kind == CoveragePoint::Kind::Property) {
    const std::string_view name = schema.object->names.names()[point.index].name;
    what = "properties/" + json::escape_token(name);
    const auto properties = place.is_object() ? place.find("properties") : std::nullopt;
    const auto property =
        properties && properties->is_object() ? properties->find(name) : std::nullopt;
    place = property.value_or(place);
  } else if (point.kind == CoveragePoint::Kind::EnumMember) {
    what = "enum/" + std::to_string(point.index);
    place = enum_of(schema)->values[point.index];
  } else {
    const Combination& parts = *schema.combination;
    what = (point.is_any_of ? "anyOf/" : "oneOf/") + std::to_string(point.index);
    place = program_[(point.is_any_of ? parts.any_of : parts.one_of)[point.index]].source;
  }
  const SourceFilePtr& file = program_.file_of(place);
  CoveragePoint described;
  described.kind = point.kind;
  described.what = json::pointer_of(schema.source) + "/" + what;
  described.file = file->name();
  described.line = file->position(place.span().offset).line;
  return described;
}

void SchemaCoverage::observe(SchemaId id, json::Value value, Direction direction,
                             CoverageTally& tally) const {
  Walk(*this, direction, tally).look_into(region_of_[id], id, value, 0);
}

}  // namespace faultline::contracts::json_schema
