// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"
#include "proxy/base/message_view.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline {

/// Where in the run something happened. Ordinals count from 0 in order of acceptance; an exchange
/// is named `listener/connection/exchange`, e.g. "shop/17/3".
struct ExchangeId {
  uint32_t listener = 0;    // index in configuration order
  uint64_t connection = 0;  // ordinal of that listener
  uint64_t exchange = 0;    // ordinal on that connection

  friend constexpr auto operator<=>(const ExchangeId&, const ExchangeId&) = default;
};

/// A fault that touched an exchange: what findings and the journal refer to.
struct AppliedFault {
  uint64_t event_id = 0;
  std::string rule;
  std::string fault;                         // "latency"
  Direction direction = Direction::Request;  // which half it acted on
  std::string pointer{};  // schema_drift: where in the body. Traffic: redacted before writing
  std::string action{};   // what it did, value-free: "answer 503", "retype", "remove element"
  MonoTime time{};        // when; of an exchange that was read back: not known
  int64_t delay_ns = 0;   // latency: what was drawn
};

/// One thing worth a line in events.jsonl. `fields` keep their order; values are JSON texts made
/// by the caller (numbers, json_quote()d strings). Texts that can hold traffic (keys, pointers)
/// go into `traffic_texts` instead, which the run's sink redacts before it writes them.
struct Event {
  std::string_view kind;  // "fault", "phase", "config", "run", "decision"
  MonoTime time;
  std::vector<std::pair<std::string_view, std::string>> fields;
  std::vector<std::pair<std::string_view, std::string>> traffic_texts;
};

struct FaultEvent;

/// Takes events from any thread; `emit` returns the event's id, unique in the run and ascending.
/// Never blocks on a disk. proxy/run implements it.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual uint64_t emit(Event event) = 0;
  /// The same for a fault (fault_event.h). A sink that writes on a thread of its own makes the
  /// texts there; the others get them made here.
  virtual uint64_t emit_fault(FaultEvent&& fault);
};

}  // namespace faultline
