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

void add_coverage(OperationCoverage& into, const OperationCoverage& from) {
  into.requests += from.requests;
  into.responses += from.responses;
  into.requests_checked += from.requests_checked;
  into.responses_checked += from.responses_checked;
  merge_counts(into.verdicts, from.verdicts);
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

Accounting& TrafficCounters::accounting_of(std::string_view protocol) {
  const auto known = counts_.traffic.find(protocol);
  if (known != counts_.traffic.end()) return known->second;
  return counts_.traffic[std::string(protocol)];
}

void TrafficCounters::add_seen(std::string_view protocol, uint64_t messages) {
  const std::lock_guard lock(mutex_);
  accounting_of(protocol).seen += messages;
}

void TrafficCounters::add_skipped(std::string_view protocol, std::string_view reason,
                                  uint64_t messages) {
  const std::lock_guard lock(mutex_);
  count_name(accounting_of(protocol).skipped, reason, messages);
}

void TrafficCounters::add_dropped(std::string_view protocol, std::string_view reason,
                                  uint64_t messages) {
  const std::lock_guard lock(mutex_);
  count_name(accounting_of(protocol).dropped, reason, messages);
}

void TrafficCounters::merge(std::string_view protocol, const Accounting& accounting) {
  const std::lock_guard lock(mutex_);
  accounting_of(protocol).merge(accounting);
}

OperationCoverage& TrafficCounters::find_operation(std::string_view listener,
                                                   std::string_view operation) {
  if (const auto at = operations_.find(listener); at != operations_.end()) {
    const auto known = at->second.find(operation);
    if (known != at->second.end()) return known->second;
  }
  return add_undeclared(listener, operation);
}

// Names of operations nobody declared come from traffic, so their number needs a bound. As in
// count_name() the largest ones leave, whatever the order of arrival.
OperationCoverage& TrafficCounters::add_undeclared(std::string_view listener,
                                                   std::string_view operation) {
  const auto insert = [this](const Name& name) -> OperationCoverage& {
    OperationCoverage& coverage = operations_[name.first][name.second];
    coverage.listener = name.first;
    coverage.operation = name.second;
    return coverage;
  };
  const Name name(listener, operation);
  if (operation == kOther) return insert(name);  // of other counters, merged
  undeclared_.insert(name);
  OperationCoverage& added = insert(name);
  if (undeclared_.size() <= limits::kCounterNames) return added;
  const Name last = *undeclared_.rbegin();
  undeclared_.erase(last);
  auto node = operations_.at(last.first).extract(last.second);
  OperationCoverage& other = insert({last.first, std::string(kOther)});
  add_coverage(other, node.mapped());
  return last == name ? other : operations_.at(name.first).at(name.second);
}

void TrafficCounters::add_checked(const Checked& message, const contracts::CheckResult& result) {
  const std::string_view verdict = contracts::verdict_name(result.verdict);
  const std::lock_guard lock(mutex_);
  count_name(accounting_of(message.protocol).checked, verdict);
  for (const auto& [reason, amount] : result.unverifiable) {
    count_name(counts_.unverifiable, reason, amount);
  }
  if (result.operation.empty()) return;
  OperationCoverage& coverage = find_operation(message.listener, result.operation);
  const bool is_request = message.direction == Direction::Request;
  ++(is_request ? coverage.requests : coverage.responses);
  if (result.verdict != contracts::Verdict::Unverifiable) {
    ++(is_request ? coverage.requests_checked : coverage.responses_checked);
  }
  count_name(coverage.verdicts, verdict);
}

void TrafficCounters::merge(const TrafficCounters& other) {
  const std::scoped_lock lock(mutex_, other.mutex_);
  for (const auto& [protocol, accounting] : other.counts_.traffic) {
    accounting_of(protocol).merge(accounting);
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
    for (const auto& [name, coverage] : operations) {
      if (coverage.is_declared()) declare(listener, {name, coverage.file, coverage.line});
      add_coverage(find_operation(listener, name), coverage);
    }
  }
}

void TrafficCounters::declare(std::string_view listener,
                              const contracts::OperationInfo& operation) {
  OperationCoverage& coverage = operations_[std::string(listener)][operation.id];
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

void TrafficCounters::add_error(ErrorSide side, std::string_view reason, uint64_t count) {
  const std::lock_guard lock(mutex_);
  count_name(counts_.errors[side], reason, count);
}

std::map<std::string, Accounting, std::less<>> TrafficCounters::traffic() const {
  const std::lock_guard lock(mutex_);
  return counts_.traffic;
}

TrafficCounters::Snapshot TrafficCounters::snapshot() const {
  const std::lock_guard lock(mutex_);
  Snapshot copy = counts_;
  for (const auto& [listener, operations] : operations_) {
    for (const auto& [name, coverage] : operations) copy.coverage.push_back(coverage);
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
