// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/engine.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace faultline::contracts {

namespace {

/// How much a contract that lacks the operation knows of a message: a preflight for one of its
/// paths, a path whose operations it cannot read, a path without the method, nothing.
int knowledge(const CheckResult& result) noexcept {
  if (result.verdict == Verdict::Conforms) return 3;
  if (result.verdict != Verdict::Undocumented) return 2;
  return !result.violations.empty() && !result.violations[0].contract.pointer.empty() ? 1 : 0;
}

}  // namespace

std::string_view verdict_name(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::Conforms:
      return "conforms";
    case Verdict::Violates:
      return "violates";
    case Verdict::Undocumented:
      return "undocumented";
    case Verdict::Unverifiable:
      return "unverifiable";
  }
  return "unknown";
}

void ContractSet::add(std::shared_ptr<const Contract> contract) {
  contracts_.push_back(std::move(contract));
}

CoverageRecord ContractSet::make_record() const {
  CoverageRecord record;
  for (const auto& contract : contracts_) record.add(contract);
  return record;
}

CheckResult ContractSet::check(const MessageView& message, CheckContext& context) const {
  if (contracts_.empty()) {
    CheckResult result;
    result.verdict = Verdict::Unverifiable;
    result.unverifiable["no contract"] = 1;
    return result;
  }
  std::optional<CheckResult> best;
  for (const auto& contract : contracts_) {
    CheckResult result = contract->check(message, context);
    if (!result.operation.empty()) return result;
    if (!best || knowledge(result) > knowledge(*best)) best = std::move(result);
  }
  return std::move(*best);
}

std::vector<const SensitivePlace*> ContractSet::sensitive_places(std::string_view operation,
                                                                 Direction direction) const {
  std::vector<const SensitivePlace*> found;
  for (const auto& contract : contracts_) {
    const auto& places = contract->sensitive_places();
    auto at = std::lower_bound(places.begin(), places.end(), operation,
                               [](const SensitivePlace& place, std::string_view wanted) {
                                 return place.operation < wanted;
                               });
    for (; at != places.end() && at->operation == operation; ++at) {
      // Parameters stand in the target, which both halves carry.
      const bool is_of_request =
          at->in == SensitivePlace::In::Path || at->in == SensitivePlace::In::Query;
      if (at->direction == direction || is_of_request) found.push_back(&*at);
    }
    if (!found.empty()) return found;
  }
  return found;
}

std::vector<Contract::DeclaredProperty> ContractSet::declared_properties(
    const MessageView& message, const json::Document& body) const {
  for (const auto& contract : contracts_) {
    auto properties = contract->declared_properties(message, body);
    if (!properties.empty()) return properties;
  }
  return {};
}

}  // namespace faultline::contracts
