// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/sim/ledger.h"

#include "proxy/base/text.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace faultline::sim {
namespace {

std::string_view field_of(const Event& event, std::string_view name) {
  for (const auto& [key, value] : event.fields) {
    if (key == name) return value;
  }
  return {};
}

std::string unquoted(std::string_view text) {
  if (text.size() < 2) return std::string(text);
  return std::string(text.substr(1, text.size() - 2));
}

}  // namespace

ExchangeRecord& Ledger::plan_exchange(uint64_t connection, uint64_t number) {
  const uint64_t id = connection * kExchangesPerConnection + number;
  auto& record = exchanges_[id];
  record.plan = make_plan(seed_, id, knobs_);
  return record;
}

ExchangeRecord* Ledger::find(uint64_t id) {
  const auto found = exchanges_.find(id);
  return found == exchanges_.end() ? nullptr : &found->second;
}

const ExchangeRecord* Ledger::find(uint64_t id) const {
  const auto found = exchanges_.find(id);
  return found == exchanges_.end() ? nullptr : &found->second;
}

void Ledger::on_request_written(uint64_t id, uint64_t link, uint64_t bytes_read, bool has_ended) {
  trace_.note("proxy sends request", id, link);
  ExchangeRecord* const record = find(id);
  if (record == nullptr) {
    fail(fmt::format("request {} was never made by a client", id));
    return;
  }
  record->server_links.push_back(link);
  const size_t allowed = has_fault(id, "duplicate_request") ? 2 : 1;
  if (record->server_links.size() > allowed) {
    fail(fmt::format("request {} was sent too often", id));
  }
  if (record->is_barred || record->plan.bad_at == 0) {
    fail(fmt::format("request {} should never reach a server", id));
  }
  if (has_ended || bytes_read >= server_link(link).unfit_after) {
    fail(fmt::format("request {} goes out on connection {}, which is not fit for it", id, link));
  }
}

void Ledger::fail(std::string_view what) {
  trace_.note(what, 0);
  if (problem_.empty()) problem_ = what;
}

uint64_t Ledger::emit(Event event) {
  const uint64_t id = ++events_;
  if (event.kind != "fault") return id;
  const uint64_t connection = parse_u64(field_of(event, "connection")).value_or(0);
  const uint64_t number = parse_u64(field_of(event, "exchange")).value_or(0);
  const std::string fault = unquoted(field_of(event, "fault"));
  const bool is_applied = field_of(event, "verdict") == "\"applied\"";
  trace_.note((is_applied ? "fault " : "bypassed ") + fault, connection, number);
  if (!is_applied) return id;
  if (field_of(event, "listener") == "\"tcp\"") {
    tcp_faults_[connection].insert(fault);
  } else if (auto* record = find(connection * kExchangesPerConnection + number)) {
    record->faults.insert(fault);
  } else {
    fail("a fault was applied to an exchange that no client began");
  }
  return id;
}

bool Ledger::has_tcp_fault(uint64_t connection, std::string_view fault) const {
  const auto found = tcp_faults_.find(connection);
  return found != tcp_faults_.end() && found->second.contains(fault);
}

bool Ledger::has_fault(uint64_t id, std::string_view fault) const {
  const ExchangeRecord* const record = find(id);
  return record != nullptr && record->faults.contains(fault);
}

bool Ledger::had_trouble(uint64_t id) const {
  const ExchangeRecord* const record = find(id);
  if (record == nullptr || record->is_excused) return true;
  // Of a request and its copy nobody knows here which is which.
  const auto& links = record->server_links;
  return std::any_of(links.begin(), links.end(), [this](uint64_t number) {
    const auto link = server_links_.find(number);
    return link != server_links_.end() && link->second.had_trouble;
  });
}

bool Ledger::take_failed_connect() {
  if (failed_connects_ == 0) return false;
  --failed_connects_;
  return true;
}

}  // namespace faultline::sim
