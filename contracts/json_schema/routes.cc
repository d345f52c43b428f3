// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/schema.h"

#include <algorithm>
#include <array>

// Where the fast mode goes with a value of one kind. Most schemas of the field say "a text, or a
// list, or an object like that one": for one kind of value that is a single rule of a single
// schema, and all the visits in between are spared.
namespace faultline::contracts::json_schema {
namespace {

/// References and branches in a row; circles of them were cut before, so this is no limit in
/// earnest.
constexpr int kHops = 32;

constexpr std::array kKinds = {json::Kind::Number, json::Kind::String, json::Kind::Array,
                               json::Kind::Object};

TypeMask mask_of(json::Kind kind) noexcept {
  constexpr std::array<TypeMask, 4> kMasks = {types::kNumber, types::kString, types::kArray,
                                              types::kObject};
  return kMasks[static_cast<size_t>(kind) - static_cast<size_t>(json::Kind::Number)];
}

/// What one schema asks of the values of one kind.
class Demands {
 public:
  Demands(const Program& program, const Schema& schema, json::Kind kind)
      : program_(program), kind_(mask_of(kind)) {
    has_rules_ = asks_by_rules(schema, kind);
    has_more_ = std::any_of(schema.unsupported.begin(), schema.unsupported.end(),
                            [this](const Unsupported& part) { return (part.types & kind_) != 0; });
    if (schema.ref != kNoSchema) add(schema.ref);
    if (schema.combination) add(*schema.combination);
  }

  /// The one other schema that decides, or none.
  [[nodiscard]] SchemaId next(const Schema& schema) const noexcept {
    const bool is_alone = !has_rules_ && !has_more_ && schema.enums.empty() && others_ == 1;
    return is_alone ? other_ : kNoSchema;
  }

  [[nodiscard]] Route::Step step(const Schema& schema, json::Kind kind) const noexcept {
    using Step = Route::Step;
    if (has_more_ || others_ > 0) return Step::Lean;
    if (!schema.enums.empty()) return is_list_of_texts(schema, kind) ? Step::Listed : Step::Lean;
    if (!has_rules_) return Step::Lean;
    switch (kind) {
      case json::Kind::Number:
        return Step::Number;
      case json::Kind::String:
        return Step::Text;
      case json::Kind::Array:
        return schema.array->prefix.empty() && schema.array->contains == kNoSchema ? Step::Items
                                                                                   : Step::Lean;
      default:
        return schema.object->is_plain ? Step::Members : Step::Lean;
    }
  }

 private:
  static bool asks_by_rules(const Schema& schema, json::Kind kind) noexcept {
    switch (kind) {
      case json::Kind::Number:
        return schema.number != nullptr || judges_numbers(schema.format) ||
               (schema.types & types::kNumber) != types::kNumber;
      case json::Kind::String:
        return schema.string != nullptr ||
               (schema.format != Format::None && !judges_numbers(schema.format));
      case json::Kind::Array:
        return schema.array != nullptr;
      default:
        return schema.object != nullptr;
    }
  }

  [[nodiscard]] bool is_list_of_texts(const Schema& schema, json::Kind kind) const noexcept {
    return kind == json::Kind::String && !has_rules_ && schema.enums.size() == 1 &&
           schema.enums[0].is_all_texts;
  }

  [[nodiscard]] bool is_certain(SchemaId id) const noexcept {
    return (program_[id].certain & kind_) != 0;
  }
  [[nodiscard]] bool is_possible(SchemaId id) const noexcept {
    return (program_[id].possible & kind_) != 0;
  }

  void add(SchemaId id) noexcept {
    if (is_certain(id)) return;
    other_ = id;
    ++others_;
  }

  void add(const Combination& parts) noexcept {
    for (const SchemaId part : parts.all_of) add(part);
    // Of branches, those that can hold; where only one can, it must.
    for (const auto* branches : {&parts.any_of, &parts.one_of}) {
      if (branches->empty()) continue;
      const auto possible = std::count_if(branches->begin(), branches->end(),
                                          [this](SchemaId id) { return is_possible(id); });
      const auto certain = std::count_if(branches->begin(), branches->end(),
                                         [this](SchemaId id) { return is_certain(id); });
      if (certain > 0 && (branches == &parts.any_of || possible == 1)) continue;
      if (possible == 1) {
        add(*std::find_if(branches->begin(), branches->end(),
                          [this](SchemaId id) { return is_possible(id); }));
      } else {
        has_more_ = true;
      }
    }
    if (parts.negated != kNoSchema && is_possible(parts.negated)) has_more_ = true;
    if (parts.condition != kNoSchema) has_more_ = true;
  }

  const Program& program_;
  TypeMask kind_;
  bool has_rules_ = false;
  bool has_more_ = false;
  size_t others_ = 0;
  SchemaId other_ = kNoSchema;
};

Route route_of(const Program& program, SchemaId id, json::Kind kind) noexcept {
  for (int hop = 0; hop < kHops; ++hop) {
    const Schema& schema = program[id];
    if (!schema.is_lean) return {};
    // The rules alone do not turn down a type that only a distant reference forbids.
    if ((schema.possible & mask_of(kind)) == 0) return {id, Route::Step::Lean};
    const Demands demands(program, schema, kind);
    const SchemaId next = demands.next(schema);
    if (next == kNoSchema) return {id, demands.step(schema, kind)};
    id = next;
  }
  return {id, Route::Step::Lean};
}

}  // namespace

void close_routes(Program& program) {
  // With a dynamic scope it matters which schemas were passed. More schemas than a route can name
  // would take a text beyond json::kTextBytesMax.
  if (program.has_dynamic_scope || program.schemas.size() > Route::kSchemas) return;
  for (SchemaId id = 0; id < program.schemas.size(); ++id) {
    for (size_t i = 0; i < kKinds.size(); ++i) {
      program.schemas[id].routes[i] = route_of(program, id, kKinds[i]);
    }
  }
}

}  // namespace faultline::contracts::json_schema
