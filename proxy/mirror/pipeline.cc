// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/mirror/pipeline.h"

#include <map>
#include <utility>

#include "proxy/mirror/attribution.h"

namespace faultline::mirror {
namespace {

std::string_view last_token(std::string_view pointer) {
  const size_t slash = pointer.rfind('/');
  return slash == std::string_view::npos ? pointer : pointer.substr(slash + 1);
}

}  // namespace

Pipeline::Pipeline(std::unique_ptr<redaction::Redactor> redactor, run::RunState& state,
                   record::JournalWriter* journal)
    : redactor_(std::move(redactor)), state_(state), journal_(journal) {}

void Pipeline::process(const ExchangeView& exchange) {
  check(exchange, exchange.request);
  if (exchange.response) check(exchange, *exchange.response);
  if (journal_ != nullptr) journal(exchange);
}

void Pipeline::check(const ExchangeView& exchange, const MessageView& message) {
  if (exchange.contracts == nullptr || exchange.contracts->empty()) {
    state_.counters.add_skipped(exchange.protocol, "no contract");
    return;
  }
  const auto result = exchange.contracts->check(message);
  state_.counters.add_checked({exchange.protocol, exchange.listener, message.direction}, result);
  if (!result.violations.empty()) add_findings(exchange, result);
}

void Pipeline::add_findings(const ExchangeView& exchange,
                            const contracts::CheckResult& result) {
  // Violations of one message are added together per cause, so that each keeps its own label.
  std::map<std::vector<uint64_t>, std::pair<std::vector<run::InjectedFault>,
                                            std::vector<run::RedactedViolation>>>
      by_cause;
  for (const auto& violation : result.violations) {
    auto causes = causes_of(violation, exchange.faults);
    std::vector<uint64_t> key;
    for (const auto& cause : causes) key.push_back(cause.event);
    auto& group = by_cause[std::move(key)];
    group.first = std::move(causes);
    group.second.push_back({&violation,
                            redactor_->redact_value(last_token(violation.pointer),
                                                    violation.raw_value),
                            redactor_->redact_text(violation.pointer)});
  }
  for (const auto& [key, group] : by_cause) {
    run::MessageContext context;
    context.protocol = exchange.protocol;
    context.listener = exchange.listener;
    context.exchange = exchange.id;
    context.t_ns = exchange.t_ns;
    context.injected = group.first;
    state_.findings.add(context, group.second);
  }
}

void Pipeline::journal(const ExchangeView& exchange) {
  record::JournalEntry entry{exchange.id,
                             exchange.listener,
                             exchange.t_ns,
                             redactor_->redact(exchange.request),
                             std::nullopt,
                             {},
                             exchange.outcome};
  if (exchange.response) entry.response = redactor_->redact(*exchange.response);
  for (const auto* half : {&entry.request, entry.response ? &*entry.response : nullptr}) {
    if (half != nullptr && half->body_outcome() == redaction::BodyOutcome::Dropped) {
      state_.counters.add_body_dropped(half->drop_reason());
    }
  }
  for (const auto& fault : exchange.faults) {
    entry.faults.push_back({fault.event_id, fault.rule, fault.fault, fault.direction});
  }
  if (auto status = journal_->append(entry); !status && !journal_error_) {
    journal_error_ = std::move(status.error());
  }
}

void Pipeline::finish() { state_.counters.add_redaction_hits(redactor_->totals()); }

}  // namespace faultline::mirror
