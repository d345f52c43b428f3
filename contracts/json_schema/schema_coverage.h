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
  /// Schemas with points of their own or behind them: each is a region of the tally.
  [[nodiscard]] size_t regions() const noexcept { return regions_.size(); }

  /// False when observe() could mark nothing new.
  [[nodiscard]] bool has_unseen(SchemaId id, const CoverageTally& tally) const noexcept {
    const RegionId region = region_of_[id];
    return region != kNoRegion && !tally.is_closed(region);
  }
  /// Marks what `value` shows of the schema and of all that judge it and its parts. A branch is
  /// seen when the value is valid under it. Bounded: of a value that takes too many steps only a
  /// part is looked at, so a point may stay unseen, never the other way round. A schema without an
  /// unseen point in it or behind it is closed in the tally and not looked into again.
  /// Only where has_unseen().
  void observe(SchemaId id, json::Value value, Direction direction, CoverageTally& tally) const;

 private:
  class Walk;
  using RegionId = uint32_t;
  static constexpr RegionId kNoRegion = UINT32_MAX;

  struct Region {
    size_t first = 0;         // number of its first point
    uint32_t points = 0;      // of its own
    uint32_t first_part = 0;  // in `parts_`
    uint32_t parts = 0;       // the regions it leads to, without itself
  };
  struct Point {
    CoveragePoint::Kind kind = CoveragePoint::Kind::Property;
    bool is_any_of = false;
    uint32_t index = 0;  // among its kind in the schema
    SchemaId schema = kNoSchema;
  };

  void add_points(SchemaId id);
  void add_points(SchemaId id, CoveragePoint::Kind kind, size_t count, bool is_any_of = false);
  void link(SchemaId id);
  [[nodiscard]] bool is_exhausted(const Region& region, const CoverageTally& tally) const noexcept;

  const Program& program_;
  size_t first_;
  std::vector<RegionId> region_of_;  // by schema
  std::vector<Region> regions_;
  std::vector<RegionId> parts_;
  std::vector<Point> points_;
};

}  // namespace faultline::contracts::json_schema
