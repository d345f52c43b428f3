// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/checkability.h"

#include "contracts/openapi/parameter_value.h"

#include <set>
#include <utility>

namespace faultline::contracts::openapi {
namespace {

using json_schema::kNoSchema;
using json_schema::Program;
using json_schema::Schema;

/// Walks everything an operation reaches.
class Reasons {
 public:
  explicit Reasons(const Program& program) : program_(program), is_seen_(program.schemas.size()) {}

  void add(const std::string& reason) {
    if (!reason.empty()) reasons_.insert(reason);
  }
  void add(const std::vector<Parameter>& parameters) {
    for (const Parameter& parameter : parameters) {
      add(parameter.not_checked);
      add(parameter.schema.id);
    }
  }
  void add(const std::vector<MediaType>& content) {
    for (const MediaType& type : content) add(type);
  }
  [[nodiscard]] std::vector<std::string> take() { return {reasons_.begin(), reasons_.end()}; }

 private:
  void add(const MediaType& type) {
    add(type.not_checked);
    add(type.fields);
    for (const Encoding& encoding : type.encodings) add(encoding, type.schema.id);
    for (const EventData& data : type.event_data) add(data.data.id);
    add(type.item_schema.id);
    add(type.schema.id);
    const BodyKind kind = type.kind;
    const bool is_unread = kind == BodyKind::Xml || kind == BodyKind::Binary ||
                           (kind == BodyKind::Multipart && type.range.subtype != "form-data") ||
                           (kind == BodyKind::Text && is_no_text(type.schema.id));
    const bool is_any = type.is_file || (type.is_any_text && kind != BodyKind::Multipart);
    const bool is_judged = type.schema.id != kNoSchema && !is_any;
    const bool is_range = type.range.subtype == "*";
    if (is_unread && is_judged && !is_range) add("media-type:" + type.range.essence());
  }

  /// Of a list or an object, which a text is not.
  [[nodiscard]] bool is_no_text(SchemaId schema) const noexcept {
    return (reader_.types_of(schema) & (kTextTypes | json_schema::types::kNull)) == 0;
  }

  /// A member of a form that is written in what nobody here reads.
  void add(const Encoding& encoding, SchemaId form) {
    add(encoding.headers);
    if (encoding.style || encoding.content_types.size() != 1) return;
    const MediaRange& written = encoding.content_types[0];
    const BodyKind kind = written.kind();
    const json_schema::TypeMask mask = reader_.types_of(reader_.property_of(form, encoding.name));
    const bool is_read = kind == BodyKind::Json || kind == BodyKind::Text ||
                         (mask & json_schema::types::kString) != 0;
    if (!is_read) add(media_type_reason(&written, kind));
  }

  void add(SchemaId start) {
    std::vector<SchemaId> open = {start};
    while (!open.empty()) {
      const SchemaId id = open.back();
      open.pop_back();
      if (id == kNoSchema || is_seen_[id]) continue;
      is_seen_[id] = true;
      const Schema& schema = program_[id];
      for (const json_schema::Unsupported& part : schema.unsupported) add(part.reason);
      push_children(schema, open);
    }
  }

  static void push_children(const Schema& schema, std::vector<SchemaId>& open) {
    open.push_back(schema.ref);
    if (schema.dynamic) {
      open.push_back(schema.dynamic->target);
      for (const auto& [resource, id] : schema.dynamic->candidates) open.push_back(id);
    }
    if (schema.object) {
      for (const auto& name : schema.object->names.names()) open.push_back(name.schema);
      for (const auto& property : schema.object->patterns) open.push_back(property.schema);
      for (const auto& dependency : schema.object->dependencies) open.push_back(dependency.schema);
      open.insert(open.end(), {schema.object->additional, schema.object->property_names,
                               schema.object->unevaluated});
    }
    if (schema.array) {
      open.insert(open.end(), schema.array->prefix.begin(), schema.array->prefix.end());
      open.insert(open.end(),
                  {schema.array->items, schema.array->contains, schema.array->unevaluated});
    }
    if (schema.combination) {
      const auto& parts = *schema.combination;
      for (const auto* list : {&parts.all_of, &parts.any_of, &parts.one_of}) {
        open.insert(open.end(), list->begin(), list->end());
      }
      open.insert(open.end(),
                  {parts.negated, parts.condition, parts.then_branch, parts.else_branch});
    }
  }

  const Program& program_;
  json::ScalarDocument scalar_;  // the reader wants one
  TextReader reader_{program_, scalar_};
  std::vector<bool> is_seen_;
  std::set<std::string> reasons_;
};

}  // namespace

std::vector<std::string> reasons_not_checked(const Model& model, const Operation& operation) {
  Reasons reasons(model.program);
  reasons.add(operation.not_checked);
  reasons.add(operation.unread_parameters);
  reasons.add(operation.parameters);
  if (operation.body) {
    reasons.add(operation.body->not_checked);
    reasons.add(operation.body->content);
  }
  for (const Response& response : operation.responses) {
    reasons.add(response.not_checked);
    reasons.add(response.headers);
    reasons.add(response.content);
  }
  return reasons.take();
}

}  // namespace faultline::contracts::openapi
