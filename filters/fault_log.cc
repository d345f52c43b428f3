// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/fault_log.h"

#include "proxy/base/hash.h"
#include "proxy/base/text.h"

namespace faultline::filters {

FaultLog::~FaultLog() {
  for (const uint32_t rule : to_release_) decisions_.release(rule);
}

Event FaultLog::make_event(const PlannedFault& fault) const {
  const auto& decision = fault.decision;
  Event event;
  event.kind = "fault";
  event.time = clock_.now();
  event.fields = {
      {"rule", json_quote(fault.rule->name)},
      {"fault", json_quote(rules::fault_name(fault.rule->fault))},
      {"listener", json_quote(listener_)},
      {"connection", std::to_string(id_.connection)},
      {"exchange", std::to_string(id_.exchange)},
      {"scope", json_quote(rules::scope_kind_name(decision.kind))},
      {"occurrence", std::to_string(decision.occurrence)},
      {"u", json_quote(hex64(decision.u0))},
  };
  event.traffic_texts = {{"key", rules::key_text(decision)}};
  return event;
}

void FaultLog::record(const PlannedFault& fault, FaultAction action) {
  Event event = make_event(fault);
  event.fields.emplace_back("verdict", "\"applied\"");
  event.fields.emplace_back("side",
                            action.side == rules::Side::Request ? "\"request\"" : "\"response\"");
  event.fields.emplace_back("action", json_quote(action.action));
  if (action.delay_ns != 0) event.fields.emplace_back("delay_ns", std::to_string(action.delay_ns));
  if (action.bytes != 0) event.fields.emplace_back("bytes", std::to_string(action.bytes));
  if (!action.pointer.empty()) event.traffic_texts.emplace_back("pointer", action.pointer);
  const uint64_t event_id = sink_.emit(std::move(event));
  decisions_.applied(fault.rule_index);
  to_release_.push_back(fault.rule_index);
  injected_delay_ += Duration(action.delay_ns);
  applied_.push_back(
      {event_id, fault.rule->name, std::string(rules::fault_name(fault.rule->fault)),
       action.side == rules::Side::Request ? Direction::Request : Direction::Response,
       std::move(action.pointer), std::move(action.action)});
}

void FaultLog::bypass(const PlannedFault& fault, rules::BypassReason reason) {
  Event event = make_event(fault);
  event.fields.emplace_back("verdict", "\"bypassed\"");
  event.fields.emplace_back("reason", json_quote(rules::bypass_reason_name(reason)));
  sink_.emit(std::move(event));
  decisions_.bypassed(fault.rule_index, reason);
}

uint64_t FaultLog::draw(const PlannedFault& fault, uint64_t number) const {
  return decisions_.draw(fault.decision, number);
}

}  // namespace faultline::filters
