// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/config.h"

#include "rules/matcher.h"

namespace faultline::rules {
namespace {

template <typename... Visitors>
struct Overload : Visitors... {
  using Visitors::operator()...;
};
template <typename... Visitors>
Overload(Visitors...) -> Overload<Visitors...>;

// Faults of messages: a TCP connection has none.
constexpr Overload kIsHttpFault{
    [](const LatencySpec&) { return false; },
    [](const ThrottleSpec&) { return false; },
    [](const SliceSpec& spec) { return spec.part != SliceSpec::Part::All; },
    [](const StallSpec&) { return false; },
    [](const CutSpec&) { return false; },
    [](const HalfCloseSpec&) { return false; },
    [](const LifetimeSpec&) { return false; },
    [](const ConnectSpec&) { return false; },
    [](const DropSpec& spec) {
      return spec.how == DropSpec::How::LoseResponse || spec.how == DropSpec::How::KeepAliveRace;
    },
    [](const auto&) { return true; },
};

}  // namespace

std::string_view fault_name(const FaultSpec& fault) noexcept {
  return std::visit([](const auto& spec) { return spec.kName; }, fault);
}

Side acting_side(const FaultSpec& fault) noexcept {
  return std::visit(
      Overload{
          [](const LifetimeSpec&) { return Side::Request; },
          [](const ConnectSpec&) { return Side::Request; },
          [](const AbortSpec& spec) { return spec.after ? Side::Response : Side::Request; },
          [](const DropSpec& spec) {
            return spec.how == DropSpec::How::LoseResponse ? Side::Response : Side::Request;
          },
          [](const DuplicateRequestSpec&) { return Side::Request; },
          [](const TruncateSpec&) { return Side::Response; },
          [](const WithholdContinueSpec&) { return Side::Request; },
          [](const StaleResponseSpec&) { return Side::Response; },
          [](const SwapResponsesSpec&) { return Side::Response; },
          [](const auto& spec) { return spec.side; },
      },
      fault);
}

bool needs_http(const RuleConfig& rule) noexcept {
  const auto& match = rule.match;
  const bool asks_http = !match.methods.empty() || match.path || !match.headers.empty() ||
                         !match.query.empty() || !match.statuses.empty() || match.content_type;
  const bool scope_is_http = rule.scope.kind == ScopeKind::MessageKey ||
                             (rule.scope.kind == ScopeKind::Route && !rule.scope.is_default);
  return asks_http || scope_is_http || std::visit(kIsHttpFault, rule.fault);
}

bool needs_tcp(const FaultSpec& fault) noexcept {
  return std::holds_alternative<HalfCloseSpec>(fault) ||
         std::holds_alternative<LifetimeSpec>(fault);
}

}  // namespace faultline::rules
