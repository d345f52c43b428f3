// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/filter_factory.h"

#include "filters/abort/abort_filter.h"
#include "filters/drop/drop_filter.h"
#include "filters/latency/latency_filter.h"
#include "filters/schema_drift/schema_drift_filter.h"
#include "filters/throttle/throttle_filter.h"

#include <utility>
#include <variant>

namespace faultline::filters {
namespace {

struct Maker {
  PlannedFault& fault;
  rules::Protocol protocol;

  std::unique_ptr<Filter> operator()(const rules::LatencySpec& spec) const {
    return std::make_unique<LatencyFilter>(std::move(fault), spec, protocol);
  }
  std::unique_ptr<Filter> operator()(const rules::ThrottleSpec& spec) const {
    return std::make_unique<ThrottleFilter>(std::move(fault), spec);
  }
  std::unique_ptr<Filter> operator()(const rules::AbortSpec& spec) const {
    return std::make_unique<AbortFilter>(std::move(fault), spec);
  }
  std::unique_ptr<Filter> operator()(const rules::DropSpec& spec) const {
    return std::make_unique<DropFilter>(std::move(fault), spec, protocol);
  }
  std::unique_ptr<Filter> operator()(const rules::SchemaDriftSpec& spec) const {
    return std::make_unique<SchemaDriftFilter>(std::move(fault), spec);
  }
};

}  // namespace

std::unique_ptr<Filter> make_filter(PlannedFault fault, rules::Protocol protocol) {
  const rules::FaultSpec& spec = fault.rule->fault;
  return std::visit(Maker{fault, protocol}, spec);
}

}  // namespace faultline::filters
