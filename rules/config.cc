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
  return std::visit(Overload{
                        [](const LatencySpec&) { return std::string_view("latency"); },
                        [](const ThrottleSpec&) { return std::string_view("throttle"); },
                        [](const AbortSpec&) { return std::string_view("abort"); },
                        [](const DropSpec&) { return std::string_view("drop"); },
                        [](const SchemaDriftSpec&) { return std::string_view("schema_drift"); },
                    },
                    fault);
}

Side acting_side(const FaultSpec& fault) noexcept {
  return std::visit(
      Overload{
          [](const LatencySpec& spec) { return spec.side; },
          [](const ThrottleSpec& spec) { return spec.side; },
          [](const AbortSpec& spec) { return spec.after ? Side::Response : Side::Request; },
          [](const DropSpec& spec) {
            return spec.how == DropSpec::How::LoseResponse ? Side::Response : Side::Request;
          },
          [](const SchemaDriftSpec& spec) { return spec.side; },
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

}  // namespace faultline::rules
