// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/coverage.h"
#include "contracts/json_schema/schema_coverage.h"
#include "contracts/openapi/model.h"
#include "proxy/base/message_view.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace faultline::contracts::openapi {

/// What an OpenAPI contract declares: every status and media type of every operation, and the
/// points of the schemas that their bodies, parameters and headers use. Borrows the model.
class OpenApiCoverage final : public CoverageModel {
 public:
  explicit OpenApiCoverage(const Model& model)
      : model_(model), roots_(add_operations()), schemas_(model.program, roots_, points_.size()) {}

  [[nodiscard]] size_t size() const noexcept override { return points_.size() + schemas_.size(); }
  [[nodiscard]] CoveragePoint::Kind kind(size_t point) const noexcept override {
    return point < points_.size() ? points_[point].kind : schemas_.kind(point - points_.size());
  }
  [[nodiscard]] size_t regions() const noexcept override { return schemas_.regions(); }
  [[nodiscard]] CoveragePoint describe(size_t point) const override;

 private:
  friend class CoverageMarks;
  struct Point {
    CoveragePoint::Kind kind = CoveragePoint::Kind::Response;
    uint32_t operation = 0;
    std::string what;
    json::Value place;
  };
  /// Numbers of points; those of the media types follow one another.
  struct Answer {
    size_t point = 0;
    size_t first_media_type = 0;
  };
  struct OperationPoints {
    size_t first_media_type = 0;  // of the request body
    std::vector<Answer> answers;  // as in the model
  };

  [[nodiscard]] std::vector<SchemaId> add_operations();
  void add_content(uint32_t operation, const std::string& owner,
                   const std::vector<MediaType>& types, const Place& place,
                   std::vector<SchemaId>& roots);

  const Model& model_;
  std::vector<Point> points_;
  std::vector<OperationPoints> operations_;  // as in the model
  std::vector<SchemaId> roots_;
  json_schema::SchemaCoverage schemas_;
};

/// Where a check marks what its message shows: nowhere when nobody asks. What could not be read
/// shows nothing.
class CoverageMarks {
 public:
  /// `tally` may be null.
  CoverageMarks(const OpenApiCoverage& coverage, CoverageTally* tally) noexcept
      : coverage_(coverage), tally_(tally) {}

  /// A response of that operation; both are of the model.
  void response(const Operation& operation, const Response& response) const;
  /// A media type of that response, or with null of the operation's request body.
  void media_type(const Operation& operation, const Response* response,
                  const MediaType& type) const;
  /// A value that the schema judges.
  void value(SchemaId schema, json::Value value, Direction direction) const {
    if (tally_ == nullptr || schema == json_schema::kNoSchema) return;
    if (!coverage_.schemas_.has_unseen(schema, *tally_)) return;
    coverage_.schemas_.observe(schema, value, direction, *tally_);
  }

 private:
  [[nodiscard]] const OpenApiCoverage::OperationPoints& points_of(
      const Operation& operation) const noexcept;

  const OpenApiCoverage& coverage_;
  CoverageTally* tally_;
};

}  // namespace faultline::contracts::openapi
