// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/operation_coverage.h"

#include "contracts/openapi/document_set.h"

#include <utility>

namespace faultline::contracts::openapi {

namespace {

using Kind = CoveragePoint::Kind;

void add_roots(const std::vector<Parameter>& parameters, std::vector<SchemaId>& roots) {
  for (const Parameter& parameter : parameters) roots.push_back(parameter.schema.id);
}

/// The schemas that judge a body of this type, and the fields of its parts.
void add_roots(const MediaType& type, std::vector<SchemaId>& roots) {
  roots.push_back(type.schema.id);
  roots.push_back(type.item_schema.id);
  add_roots(type.fields, roots);
  for (const Encoding& encoding : type.encodings) add_roots(encoding.headers, roots);
  for (const EventData& event : type.event_data) roots.push_back(event.data.id);
}

/// The place of a member in the list that holds it.
template <typename Part>
size_t position_in(const std::vector<Part>& list, const Part& part) noexcept {
  return static_cast<size_t>(&part - list.data());
}

}  // namespace

CoveragePoint OpenApiCoverage::describe(size_t point) const {
  if (point >= points_.size()) return schemas_.describe(point - points_.size());
  const Point& declared = points_[point];
  const SourceFilePtr& file = model_.documents->file_of(declared.place);
  return {declared.kind, model_.operations[declared.operation].id, declared.what, file->name(),
          file->position(declared.place.span().offset).line};
}

std::vector<SchemaId> OpenApiCoverage::add_operations() {
  std::vector<SchemaId> roots;
  for (uint32_t i = 0; i < model_.operations.size(); ++i) {
    const Operation& operation = model_.operations[i];
    add_roots(operation.parameters, roots);
    OperationPoints points;
    points.first_media_type = points_.size();
    if (operation.body) {
      add_content(i, "request", operation.body->content, operation.body->place, roots);
    }
    for (const Response& response : operation.responses) {
      add_roots(response.headers, roots);
      points.answers.push_back({points_.size(), points_.size() + 1});
      points_.push_back({Kind::Response, i, response.code, response.place.source});
      add_content(i, response.code, response.content, response.place, roots);
    }
    operations_.push_back(std::move(points));
  }
  return roots;
}

void OpenApiCoverage::add_content(uint32_t operation, const std::string& owner,
                                  const std::vector<MediaType>& types, const Place& place,
                                  std::vector<SchemaId>& roots) {
  for (const MediaType& type : types) {
    points_.push_back({Kind::MediaType, operation, owner + " " + type.key, place.source});
    add_roots(type, roots);
  }
}

const OpenApiCoverage::OperationPoints& CoverageMarks::points_of(
    const Operation& operation) const noexcept {
  return coverage_.operations_[position_in(coverage_.model_.operations, operation)];
}

void CoverageMarks::response(const Operation& operation, const Response& response) const {
  if (tally_ == nullptr) return;
  tally_->mark(points_of(operation).answers[position_in(operation.responses, response)].point);
}

void CoverageMarks::media_type(const Operation& operation, const Response* response,
                               const MediaType& type) const {
  if (tally_ == nullptr) return;
  const OpenApiCoverage::OperationPoints& points = points_of(operation);
  if (response == nullptr) {
    tally_->mark(points.first_media_type + position_in(operation.body->content, type));
    return;
  }
  const auto& answer = points.answers[position_in(operation.responses, *response)];
  tally_->mark(answer.first_media_type + position_in(response->content, type));
}

}  // namespace faultline::contracts::openapi
