// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/coverage.h"
#include "contracts/json_schema/schema.h"
#include "proxy/base/message_view.h"
#include "proxy/json/tape.h"

#include <span>
#include <vector>

namespace faultline::contracts::json_schema {

/// The points of all schemas that lead on from some roots: every property, enum member and branch
/// of oneOf and anyOf, once for each schema, however many places refer to it.
class SchemaCoverage {
 public:
  /// Borrows the program. Point numbers begin at `first`.
  SchemaCoverage(const Program& program, std::span<const SchemaId> roots, size_t first);

  [[nodiscard]] size_t size() const noexcept { return points_.size(); }
  /// By position among the points of this object, without `first`.
  [[nodiscard]] CoveragePoint::Kind kind(size_t position) const noexcept {
    return points_[position].kind;
  }
  [[nodiscard]] CoveragePoint describe(size_t position) const;

  /// Marks what `value` shows of the schema and of all that judge it and its parts. A branch is
  /// seen when the value is valid under it. Bounded: of a value that takes too many steps only a
  /// part is looked at, so a point may stay unseen, never the other way round.
  void observe(SchemaId id, json::Value value, Direction direction, CoverageTally& tally) const;

 private:
  class Walk;
  static constexpr size_t kNotReached = SIZE_MAX;

  struct Point {
    CoveragePoint::Kind kind = CoveragePoint::Kind::Property;
    bool is_any_of = false;
    uint32_t index = 0;  // among its kind in the schema
    SchemaId schema = kNoSchema;
  };

  void add_points(SchemaId id);
  void add_points(SchemaId id, CoveragePoint::Kind kind, size_t count, bool is_any_of = false);

  const Program& program_;
  size_t first_;
  std::vector<size_t> base_;  // by schema: the number of its first point
  std::vector<Point> points_;
};

}  // namespace faultline::contracts::json_schema
