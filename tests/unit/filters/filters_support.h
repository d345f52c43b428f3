// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/engine.h"
#include "filters/filter.h"
#include "rules/config.h"
#include "rules/decision.h"
#include "tests/fakes/manual_scheduler.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::filters {

/// Keeps events, and the order in which they and anything else happened.
class RecordingSink final : public EventSink {
 public:
  uint64_t emit(Event event) override;
  /// The value of a field or traffic text of event `position`; empty when it has none.
  [[nodiscard]] std::string value(size_t position, std::string_view name) const;

  std::vector<Event> events;
  std::vector<std::string> log;  // "event 101", and what tests add
};

/// One rule of a configuration with an engine that decides for it, and the log of one exchange.
/// The budget is 1 concurrent fault unless told.
class FaultWorld {
 public:
  explicit FaultWorld(rules::FaultSpec fault, rules::BudgetConfig budget = {});

  [[nodiscard]] const rules::RuleConfig& rule() const { return config->rules.front(); }
  template <typename Spec>
  [[nodiscard]] const Spec& spec() const {
    return std::get<Spec>(rule().fault);
  }
  /// Decides for one more match. It must be granted.
  [[nodiscard]] PlannedFault fire();
  /// As fire(), but whatever comes of it.
  [[nodiscard]] rules::Decision decide();
  [[nodiscard]] rules::RuleCounters counters() const { return engine.counters().front(); }

  std::shared_ptr<const rules::Config> config;
  rules::DecisionEngine engine;
  fakes::ManualScheduler scheduler;
  RecordingSink sink;
  std::unique_ptr<FaultLog> log;
};

/// The exchange as filters see it: writes down what they ask for.
class FakeContext final : public FilterContext {
 public:
  explicit FakeContext(FaultWorld& world) : world_(world) {}

  [[nodiscard]] Scheduler& scheduler() noexcept override { return world_.scheduler; }
  [[nodiscard]] buffer::BlockPool& blocks() noexcept override { return pool; }
  [[nodiscard]] FaultLog& fault_log() noexcept override { return *world_.log; }
  [[nodiscard]] const contracts::ContractSet* contracts() const noexcept override {
    return contract_set;
  }
  void proceed(rules::Side side) override;
  void respond(http::LocalReply answer) override;
  void end(EndKind kind) override;
  void pause_source(rules::Side side) override;
  void resume_source(rules::Side side) override;
  [[nodiscard]] std::shared_ptr<RateLimiter> limiter(const PlannedFault& fault,
                                                     const rules::ThrottleSpec& spec) override;

  buffer::BlockPool pool;
  const contracts::ContractSet* contract_set = nullptr;
  std::shared_ptr<RateLimiter> shared_limiter;
  std::vector<std::string> calls;  // "proceed request @200000000", "end reset @0", ...
  std::optional<http::LocalReply> reply;

 private:
  void note(const std::string& call);
  FaultWorld& world_;
};

/// What came out of a byte stage.
struct Delivered {
  int64_t at_ns = 0;
  std::string bytes;
  bool end = false;
  friend bool operator==(const Delivered&, const Delivered&) = default;
  friend void PrintTo(const Delivered& piece, std::ostream* out);
};
class SinkLog {
 public:
  explicit SinkLog(const Scheduler& scheduler) : scheduler_(scheduler) {}
  [[nodiscard]] ByteStage::Sink sink();
  [[nodiscard]] std::string bytes() const;
  [[nodiscard]] int ends() const;

  std::vector<Delivered> pieces;

 private:
  const Scheduler& scheduler_;
};

[[nodiscard]] buffer::Chain chain_of(buffer::BlockPool& pool, std::string_view bytes);

/// A head with these fields.
template <typename HeadType>
[[nodiscard]] HeadType head_of(const std::vector<std::pair<std::string, std::string>>& fields,
                               http::BodyFraming framing = http::BodyFraming::None,
                               uint64_t content_length = 0) {
  HeadType head;
  for (const auto& [name, value] : fields) head.fields.append(name, value);
  head.framing = framing;
  head.content_length = content_length;
  return head;
}

}  // namespace faultline::filters
