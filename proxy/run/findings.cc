// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/run/findings.h"

#include "proxy/base/hash.h"
#include "proxy/base/random.h"
#include "proxy/record/exchange.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace faultline::run {

namespace {

// Rules named behind one finding; more of them say nothing more to a reader.
constexpr size_t kInjectedByMax = 16;

/// Keeps the `max` smallest members, so that what stays does not depend on the order of arrival.
template <typename Ordered>
void keep_smallest(Ordered& ordered, size_t max) {
  if (ordered.size() > max) ordered.erase(std::prev(ordered.end()));
}

/// The part of a violation that holds no traffic.
contracts::Violation without_traffic(const contracts::Violation& violation) {
  contracts::Violation copy = violation;
  copy.pointer.clear();
  copy.raw_value.clear();
  return copy;
}

void append_faults(std::vector<const InjectedFault*>& out, std::span<const InjectedFault> faults) {
  for (const InjectedFault& fault : faults) {
    out.push_back(&fault);
  }
}

std::string finding_id(size_t position) {
  std::string digits = std::to_string(position);
  if (digits.size() < 4) digits.insert(0, 4 - digits.size(), '0');
  return "FND-" + digits;
}

}  // namespace

std::string_view cause_name(Cause cause) noexcept {
  constexpr std::array<std::string_view, 3> kNames{"natural", "injected", "mixed"};
  return kNames[static_cast<size_t>(cause)];
}

std::string_view baseline_state_name(BaselineState state) noexcept {
  constexpr std::array<std::string_view, 3> kNames{"new", "known", "regressed"};
  return kNames[static_cast<size_t>(state)];
}

FindingLog::Entry* FindingLog::find_or_insert(const Key& key, const std::string& operation) {
  const auto known = severities_.find(key.second);
  if (known != severities_.end()) {
    if (key.first < known->second) {  // more severe than before: it moves up
      auto node = entries_.extract({known->second, key.second});
      auto& siblings = by_operation_.at(node.mapped().operation);
      siblings.erase(node.key());
      siblings.insert(key);
      node.key() = key;
      entries_.insert(std::move(node));
      known->second = key.first;
    }
    return &entries_.at({known->second, key.second});
  }
  if (!make_room(key, operation)) return nullptr;
  severities_.emplace(key.second, key.first);
  by_operation_[operation].insert(key);
  Entry& entry = entries_[key];
  entry.operation = operation;
  return &entry;
}

// Whatever is turned away or leaves has enough keys before it, which only become more: it would
// have left in any other order of arrival as well.
bool FindingLog::make_room(const Key& key, const std::string& operation) {
  const auto siblings = by_operation_.find(operation);
  if (siblings != by_operation_.end() && siblings->second.size() >= bounds_.per_operation) {
    const Key last = *siblings->second.rbegin();
    if (!(key < last)) return false;
    evict(entries_.find(last));
  }
  if (entries_.size() >= bounds_.findings) {
    const auto last = std::prev(entries_.end());
    if (!(key < last->first)) return false;
    evict(last);
  }
  return true;
}

void FindingLog::evict(Entries::iterator entry) {
  severities_.erase(entry->first.second);
  const auto siblings = by_operation_.find(entry->second.operation);
  siblings->second.erase(entry->first);
  if (siblings->second.empty()) by_operation_.erase(siblings);
  entries_.erase(entry);
}

void FindingLog::add_message(Entry& entry, const MessageContext& message,
                             const ExchangeKey& exchange, const Blame& blame) {
  if (entry.messages == 0) {
    entry.protocol = message.protocol;
    entry.first_t_ns = message.t_ns;
    entry.last_t_ns = message.t_ns;
    entry.first_exchange = exchange;
    entry.last_exchange = exchange;
  }
  ++entry.messages;
  if (blame.has_natural) ++entry.natural_messages;
  if (message.is_refused) ++entry.refused_messages;
  entry.first_t_ns = std::min(entry.first_t_ns, message.t_ns);
  entry.last_t_ns = std::max(entry.last_t_ns, message.t_ns);
  entry.first_exchange = std::min(entry.first_exchange, exchange);
  entry.last_exchange = std::max(entry.last_exchange, exchange);
  if (!entry.listeners.contains(message.listener)) entry.listeners.emplace(message.listener);
  add_injected(entry, blame);
  if (!message.client.empty()) add_client(entry, message.client);
}

// Hashes, because a client's address is personal; the smallest, so that the order of arrival does
// not show.
void FindingLog::add_client(Entry& entry, std::string_view client) {
  const uint64_t hash = hash64(client);
  auto& clients = entry.clients;
  const auto at = std::lower_bound(clients.begin(), clients.end(), hash);
  if (at != clients.end() && *at == hash) return;
  clients.insert(at, hash);
  if (clients.size() > kClientsMax) clients.pop_back();
}

void FindingLog::add_injected(Entry& entry, const Blame& blame) {
  std::set<std::pair<std::string, std::string>> counted;  // one rule may touch a message twice
  for (const InjectedFault* fault : blame.faults) {
    const std::pair name(fault->rule, fault->fault);
    ByInjected& by = entry.injected_by[name];
    if (counted.insert(name).second) ++by.messages;
    by.events.insert(fault->event);
    keep_smallest(by.events, limits::kFindingSamples);
  }
  while (entry.injected_by.size() > kInjectedByMax) {
    keep_smallest(entry.injected_by, kInjectedByMax);
  }
}

