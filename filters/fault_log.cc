// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/fault_log.h"

namespace faultline::filters {
namespace {

Direction direction_of(rules::Side side) noexcept {
  return side == rules::Side::Request ? Direction::Request : Direction::Response;
}

}  // namespace

FaultLog::~FaultLog() {
  for (const auto& applied : applied_) decisions_.release(applied.rule);
}

FaultEvent FaultLog::make_event(const PlannedFault& fault) const {
  const auto& decision = fault.decision;
  return {.time = clock_.now(),
          .owner = config_,
          .rule = fault.rule->name,
          .fault = rules::fault_name(fault.rule->fault),
          .listener = config_->listeners[id_.listener].name,
          .id = id_,
          .scope = rules::scope_kind_name(decision.kind),
          .key = rules::key_text(decision),
          .occurrence = decision.occurrence,
          .draw = decision.u0,
          .bypassed = {},
          .action = {},
          .pointer = {}};
}

void FaultLog::record(const PlannedFault& fault, FaultAction&& action) {
  FaultEvent event = make_event(fault);
  event.direction = direction_of(action.side);
  event.action = action.action;
  event.delay_ns = action.delay_ns;
  event.bytes = action.bytes;
  event.pointer = action.pointer;
  const MonoTime time = event.time;
  const uint64_t event_id = sink_.emit_fault(std::move(event));
  decisions_.applied(fault.rule_index);
  injected_delay_ += Duration(action.delay_ns);
  applied_.emplace_back(event_id, fault.rule_index, time, std::move(action));
}

std::vector<AppliedFault> FaultLog::applied() const {
  std::vector<AppliedFault> list;
  for (const auto& [event_id, rule, time, action] : applied_) {
    const auto& config = config_->rules[rule];
    list.push_back({event_id, config.name, std::string(rules::fault_name(config.fault)),
                    direction_of(action.side), action.pointer.str(), action.action.str(), time,
                    action.delay_ns});
  }
  return list;
}

void FaultLog::bypass(const PlannedFault& fault, rules::BypassReason reason) {
  FaultEvent event = make_event(fault);
  event.bypassed = rules::bypass_reason_name(reason);
  sink_.emit_fault(std::move(event));
  decisions_.bypassed(fault.rule_index, reason);
}

uint64_t FaultLog::draw(const PlannedFault& fault, uint64_t number) const {
  return decisions_.draw(fault.decision, number);
}

}  // namespace faultline::filters
