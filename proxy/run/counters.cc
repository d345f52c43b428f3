// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/run/counters.h"

#include "proxy/base/limits.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>

namespace faultline::run {

namespace {

constexpr std::string_view kOther = "(other)";

/// Adds the counts of `from` to `into`.
void merge_counts(CountsByName& into, const CountsByName& from) {
  for (const auto& [name, amount] : from) {
    count_name(into, name, amount);
  }
}

template <typename Counts>
void add_counts(Counts& into, const Counts& from) noexcept {
  for (size_t i = 0; i < into.size(); ++i) into[i] += from[i];
}

template <typename Counts>
CountsByName by_name(const Counts& counts) {
  CountsByName named;
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    named.emplace(contracts::verdict_name(static_cast<contracts::Verdict>(i)), counts[i]);
  }
  return named;
}

}  // namespace

void count_name(CountsByName& counts, std::string_view name, uint64_t amount) {
  if (const auto at = counts.find(name); at != counts.end()) {
    at->second += amount;
    return;
  }
  counts.emplace(name, amount);
  // A name that leaves has enough smaller ones before it, so it would leave in any order.
  const size_t room = limits::kCounterNames + (counts.contains(kOther) ? 1 : 0);
  if (counts.size() <= room) return;
  const auto last = std::prev(counts.end());
  const uint64_t rest = last->second;
  counts.erase(last);
  counts[std::string(kOther)] += rest;
}

uint64_t total(const CountsByName& counts) noexcept {
  uint64_t sum = 0;
  for (const auto& [name, amount] : counts) {
    sum += amount;
  }
  return sum;
}

void Accounting::merge(const Accounting& other) {
  seen += other.seen;
  merge_counts(checked, other.checked);
  merge_counts(skipped, other.skipped);
  merge_counts(dropped, other.dropped);
}

std::string_view error_side_name(ErrorSide side) noexcept {
  constexpr std::array<std::string_view, 3> kNames{"downstream", "upstream", "proxy"};
  return kNames[static_cast<size_t>(side)];
}

void TrafficCounters::Operation::add(const Operation& other) {
  coverage.requests += other.coverage.requests;
  coverage.responses += other.coverage.responses;
  coverage.requests_checked += other.coverage.requests_checked;
  coverage.responses_checked += other.coverage.responses_checked;
  add_counts(verdicts, other.verdicts);
}

TrafficCounters::Protocol& TrafficCounters::protocol_of(std::string_view name) {
  const auto known = traffic_.find(name);
  if (known != traffic_.end()) return known->second;
  return traffic_[std::string(name)];
}

void TrafficCounters::add_seen(std::string_view protocol, uint64_t messages) {
  const std::lock_guard lock(mutex_);
  protocol_of(protocol).accounting.seen += messages;
}

void TrafficCounters::add_skipped(std::string_view protocol, std::string_view reason,
                                  uint64_t messages) {
  const std::lock_guard lock(mutex_);
  count_name(protocol_of(protocol).accounting.skipped, reason, messages);
}

void TrafficCounters::add_dropped(std::string_view protocol, std::string_view reason,
                                  uint64_t messages) {
  const std::lock_guard lock(mutex_);
  count_name(protocol_of(protocol).accounting.dropped, reason, messages);
}

TrafficCounters::Operation& TrafficCounters::find_operation(std::string_view listener,
                                                            std::string_view operation) {
  if (last_ != nullptr && last_->coverage.operation == operation &&
      last_->coverage.listener == listener) {
    return *last_;
  }
  if (const auto at = operations_.find(listener); at != operations_.end()) {
    const auto known = at->second.find(operation);
    if (known != at->second.end()) return *(last_ = &known->second);
  }
  return *(last_ = &add_undeclared(listener, operation));
}

// Names of operations nobody declared come from traffic, so their number needs a bound. As in
// count_name() the largest ones leave, whatever the order of arrival.
TrafficCounters::Operation& TrafficCounters::add_undeclared(std::string_view listener,
                                                            std::string_view operation) {
  const auto insert = [this](const Name& name) -> Operation& {
    Operation& added = operations_[name.first][name.second];
    added.coverage.listener = name.first;
    added.coverage.operation = name.second;
    return added;
  };
  const Name name(listener, operation);
  if (operation == kOther) return insert(name);  // of other counters, merged
  undeclared_.insert(name);
  Operation& added = insert(name);
  if (undeclared_.size() <= limits::kCounterNames) return added;
  const Name last = *undeclared_.rbegin();
  undeclared_.erase(last);
  auto node = operations_.at(last.first).extract(last.second);
  Operation& other = insert({last.first, std::string(kOther)});
  other.add(node.mapped());
  return last == name ? other : operations_.at(name.first).at(name.second);
}