uint64_t FindingLog::rank(const std::string& fingerprint, const ExchangeKey& exchange) const {
  uint64_t h = random::absorb(random::text(fingerprint), bounds_.seed);
  h = random::absorb(h, random::text(exchange.second));
  h = random::absorb(h, exchange.first.listener);
  h = random::absorb(h, exchange.first.connection);
  return random::absorb(h, exchange.first.exchange);
}

void FindingLog::add_sample(Entry& entry, const MessageContext& message, const SampleKey& key,
                            const RedactedViolation& violation) {
  const bool is_full = entry.samples.size() >= limits::kFindingSamples;
  if (is_full && !(key < std::prev(entry.samples.end())->first)) return;
  // The first of a message stands for it; the engine reports in a fixed order.
  const auto [at, is_new] = entry.samples.try_emplace(key);
  if (!is_new) return;
  FindingSample& sample = at->second.sample;
  sample.exchange = message.exchange;
  sample.exchange_name = key.second.second;
  sample.t_ns = message.t_ns;
  sample.pointer = violation.pointer;
  sample.sample = violation.sample;
  sample.actual = violation.violation->actual;
  std::set<uint64_t> events;
  for (const auto faults : {message.injected, violation.injected}) {
    for (const InjectedFault& fault : faults) {
      events.insert(fault.event);
    }
  }
  sample.events.assign(events.begin(), events.end());
  at->second.violation = without_traffic(*violation.violation);
  keep_smallest(entry.samples, limits::kFindingSamples);
}

FindingLog::Blame FindingLog::blame_of(const MessageContext& message,
                                       std::span<const RedactedViolation> violations,
                                       const std::vector<std::string>& fingerprints, size_t first) {
  Blame blame;
  append_faults(blame.faults, message.injected);
  for (size_t i = first; i < violations.size(); ++i) {
    if (fingerprints[i] != fingerprints[first]) continue;
    append_faults(blame.faults, violations[i].injected);
    if (message.injected.empty() && violations[i].injected.empty()) blame.has_natural = true;
  }
  return blame;
}

void FindingLog::add(const MessageContext& message, std::span<const RedactedViolation> violations) {
  std::vector<std::string> fingerprints;
  fingerprints.reserve(violations.size());
  for (const RedactedViolation& violation : violations) {
    fingerprints.push_back(contracts::fingerprint(*violation.violation, message.protocol));
  }
  const ExchangeKey exchange(message.exchange,
                             message.exchange_name.empty()
                                 ? record::exchange_name(message.listener, message.exchange)
                                 : std::string(message.exchange_name));
  const std::lock_guard lock(mutex_);
  occurrences_ += violations.size();
  for (size_t i = 0; i < violations.size(); ++i) {
    const contracts::Violation& violation = *violations[i].violation;
    Entry* entry = find_or_insert({violation.severity, fingerprints[i]}, violation.operation);
    if (entry == nullptr) continue;
    ++entry->occurrences;
    const auto earlier = fingerprints.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(fingerprints.begin(), earlier, fingerprints[i]) == earlier) {
      const Blame blame = blame_of(message, violations, fingerprints, i);
      add_message(*entry, message, exchange, blame);
    }
    add_sample(*entry, message, {rank(fingerprints[i], exchange), exchange}, violations[i]);
  }
}

void FindingLog::add_unnamed(uint64_t count) {
  const std::lock_guard lock(mutex_);
  occurrences_ += count;
}

Finding FindingLog::make_finding(const Key& key, const Entry& entry) {
  Finding finding;
  finding.fingerprint = key.second;
  finding.protocol = entry.protocol;
  finding.listeners.assign(entry.listeners.begin(), entry.listeners.end());
  std::map<ExchangeKey, const Sample*> samples;  // as a reader meets them in the recording
  for (const auto& [ranked, sample] : entry.samples) samples[ranked.second] = &sample;
  finding.violation = samples.begin()->second->violation;
  finding.violation.severity = key.first;
  finding.messages = entry.messages;
  finding.occurrences = entry.occurrences;
  finding.natural_messages = entry.natural_messages;
  finding.refused_messages = entry.refused_messages;
  finding.clients = entry.clients.size();
  finding.cause = entry.cause();
  for (const auto& [name, by] : entry.injected_by) {
    finding.injected_by.push_back(
        {name.first, name.second, by.messages, {by.events.begin(), by.events.end()}});
  }
  finding.first_t_ns = entry.first_t_ns;
  finding.last_t_ns = entry.last_t_ns;
  finding.first_exchange = entry.first_exchange.second;
  finding.last_exchange = entry.last_exchange.second;
  for (const auto& [exchange, sample] : samples) {
    finding.samples.push_back(sample->sample);
  }
  return finding;
}

std::vector<Finding> FindingLog::finish() const {
  const std::lock_guard lock(mutex_);
  std::vector<Finding> findings;
  findings.reserve(entries_.size());
  for (const auto& [key, entry] : entries_) {
    findings.push_back(make_finding(key, entry));
    findings.back().id = finding_id(findings.size());
  }
  return findings;
}

uint64_t FindingLog::left_out() const {
  const std::lock_guard lock(mutex_);
  uint64_t kept = 0;
  for (const auto& [key, entry] : entries_) {
    kept += entry.occurrences;
  }
  return occurrences_ - kept;
}

FindingTally FindingLog::tally() const {
  const std::lock_guard lock(mutex_);
  FindingTally tally;
  for (const auto& [key, entry] : entries_) ++tally[{entry.cause(), key.first}];
  return tally;
}

size_t FindingLog::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace faultline::run
