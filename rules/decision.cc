// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/decision.h"

#include "proxy/base/hash.h"
#include "proxy/base/limits.h"
#include "proxy/base/random.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

namespace faultline::rules {
namespace {

struct ScopeKey {
  ScopeKind kind;
  std::string bytes;
};
struct ScopeKeyView {
  ScopeKind kind;
  std::string_view bytes;
};
struct ScopeKeyHash {
  using is_transparent = void;
  size_t operator()(const ScopeKeyView& key) const noexcept {
    return hash64(key.bytes) ^ static_cast<size_t>(key.kind);
  }
  size_t operator()(const ScopeKey& key) const noexcept {
    return (*this)(ScopeKeyView{key.kind, key.bytes});
  }
};
struct ScopeKeyEqual {
  using is_transparent = void;
  template <typename A, typename B>
  bool operator()(const A& a, const B& b) const noexcept {
    return a.kind == b.kind && a.bytes == b.bytes;
  }
};

using Count = std::atomic<uint64_t>;

void add_one(Count& count) noexcept { count.fetch_add(1, std::memory_order_relaxed); }

// Takes one of `limit`; false when none is left.
bool take_one(Count& used, std::optional<uint64_t> limit) noexcept {
  uint64_t now = used.load(std::memory_order_relaxed);
  do {
    if (limit && now >= *limit) return false;
  } while (!used.compare_exchange_weak(now, now + 1, std::memory_order_relaxed));
  return true;
}

void give_back(Count& used) noexcept { used.fetch_sub(1, std::memory_order_relaxed); }

// What outlives a reload. Touched only by exchanges that match the rule.
struct RuleState {
  Count matched{0};
  Count drawn{0};
  Count applied{0};
  Count overflow{0};
  Count no_key{0};
  Count key_limit{0};
  Count disarmed{0};
  std::array<Count, kBypassReasons> bypassed{};
  Count budget_total{0};
  Count budget_concurrent{0};

  std::mutex mutex;  // guards earlier
  std::unordered_map<ScopeKey, uint64_t, ScopeKeyHash, ScopeKeyEqual> earlier;

  // The number of earlier matches with that key; counts this one. Nothing at the limit of keys.
  std::optional<uint64_t> count_match(ScopeKind kind, const std::string& key) {
    const std::lock_guard lock(mutex);
    const auto at = earlier.find(ScopeKeyView{kind, key});
    if (at != earlier.end()) return at->second++;
    if (earlier.size() >= limits::kDecisionKeysPerRule) return std::nullopt;
    earlier.emplace(ScopeKey{kind, key}, 1);
    return 0;
  }
};

void append_big_endian(std::string& out, uint64_t value, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
    out += static_cast<char>((value >> static_cast<unsigned>(shift)) & 0xFFU);
  }
}

std::string connection_key(uint32_t listener, uint64_t connection) {
  std::string key;
  append_big_endian(key, listener, 4);
  append_big_endian(key, connection, 8);
  return key;
}

bool trigger_fires(const TriggerConfig& trigger, uint64_t earlier) {
  if (const auto* nth = std::get_if<Nth>(&trigger.counting)) {
    return std::binary_search(nth->positions.begin(), nth->positions.end(), earlier + 1);
  }
  if (const auto* first = std::get_if<First>(&trigger.counting)) return earlier < first->count;
  if (const auto* every = std::get_if<Every>(&trigger.counting)) {
    return (earlier + 1) % every->period == 0;
  }
  if (const auto* burst = std::get_if<Burst>(&trigger.counting)) {
    return earlier % burst->period < burst->length;
  }
  return true;
}

bool in_window(const TriggerConfig& trigger, Duration since_start) {
  if (!trigger.window) return true;
  const auto& [start, length] = *trigger.window;
  return since_start >= start && since_start - start < length;
}

// Appends the scope key; false when the header that makes it is absent.
bool add_scope_key(const RuleConfig& rule, ScopeKind kind, const ScopeFacts& scope,
                   std::string& key) {
  switch (kind) {
    case ScopeKind::Run:
      return true;
    case ScopeKind::Connection:
      key += connection_key(scope.listener, scope.connection);
      return true;
    case ScopeKind::Client:
      key += scope.client;
      return true;
    case ScopeKind::MessageKey: {
      const auto value = scope.fields.find(rule.scope.header);
      if (!value || value->empty()) return false;
      key += *value;
      return true;
    }
    case ScopeKind::Route:
      break;
  }
  const std::string_view path = rule.match.path ? std::string_view(rule.match.path->text) : "*";
  const std::string_view method = scope.method.empty() ? "*" : scope.method;
  key.reserve(method.size() + 1 + path.size());
  key += method;
  key += ' ';
  key += path;
  return true;
}

bool counts_per_connection(const RuleConfig& rule) {
  return (rule.scope.kind == ScopeKind::Connection || rule.scope.is_default) &&
         !std::holds_alternative<Always>(rule.trigger.counting);
}

}  // namespace

struct DecisionEngine::Rep {
  struct Known {
    std::shared_ptr<RuleState> state;  // shared with the engine of the configuration before
    ScopeKind kind = ScopeKind::Route;
  };
  std::shared_ptr<const Config> config;  // shared with the snapshot it decides for
  Options options;
  std::vector<std::shared_ptr<RuleState>> states;  // by rule
  std::vector<uint64_t> streams;                   // by rule: what all its draws begin with
  std::vector<uint32_t> counting_per_connection;
  std::map<std::string, Known> known;  // by name, removed rules too

