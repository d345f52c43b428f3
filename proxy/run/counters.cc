// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/run/counters.h"

#include "proxy/base/limits.h"

#include <algorithm>
#include <array>
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

}  // namespace

void count_name(CountsByName& counts, std::string_view name, uint64_t amount) {
  auto at = counts.find(name);
  if (at == counts.end()) {
    const bool has_room = counts.size() < limits::kCounterNames;
    at = counts.emplace(has_room ? name : kOther, 0).first;
  }
  at->second += amount;
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

OperationCoverage* TrafficCounters::find_operation(std::string_view listener,
                                                   std::string_view operation) {
  std::pair<std::string, std::string> key{listener, operation};
  if (const auto known = operations_.find(key); known != operations_.end()) return &known->second;
  // Names of operations nobody declared come from traffic, so their number needs a bound.
  if (undeclared_ >= limits::kCounterNames) key.second = kOther;
  const auto [at, is_new] = operations_.try_emplace(std::move(key));
  if (is_new) {
    ++undeclared_;
    at->second.listener = at->first.first;
    at->second.operation = at->first.second;
  }
  return &at->second;
}

void TrafficCounters::add_checked(const Checked& message, const contracts::CheckResult& result) {
  const std::string_view verdict = contracts::verdict_name(result.verdict);
  const std::lock_guard lock(mutex_);
  count_name(accounting_of(message.protocol).checked, verdict);
  for (const auto& [reason, amount] : result.unverifiable) {
    count_name(counts_.unverifiable, reason, amount);
  }
  if (result.operation.empty()) return;
  OperationCoverage* coverage = find_operation(message.listener, result.operation);
  const bool is_request = message.direction == Direction::Request;
  ++(is_request ? coverage->requests : coverage->responses);
  if (result.verdict != contracts::Verdict::Unverifiable) {
    ++(is_request ? coverage->requests_checked : coverage->responses_checked);
  }
  count_name(coverage->verdicts, verdict);
}

void TrafficCounters::declare_operation(std::string_view listener,
                                        const contracts::OperationInfo& operation) {
  const std::lock_guard lock(mutex_);
  OperationCoverage& coverage = operations_[{std::string(listener), operation.id}];
  if (coverage.is_declared()) return;  // the first contract that knows it is the one that checks
  coverage.listener = listener;
  coverage.operation = operation.id;
  coverage.file = operation.file;
  coverage.line = operation.line;
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
  return counts_.traffic;
}

TrafficCounters::Snapshot TrafficCounters::snapshot() const {
  const std::lock_guard lock(mutex_);
  Snapshot copy = counts_;
  copy.coverage.reserve(operations_.size());
  for (const auto& [key, coverage] : operations_) {
    copy.coverage.push_back(coverage);
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
