// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"
#include "proxy/base/event.h"
#include "proxy/base/fault_event.h"
#include "rules/config.h"
#include "rules/decision.h"

#include <cstdint>
#include <memory>
#include <memory_resource>
#include <string>
#include <utility>
#include <vector>

namespace faultline::filters {

/// One fired decision on its way to its effect.
struct PlannedFault {
  uint32_t rule_index = 0;                  // in the configuration
  const rules::RuleConfig* rule = nullptr;  // borrowed from the snapshot the exchange pins
  rules::Decision decision;
};

/// What an event says besides the decision.
struct FaultAction {
  rules::Side side = rules::Side::Request;
  ActionText action{};   // value-free: "delay 212000000 ns", "answer 503", "retype"
  int64_t delay_ns = 0;  // latency: what was drawn
  RareText pointer{};    // schema_drift
  uint64_t bytes = 0;    // bytes touched
};

/// The only door through which a filter changes traffic: it writes the event, then runs the
/// effect. One per exchange (TCP: per connection); owned by it, used on its worker.
class FaultLog {
 public:
  /// `config` is the one the exchange pins; events share it, because they are written later.
  /// `memory` is for what was applied; it outlives the log.
  FaultLog(EventSink& sink, rules::DecisionEngine& decisions, const Clock& clock, ExchangeId id,
           const std::shared_ptr<const rules::Config>& config,
           std::pmr::memory_resource& memory = *std::pmr::new_delete_resource())
      : sink_(sink),
        decisions_(decisions),
        clock_(clock),
        id_(id),
        config_(config),
        applied_(&memory) {}
  FaultLog(const FaultLog&) = delete;
  FaultLog& operator=(const FaultLog&) = delete;
  /// Gives back what the concurrent budgets hold.
  ~FaultLog();

  /// Writes the event of `fault`, counts it as applied, then runs `effect()`.
  template <typename Effect>
  void apply(const PlannedFault& fault, FaultAction&& action, Effect&& effect) {
    record(fault, std::move(action));
    std::forward<Effect>(effect)();
  }

  /// The decision fired but the fault cannot act here. Counted by reason, and an event.
  void bypass(const PlannedFault& fault, rules::BypassReason reason);

  /// Draw `number` (1 and up) of a decision.
  [[nodiscard]] uint64_t draw(const PlannedFault& fault, uint64_t number) const;

  [[nodiscard]] const ExchangeId& id() const noexcept { return id_; }
  /// What the mirror is told, made when it asks.
  [[nodiscard]] std::vector<AppliedFault> applied() const;
  /// Sum of the delays that were injected.
  [[nodiscard]] Duration injected_delay() const noexcept { return injected_delay_; }

 private:
  struct Applied {
    uint64_t event_id = 0;
    uint32_t rule = 0;
    MonoTime time;
    FaultAction action;
  };
  void record(const PlannedFault& fault, FaultAction&& action);
  /// Without what it did.
  [[nodiscard]] FaultEvent make_event(const PlannedFault& fault) const;

  EventSink& sink_;
  rules::DecisionEngine& decisions_;
  const Clock& clock_;
  ExchangeId id_;
  const std::shared_ptr<const rules::Config>& config_;
  std::pmr::vector<Applied> applied_;
  Duration injected_delay_{};
};

}  // namespace faultline::filters