  Verdict judge(uint32_t index, const ScopeFacts& scope, Decision& decision) {
    const auto& rule = config->rules[index];
    auto& state = *states[index];
    if (!add_scope_key(rule, decision.kind, scope, decision.key)) {
      add_one(state.no_key);
      return Verdict::NoKey;
    }
    const bool is_connection = decision.kind == ScopeKind::Connection;
    // A TCP connection is its only exchange, and without a counting trigger nobody asks for n.
    const bool needs_count =
        !is_connection ||
        (!scope.method.empty() && !std::holds_alternative<Always>(rule.trigger.counting));
    std::optional<uint64_t> earlier = scope.exchange;
    if (needs_count) earlier = state.count_match(decision.kind, decision.key);
    if (!earlier) {
      add_one(state.key_limit);
      return Verdict::KeyLimit;
    }
    decision.earlier = *earlier;
    decision.occurrence = is_connection ? scope.exchange : *earlier;
    decision.stream = random::decision_stream(streams[index], static_cast<uint64_t>(decision.kind),
                                              decision.key, decision.occurrence);
    return Verdict::Fired;
  }

  bool grant(uint32_t index) noexcept {
    const auto& budget = config->rules[index].budget;
    auto& state = *states[index];
    if (!take_one(state.budget_total, budget.total)) return false;
    if (take_one(state.budget_concurrent, budget.concurrent)) return true;
    give_back(state.budget_total);
    return false;
  }
};

DecisionEngine::DecisionEngine(std::shared_ptr<const Config> config, Options options,
                               const DecisionEngine* previous)
    : rep_(std::make_unique<Rep>()) {
  rep_->options = options;
  if (previous != nullptr) rep_->known = previous->rep_->known;
  for (uint32_t i = 0; i < config->rules.size(); ++i) {
    const auto& rule = config->rules[i];
    auto& known = rep_->known[rule.name];
    if (!known.state) known.state = std::make_shared<RuleState>();
    known.kind = rule.scope.kind;
    rep_->states.push_back(known.state);
    rep_->streams.push_back(random::rule_stream(options.seed, options.run, rule.name));
    if (counts_per_connection(rule)) rep_->counting_per_connection.push_back(i);
  }
  rep_->config = std::move(config);
}

DecisionEngine::~DecisionEngine() = default;

Decision DecisionEngine::decide(uint32_t rule, const ScopeFacts& scope, Duration since_start,
                                bool armed) {
  const auto& config = rep_->config->rules[rule];
  auto& state = *rep_->states[rule];
  Decision decision;
  decision.rule = rule;
  decision.threshold = config.trigger.chance_threshold;
  decision.kind = config.scope.kind;
  if (config.scope.is_default) {
    decision.kind = scope.method.empty() ? ScopeKind::Connection : ScopeKind::Route;
  }
  if (!armed) {
    add_one(state.disarmed);
    return decision;
  }
  add_one(state.matched);
  decision.verdict = rep_->judge(rule, scope, decision);
  if (!decision.fired()) return decision;
  decision.u0 = draw(decision, 0);
  if (!in_window(config.trigger, since_start)) {
    decision.verdict = Verdict::Window;
  } else if (!trigger_fires(config.trigger, decision.earlier)) {
    decision.verdict = Verdict::Trigger;
  } else if ((decision.u0 >> 32U) >= decision.threshold) {
    decision.verdict = Verdict::Chance;
  } else {
    add_one(state.drawn);
    if (!rep_->grant(rule)) {
      add_one(state.overflow);
      decision.verdict = Verdict::Budget;
    }
  }
  return decision;
}

uint64_t DecisionEngine::draw(const Decision& decision, uint64_t draw_no) const noexcept {
  return random::draw_from(decision.stream, draw_no);
}

void DecisionEngine::applied(uint32_t rule) noexcept { add_one(rep_->states[rule]->applied); }

void DecisionEngine::release(uint32_t rule) noexcept {
  give_back(rep_->states[rule]->budget_concurrent);
}

void DecisionEngine::bypassed(uint32_t rule, BypassReason reason) noexcept {
  auto& state = *rep_->states[rule];
  add_one(state.bypassed[static_cast<size_t>(reason)]);
  give_back(state.budget_total);
  give_back(state.budget_concurrent);
}

void DecisionEngine::forget_connection(uint32_t listener, uint64_t connection) noexcept {
  if (rep_->counting_per_connection.empty()) return;
  const auto key = connection_key(listener, connection);
  for (const uint32_t rule : rep_->counting_per_connection) {
    auto& state = *rep_->states[rule];
    const std::lock_guard lock(state.mutex);
    const auto at = state.earlier.find(ScopeKeyView{ScopeKind::Connection, key});
    if (at != state.earlier.end()) state.earlier.erase(at);
  }
}

std::vector<RuleCounters> DecisionEngine::counters() const {
  std::vector<RuleCounters> all;
  const auto add = [&all](const std::string& name, const Rep::Known& known) {
    const auto& state = *known.state;
    RuleCounters counters;
    counters.rule = name;
    counters.kind = known.kind;
    counters.matched = state.matched;
    counters.drawn = state.drawn;
    counters.applied = state.applied;
    counters.overflow = state.overflow;
    counters.no_key = state.no_key;
    counters.key_limit = state.key_limit;
    counters.disarmed = state.disarmed;
    for (size_t i = 0; i < kBypassReasons; ++i) counters.bypassed[i] = state.bypassed[i];
    all.push_back(std::move(counters));
  };
  auto removed = rep_->known;
  for (const auto& rule : rep_->config->rules) {
    add(rule.name, rep_->known.at(rule.name));
    removed.erase(rule.name);
  }
  for (const auto& [name, known] : removed) add(name, known);
  return all;
}

uint64_t DecisionEngine::seed() const noexcept { return rep_->options.seed; }

}  // namespace faultline::rules
