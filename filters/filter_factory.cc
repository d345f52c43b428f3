// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/filter_factory.h"

#include "filters/abort/abort_filter.h"
#include "filters/connect/connect_filter.h"
#include "filters/cut/cut_filter.h"
#include "filters/drop/drop_filter.h"
#include "filters/duplicate_request/duplicate_request_filter.h"
#include "filters/edit/edit_filter.h"
#include "filters/half_close/half_close_filter.h"
#include "filters/latency/latency_filter.h"
#include "filters/lifetime/lifetime_filter.h"
#include "filters/schema_drift/schema_drift_filter.h"
#include "filters/slice/slice_filter.h"
#include "filters/stale_response/stale_response_filter.h"
#include "filters/stall/stall_filter.h"
#include "filters/swap_responses/swap_responses_filter.h"
#include "filters/throttle/throttle_filter.h"
#include "filters/truncate/truncate_filter.h"
#include "filters/withhold_continue/withhold_continue_filter.h"

#include <new>
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
template <>
struct FilterOf<rules::EditSpec> : std::type_identity<EditFilter> {};
template <>
struct FilterOf<rules::TruncateSpec> : std::type_identity<TruncateFilter> {};
template <>
struct FilterOf<rules::WithholdContinueSpec> : std::type_identity<WithholdContinueFilter> {};
template <>
struct FilterOf<rules::DuplicateRequestSpec> : std::type_identity<DuplicateRequestFilter> {};
template <>
struct FilterOf<rules::StaleResponseSpec> : std::type_identity<StaleResponseFilter> {};
template <>
struct FilterOf<rules::SwapResponsesSpec> : std::type_identity<SwapResponsesFilter> {};

template <typename Made, typename... Args>
FilterPtr make_in(std::pmr::memory_resource& memory, Args&&... args) {
  static_assert(alignof(Made) <= alignof(std::max_align_t));
  void* const room = memory.allocate(sizeof(Made));
  return {::new (room) Made(std::forward<Args>(args)...), FilterDeleter{&memory, sizeof(Made)}};
}

}  // namespace

void FilterDeleter::operator()(Filter* filter) const noexcept {
  filter->~Filter();
  memory->deallocate(filter, bytes);
}

FilterPtr make_filter(PlannedFault&& fault, rules::Protocol protocol,
                      std::pmr::memory_resource& memory) {
  return std::visit(
      [&](const auto& spec) -> FilterPtr {
        using Made = typename FilterOf<std::decay_t<decltype(spec)>>::type;
        if constexpr (std::is_constructible_v<Made, PlannedFault, decltype(spec),
                                              rules::Protocol>) {
          return make_in<Made>(memory, std::move(fault), spec, protocol);
        } else {
          return make_in<Made>(memory, std::move(fault), spec);
        }
      },
      fault.rule->fault);
}

FilterPtr make_witness(const rules::RuleConfig& rule, std::pmr::memory_resource& memory) {
  if (!std::holds_alternative<rules::StaleResponseSpec>(rule.fault)) return {};
  return make_in<StaleResponseFilter>(memory, rule);
}

}  // namespace faultline::filters
