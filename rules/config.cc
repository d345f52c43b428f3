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
  const auto* drop = std::get_if<DropSpec>(&rule.fault);
  return asks_http || scope_is_http || std::holds_alternative<AbortSpec>(rule.fault) ||
         std::holds_alternative<SchemaDriftSpec>(rule.fault) ||
         (drop != nullptr && drop->how == DropSpec::How::LoseResponse);
}

bool needs_tcp(const FaultSpec& fault) noexcept {
  return std::holds_alternative<HalfCloseSpec>(fault) ||
         std::holds_alternative<LifetimeSpec>(fault);
}

}  // namespace faultline::rules
