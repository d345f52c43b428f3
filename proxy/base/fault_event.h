// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/event.h"
#include "proxy/base/rare_text.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace faultline {

/// What a fault did, in a few words without values of traffic: "close", "delay 212000000 ns".
/// Literals are kept as they are, and the second kind as a number between two of them: the text is
/// made by who reads it.
class ActionText {
 public:
  ActionText() = default;
  ActionText(std::string text) : text_(std::move(text)) {}  // NOLINT(google-explicit-constructor)
  /// A literal: it is not copied.
  ActionText(const char* literal) : before_(literal) {}  // NOLINT(google-explicit-constructor)
  ActionText(std::string_view before, int64_t number, std::string_view after)
      : before_(before), after_(after), number_(number) {}
  [[nodiscard]] std::string str() const;

 private:
  RareText text_;
  std::string_view before_;
  std::string_view after_;  // empty: there is no number
  int64_t number_ = 0;
};

/// A fault that fired, as its worker has it: the texts of its line in events.jsonl are made by
/// the sink, off the worker.
struct FaultEvent {
  MonoTime time;
  std::shared_ptr<const void> owner;  // of the names of rule and listener: the event outlives both
  std::string_view rule;
  std::string_view fault;  // this, `scope` and `bypassed` are literals
  std::string_view listener;
  ExchangeId id;
  std::string_view scope;
  std::string key;  // traffic
  uint64_t occurrence = 0;
  uint64_t draw = 0;          // the value of draw 0
  std::string_view bypassed;  // why it had no effect; empty: it had one, and what follows counts
  Direction direction = Direction::Request;
  ActionText action;
  int64_t delay_ns = 0;  // 0: none
  uint64_t bytes = 0;    // 0: none
  RareText pointer;      // traffic; empty: none
};

/// The event of kind "fault" that stands in events.jsonl.
[[nodiscard]] Event to_event(const FaultEvent& fault);

}  // namespace faultline