void TrafficCounters::add_checked(const Checked& message, const contracts::CheckResult& result) {
  const auto verdict = static_cast<size_t>(result.verdict);
  const std::lock_guard lock(mutex_);
  ++protocol_of(message.protocol).checked[verdict];
  for (const auto& [reason, amount] : result.unverifiable) {
    count_name(counts_.unverifiable, reason, amount);
  }
  if (result.operation.empty()) return;
  Operation& operation = find_operation(message.listener, result.operation);
  OperationCoverage& coverage = operation.coverage;
  const bool is_request = message.direction == Direction::Request;
  ++(is_request ? coverage.requests : coverage.responses);
  if (result.verdict != contracts::Verdict::Unverifiable) {
    ++(is_request ? coverage.requests_checked : coverage.responses_checked);
  }
  ++operation.verdicts[verdict];
}

void TrafficCounters::merge(const TrafficCounters& other) {
  const std::scoped_lock lock(mutex_, other.mutex_);
  for (const auto& [name, protocol] : other.traffic_) {
    Protocol& own = protocol_of(name);
    own.accounting.merge(protocol.accounting);
    add_counts(own.checked, protocol.checked);
  }
  merge_counts(counts_.unverifiable, other.counts_.unverifiable);
  merge_counts(counts_.bodies_dropped, other.counts_.bodies_dropped);
  for (const auto& [name, amount] : other.counts_.redaction_hits) {
    counts_.redaction_hits[name] += amount;
  }
  for (const auto& [side, reasons] : other.counts_.errors) {
    merge_counts(counts_.errors[side], reasons);
  }
  for (const auto& [listener, operations] : other.operations_) {
    for (const auto& [name, operation] : operations) {
      const OperationCoverage& coverage = operation.coverage;
      if (coverage.is_declared()) declare(listener, {name, coverage.file, coverage.line});
      find_operation(listener, name).add(operation);
    }
  }
}

void TrafficCounters::declare(std::string_view listener,
                              const contracts::OperationInfo& operation) {
  OperationCoverage& coverage = operations_[std::string(listener)][operation.id].coverage;
  if (coverage.is_declared()) return;  // the first contract that knows it is the one that checks
  coverage.listener = listener;
  coverage.operation = operation.id;
  coverage.file = operation.file;
  coverage.line = operation.line;
}

void TrafficCounters::declare_operation(std::string_view listener,
                                        const contracts::OperationInfo& operation) {
  const std::lock_guard lock(mutex_);
  declare(listener, operation);
}

void TrafficCounters::add_redaction_hits(const redaction::Hits& hits) {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, amount] : hits) {
    counts_.redaction_hits[name] += amount;
  }
}

void TrafficCounters::add_body_dropped(std::string_view reason) {
  const std::lock_guard lock(mutex_);
  count_name(counts_.bodies_dropped, reason);
}

void TrafficCounters::add_recheck(std::string_view operation, bool changed) {
  const std::lock_guard lock(mutex_);
  ++counts_.rechecked;
  if (changed) count_name(counts_.contract_changed_by_redaction, operation);
}

void TrafficCounters::add_error(ErrorSide side, std::string_view reason, uint64_t count) {
  const std::lock_guard lock(mutex_);
  count_name(counts_.errors[side], reason, count);
}

std::map<std::string, Accounting, std::less<>> TrafficCounters::traffic() const {
  const std::lock_guard lock(mutex_);
  return traffic_unlocked();
}

std::map<std::string, Accounting, std::less<>> TrafficCounters::traffic_unlocked() const {
  std::map<std::string, Accounting, std::less<>> traffic;
  for (const auto& [name, protocol] : traffic_) {
    Accounting& accounting = traffic[name] = protocol.accounting;
    accounting.checked = by_name(protocol.checked);
  }
  return traffic;
}

TrafficCounters::Snapshot TrafficCounters::snapshot() const {
  const std::lock_guard lock(mutex_);
  Snapshot copy = counts_;
  copy.traffic = traffic_unlocked();
  for (const auto& [listener, operations] : operations_) {
    for (const auto& [name, operation] : operations) {
      copy.coverage.push_back(operation.coverage);
      copy.coverage.back().verdicts = by_name(operation.verdicts);
    }
  }
  const auto order = [](const OperationCoverage& coverage) {
    return std::tuple<const std::string&, bool, const std::string&>(
        coverage.listener, !coverage.is_declared(), coverage.operation);
  };
  std::sort(copy.coverage.begin(), copy.coverage.end(),
            [&order](const auto& a, const auto& b) { return order(a) < order(b); });
  return copy;
}

}  // namespace faultline::run
