// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/fault_event.h"

#include "proxy/base/hash.h"
#include "proxy/base/text.h"

namespace faultline {

std::string ActionText::str() const {
  if (!text_.empty()) return text_.str();
  std::string text(before_);
  if (after_.empty()) return text;
  text.append(" ").append(std::to_string(number_)).append(" ").append(after_);
  return text;
}

Event to_event(const FaultEvent& fault) {
  Event event;
  event.kind = "fault";
  event.time = fault.time;
  event.fields = {{"rule", json_quote(fault.rule)},
                  {"fault", json_quote(fault.fault)},
                  {"listener", json_quote(fault.listener)},
                  {"connection", std::to_string(fault.id.connection)},
                  {"exchange", std::to_string(fault.id.exchange)},
                  {"scope", json_quote(fault.scope)},
                  {"occurrence", std::to_string(fault.occurrence)},
                  {"u", json_quote(hex64(fault.draw))}};
  event.traffic_texts = {{"key", fault.key}};
  auto& fields = event.fields;
  if (!fault.bypassed.empty()) {
    fields.emplace_back("verdict", "\"bypassed\"");
    fields.emplace_back("reason", json_quote(fault.bypassed));
    return event;
  }
  fields.emplace_back("verdict", "\"applied\"");
  fields.emplace_back("side",
                      fault.direction == Direction::Request ? "\"request\"" : "\"response\"");
  fields.emplace_back("action", json_quote(fault.action.str()));
  if (fault.delay_ns != 0) fields.emplace_back("delay_ns", std::to_string(fault.delay_ns));
  if (fault.bytes != 0) fields.emplace_back("bytes", std::to_string(fault.bytes));
  if (!fault.pointer.empty()) event.traffic_texts.emplace_back("pointer", fault.pointer.str());
  return event;
}

uint64_t EventSink::emit_fault(FaultEvent&& fault) { return emit(to_event(fault)); }

}  // namespace faultline
