// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/sensitive_places.h"

#include "contracts/json_schema/schema_parts.h"
#include "contracts/marks.h"

#include <string>
#include <string_view>
#include <utility>

namespace faultline::contracts::openapi {
namespace {

using json_schema::kNoSchema;
using json_schema::Program;
using json_schema::Schema;

// Steps of the search for one operation: a schema that contains itself in many places is not
// walked to its end.
constexpr size_t kStepsMax = 20'000;

bool is_true(json::Value schema, std::string_view name) {
  const auto value = schema.find(name);
  return value && value->is_bool() && value->boolean();
}

/// What the contract itself says of a schema or a parameter.
Mark mark_of(json::Value source) {
  if (!source.is_object()) return Mark::None;
  const auto format = source.find("format");
  const bool is_password = format && format->is_string() && format->string() == "password";
  if (is_password || is_true(source, "writeOnly")) return Mark::Secret;
  return mark_of_annotations(source);
}

/// The schemas from which some mark can be reached, themselves included: most contracts have few,
/// so that hardly anything needs to be searched.
class ReachesMark {
 public:
  explicit ReachesMark(const Program& program) : is_set_(program.schemas.size(), 0) {
    std::vector<std::vector<SchemaId>> users(program.schemas.size());
    std::vector<SchemaId> open;
    std::vector<SchemaId> parts;
    for (SchemaId id = 0; id < program.schemas.size(); ++id) {
      parts.clear();
      json_schema::append_parts(program[id], parts);
      for (const SchemaId part : parts) {
        if (part != kNoSchema) users[part].push_back(id);
      }
      if (mark_of(program[id].source) != Mark::None) open.push_back(id);
    }
    while (!open.empty()) {
      const SchemaId id = open.back();
      open.pop_back();
      if (std::exchange(is_set_[id], uint8_t{1}) != 0) continue;
      open.insert(open.end(), users[id].begin(), users[id].end());
    }
  }
  [[nodiscard]] bool operator()(SchemaId id) const noexcept { return is_set_[id] != 0; }

 private:
  std::vector<uint8_t> is_set_;
};

class Search {
 public:
  explicit Search(const Model& model)
      : model_(model), program_(model.program), reaches_(model.program) {}

  std::vector<SensitivePlace> run() {
    for (const Operation& operation : model_.operations) add_operation(operation);
    return std::move(places_);
  }

 private:
  void add_operation(const Operation& operation) {
    steps_ = 0;
    at_ = {};
    at_.operation = operation.id;
    for (const Parameter& parameter : operation.parameters) add_parameter(parameter);
    if (operation.body) add_content(operation.body->content);
    at_.direction = Direction::Response;
    for (const Response& response : operation.responses) {
      for (const Parameter& header : response.headers) add_parameter(header);
      add_content(response.content);
    }
  }

  /// Its own mark, or one on its schema as a whole.
  [[nodiscard]] Mark mark_of_parameter(const Parameter& parameter) const {
    Mark mark = mark_of(parameter.place.source);
    SchemaId id = parameter.schema.id;
    for (size_t i = 0; i < kSensitiveDepthMax && mark == Mark::None && id != kNoSchema; ++i) {
      mark = mark_of(program_[id].source);
      id = program_[id].ref;
    }
    return mark;
  }

  void add_parameter(const Parameter& parameter) {
    using In = SensitivePlace::In;
    const Mark mark = mark_of_parameter(parameter);
    if (mark == Mark::None) return;
    switch (parameter.in) {
      case ParameterIn::Path:
        at_.in = In::Path;
        break;
      case ParameterIn::Query:
        at_.in = In::Query;
        break;
      case ParameterIn::Header:
        at_.in = In::Header;
        break;
      case ParameterIn::Cookie:
        at_.in = In::Cookie;
        break;
      case ParameterIn::Form:
        at_.in = In::Body;
        return add_field(parameter.name, mark);
      case ParameterIn::QueryString:
        return;  // the whole query has no name to know it by
    }
    at_.name = parameter.name;
    add(mark);
    at_.name.clear();
  }

  /// 2.0: a field of a form.
  void add_field(const std::string& name, Mark mark) {
    at_.pointer = {name};
    add(mark);
    at_.pointer.clear();
  }

  void add_content(const std::vector<MediaType>& content) {
    for (const MediaType& type : content) {
      at_.in = SensitivePlace::In::Body;
      add_schema(type.schema.id, 0);
      // An item of a stream is read as a body of its own, or as an element of the list of all.
      add_schema(type.item_schema.id, 0);
      add_below("*", type.item_schema.id, 0);
      for (const Parameter& field : type.fields) add_parameter(field);
    }
  }

  void add_schema(SchemaId id, size_t depth) {
    if (id == kNoSchema || !reaches_(id) || depth > kSensitiveDepthMax || ++steps_ > kStepsMax) {
      return;
    }
    const Schema& schema = program_[id];
    if (const Mark mark = mark_of(schema.source); mark != Mark::None) return add(mark);
    add_schema(schema.ref, depth + 1);
    if (schema.dynamic) add_schema(schema.dynamic->target, depth + 1);
    if (schema.object) add_members(*schema.object, depth);
    if (schema.array) {
      for (const SchemaId part : schema.array->prefix) add_below("*", part, depth);
      for (const SchemaId part : {schema.array->items, schema.array->contains}) {
        add_below("*", part, depth);
      }
    }
    if (!schema.combination) return;
    const json_schema::Combination& parts = *schema.combination;
    for (const auto* list : {&parts.all_of, &parts.any_of, &parts.one_of}) {
      for (const SchemaId part : *list) add_schema(part, depth + 1);
    }
    for (const SchemaId part : {parts.condition, parts.then_branch, parts.else_branch}) {
      add_schema(part, depth + 1);
    }
  }

  void add_members(const json_schema::ObjectRules& rules, size_t depth) {
    for (const json_schema::KnownName& known : rules.names.names()) {
      add_below(known.name, known.schema, depth);
    }
    for (const json_schema::PatternProperty& property : rules.patterns) {
      add_below("*", property.schema, depth);
    }
    for (const SchemaId part : {rules.additional, rules.unevaluated}) add_below("*", part, depth);
    for (const json_schema::Dependency& dependency : rules.dependencies) {
      add_schema(dependency.schema, depth + 1);
    }
  }

  void add_below(std::string_view name, SchemaId schema, size_t depth) {
    if (schema == kNoSchema || !reaches_(schema)) return;
    at_.pointer.emplace_back(name);
    add_schema(schema, depth + 1);
    at_.pointer.pop_back();
  }

  void add(Mark mark) {
    if (places_.size() == kSensitivePlacesMax) return;
    places_.push_back(at_);
    places_.back().is_pii = mark == Mark::Pii;
  }

  const Model& model_;
  const Program& program_;
  const ReachesMark reaches_;
  SensitivePlace at_;
  size_t steps_ = 0;
  std::vector<SensitivePlace> places_;
};

}  // namespace

std::vector<SensitivePlace> sensitive_places(const Model& model) { return Search(model).run(); }

}  // namespace faultline::contracts::openapi
