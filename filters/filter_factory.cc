// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/filter_factory.h"

#include "filters/abort/abort_filter.h"
#include "filters/connect/connect_filter.h"
#include "filters/cut/cut_filter.h"
#include "filters/drop/drop_filter.h"
#include "filters/half_close/half_close_filter.h"
#include "filters/latency/latency_filter.h"
#include "filters/lifetime/lifetime_filter.h"
#include "filters/schema_drift/schema_drift_filter.h"
#include "filters/slice/slice_filter.h"
#include "filters/stall/stall_filter.h"
#include "filters/throttle/throttle_filter.h"

#include <type_traits>
#include <utility>
#include <variant>

namespace faultline::filters {
namespace {

template <typename Spec>
struct FilterOf;
template <>
struct FilterOf<rules::LatencySpec> : std::type_identity<LatencyFilter> {};
template <>
struct FilterOf<rules::ThrottleSpec> : std::type_identity<ThrottleFilter> {};
template <>
struct FilterOf<rules::SliceSpec> : std::type_identity<SliceFilter> {};
template <>
struct FilterOf<rules::StallSpec> : std::type_identity<StallFilter> {};
template <>
struct FilterOf<rules::CutSpec> : std::type_identity<CutFilter> {};
template <>
struct FilterOf<rules::HalfCloseSpec> : std::type_identity<HalfCloseFilter> {};
template <>
struct FilterOf<rules::LifetimeSpec> : std::type_identity<LifetimeFilter> {};
template <>
struct FilterOf<rules::ConnectSpec> : std::type_identity<ConnectFilter> {};
template <>
struct FilterOf<rules::AbortSpec> : std::type_identity<AbortFilter> {};
template <>
struct FilterOf<rules::DropSpec> : std::type_identity<DropFilter> {};
template <>
struct FilterOf<rules::SchemaDriftSpec> : std::type_identity<SchemaDriftFilter> {};

}  // namespace

std::unique_ptr<Filter> make_filter(PlannedFault fault, rules::Protocol protocol) {
  return std::visit(
      [&](const auto& spec) -> std::unique_ptr<Filter> {
        using Made = typename FilterOf<std::decay_t<decltype(spec)>>::type;
        if constexpr (std::is_constructible_v<Made, PlannedFault, decltype(spec),
                                              rules::Protocol>) {
          return std::make_unique<Made>(std::move(fault), spec, protocol);
        } else {
          return std::make_unique<Made>(std::move(fault), spec);
        }
      },
      fault.rule->fault);
}

}  // namespace faultline::filters
