// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"
#include "rules/config.h"
#include "rules/facts.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::rules {

/// How a decision ended, in the order in which it is asked. Only the last two were drawn.
enum class Verdict : uint8_t {
  Disarmed,  // the phase does not list the rule, or the gate is closed: not a match, not counted
  NoKey,     // scope header absent: there is nothing to draw from
  KeyLimit,  // more scope keys than limits::kDecisionKeysPerRule: not drawn
  Window,    // outside the window
  Trigger,   // the counting trigger says no
  Chance,    // draw 0 says no
  Budget,    // drawn, refused by the budget: counted as overflow
  Fired,     // drawn and granted
};
/// "disarmed", "no_key", "key_limit", "window", "trigger", "chance", "budget", "fired".
[[nodiscard]] std::string_view verdict_name(Verdict verdict) noexcept;

/// Why a granted fault had no effect.
enum class BypassReason : uint8_t {
  Streaming,            // the message has no end to wait for
  TooLate,              // its phase has passed, or the exchange ended first
  Compressed,           // content coding that is not edited
  UnsupportedProtocol,  // e.g. an upgraded connection
  BufferLimit,          // body over the limit
  NotJson,              // schema drift: the body is not JSON
  NoTarget,             // schema drift: nothing in the body to change
};
inline constexpr size_t kBypassReasons = 7;
/// "streaming", "too_late", ...
[[nodiscard]] std::string_view bypass_reason_name(BypassReason reason) noexcept;

/// "run", "connection", "route", "message_key", "client".
[[nodiscard]] std::string_view scope_kind_name(ScopeKind kind) noexcept;

/// One decision and all that it was made of. A value; keeps no reference.
struct Decision {
  uint32_t rule = 0;  // index in Config::rules
  Verdict verdict = Verdict::Disarmed;
  ScopeKind kind = ScopeKind::Route;
  std::string key;          // bytes, as they enter the draw
  uint64_t earlier = 0;     // n: earlier matches of the rule with this key
  uint64_t occurrence = 0;  // n, or the exchange ordinal in connection scope
  uint64_t stream = 0;      // where its draws come from: see random::draw_from
  uint64_t u0 = 0;          // draw 0
  uint64_t threshold = 0;   // fires when (u0 >> 32) < threshold

  [[nodiscard]] bool fired() const noexcept { return verdict == Verdict::Fired; }
};

/// The key for people: `0/17` (listener/connection) in connection scope, else its bytes.
[[nodiscard]] std::string key_text(const Decision& decision);

/// Accounting of one rule. matched = drawn + the verdicts before the draw;
/// drawn = applied + bypassed + overflow once every exchange has ended.
struct RuleCounters {
  std::string rule;
  ScopeKind kind = ScopeKind::Route;
  uint64_t matched = 0;  // while armed
  uint64_t drawn = 0;
  uint64_t applied = 0;
  uint64_t overflow = 0;
  std::array<uint64_t, kBypassReasons> bypassed{};  // by BypassReason
  uint64_t no_key = 0;
  uint64_t key_limit = 0;
  uint64_t disarmed = 0;  // matches that did not count

  [[nodiscard]] uint64_t bypassed_total() const noexcept;
  [[nodiscard]] bool balances() const noexcept {
    return drawn == applied + bypassed_total() + overflow;
  }
};

/// Decides, counts and grants budgets for all rules of a configuration. Thread-safe; shared by the
/// workers. A decision is a pure function of seed, run number, rule name, scope key and occurrence
/// (random.h); time enters only through the window.
///
///   auto decision = engine.decide(rule, scope, since_start);
///   if (!decision.fired()) return;
///   // then exactly one of
///   engine.applied(rule);  ...  engine.release(rule);   // release when the effect has ended
///   engine.bypassed(rule, BypassReason::TooLate);       // gives the budget back by itself
class DecisionEngine {
 public:
  struct Options {
    uint64_t seed = 0;
    uint64_t run = 0;  // 0: the same seed gives the same decisions in every run
  };
  /// With `previous`, counts, budgets and occurrences go on for rules of the same name; the two
  /// engines then share them, so exchanges that still hold the old one are accounted for.
  DecisionEngine(std::shared_ptr<const Config> config, Options options,
                 const DecisionEngine* previous = nullptr);
  ~DecisionEngine();
  DecisionEngine(const DecisionEngine&) = delete;
  DecisionEngine& operator=(const DecisionEngine&) = delete;

  /// Call once for each rule that matched an exchange. `armed`: the active phase lists the rule
  /// and the gate is open. Matches that are not armed change nothing but a counter, so that a
  /// closed gate or a warm-up phase cannot shift later decisions.
  [[nodiscard]] Decision decide(uint32_t rule, const ScopeFacts& scope, Duration since_start,
                                bool armed = true);

  /// Further draws of a decision: 1 = amount, 2 = position, 3 and up as the fault documents.
  [[nodiscard]] uint64_t draw(const Decision& decision, uint64_t draw_no) const noexcept;

  void applied(uint32_t rule) noexcept;
  void release(uint32_t rule) noexcept;
  void bypassed(uint32_t rule, BypassReason reason) noexcept;

  /// Drops what is kept per connection. Call when a connection ends; almost free without rules
  /// that count per connection.
  void forget_connection(uint32_t listener, uint64_t connection) noexcept;

  /// In configuration order, then rules that a reload removed, by name.
  [[nodiscard]] std::vector<RuleCounters> counters() const;
  [[nodiscard]] uint64_t seed() const noexcept;

 private:
  struct Rep;
  std::unique_ptr<Rep> rep_;
};

/// One line of the decision log: `rule kind "key" occurrence u0 verdict action`, u0 as 16 hex
/// digits, the key as a JSON string. `action` is the fault's name, or "-" when it did not fire.
[[nodiscard]] std::string decision_line(std::string_view rule, const Decision& decision,
                                        std::string_view action);

/// The delay for 64 random bits (draw 1): integers only, 0 <= delay <= spec.max.
[[nodiscard]] int64_t latency_ns(const LatencySpec& spec, uint64_t u) noexcept;

}  // namespace faultline::rules
