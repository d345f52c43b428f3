// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/mirror/pipeline.h"

#include "proxy/base/hash.h"
#include "proxy/base/trace_context.h"
#include "proxy/base/uri.h"
#include "proxy/mirror/attribution.h"
#include "proxy/mirror/captured_exchange.h"
#include "proxy/mirror/contract_fit.h"
#include "proxy/mirror/hints.h"

#include <string>
#include <utility>

namespace faultline::mirror {
namespace {

std::string_view last_token(std::string_view pointer) {
  const size_t slash = pointer.rfind('/');
  return slash == std::string_view::npos ? pointer : pointer.substr(slash + 1);
}

redaction::Hints hints_for(const ExchangeView& exchange,
                           const std::optional<contracts::CheckResult>& checked,
                           Direction direction) {
  if (!checked) return {};
  return hints_of(*exchange.contracts, checked->operation, direction);
}

/// The body as its check read it; null: not at all.
const json::Document* body_of(const std::optional<contracts::CheckResult>& checked) {
  return checked ? checked->body : nullptr;
}

/// Whether the server itself turned the request down. Then it did what a server should with what
/// its contract forbids or does not know.
bool is_refused(const ExchangeView& exchange) noexcept {
  // What the proxy answers in the server's place ends an exchange otherwise.
  return exchange.outcome == record::Outcome::Completed && exchange.response &&
         exchange.response->status >= 400 && exchange.response->status < 500 &&
         !make_response(exchange.faults);
}

/// Where in which trace the spans of an exchange stand.
struct TracePlace {
  redaction::RedactedText trace;
  redaction::RedactedText parent;  // empty: the trace begins here
  uint8_t flags = TraceParent::kSampled;
};

TracePlace place_of(const TraceNotes& notes, const SpanIds& ids, redaction::Redactor& redactor) {
  if (notes.parent) {
    // What the client calls an id is a text of its choice, after all.
    const std::string trace = trace_id_text(notes.parent->trace);
    const std::string span = hex64(notes.parent->span);
    TracePlace place{redactor.redact_text(trace), redactor.redact_text(span), notes.parent->flags};
    if (place.trace.view() == trace && place.parent.view() == span) return place;
  }
  return {.trace = redaction::Redactor::vouch(trace_id_text(ids.trace)), .parent = {}};
}

}  // namespace

Pipeline::Pipeline(std::unique_ptr<redaction::Redactor> redactor, run::RunState& state, Files files)
    : redactor_(std::move(redactor)),
      findings_(state.findings),
      counters_(state.counters),
      audit_(state.audit),
      files_(files) {
  if (files_.any()) context_.note_readings();
}

Pipeline::Pipeline(std::unique_ptr<redaction::Redactor> redactor, run::FindingLog& findings,
                   run::TrafficCounters& counters, run::AuditTotals& audit)
    : redactor_(std::move(redactor)), findings_(findings), counters_(counters), audit_(audit) {}

void Pipeline::process(const ExchangeView& exchange) {
  const Checked request = check(exchange, exchange.request);
  Checked response;
  if (exchange.response) response = check(exchange, *exchange.response);
  if (files_.any()) write(exchange, request, response);
  ++exchanges_;
}

Pipeline::Checked Pipeline::check(const ExchangeView& exchange, const MessageView& message) {
  if (message.method == "CONNECT") {
    counters_.add_skipped(exchange.protocol, "connect tunnel");
    return std::nullopt;
  }
  if (exchange.contracts == nullptr || exchange.contracts->empty()) {
    counters_.add_skipped(exchange.protocol, "no contract");
    return std::nullopt;
  }
  auto result = exchange.contracts->check(message, context_);
  counters_.add_checked({exchange.protocol, exchange.listener, message.direction}, result);
  if (result.violations.empty()) return result;
  if (result.violations_left_out > 0) findings_.add_unnamed(result.violations_left_out);
  const bool was_refused = message.direction == Direction::Request && is_refused(exchange);
  if (was_refused) {
    for (auto& violation : result.violations) violation.severity = contracts::Severity::Note;
  }
  add_findings(exchange, result, was_refused);
  return result;
}

void Pipeline::recheck(const ExchangeView& exchange, const MessageView& message,
                       const Checked& before, redaction::RedactedMessage& after) {
  // A body that is gone, or readable only now, is not the body that was checked.
  const bool is_same_message =
      after.body_outcome() != redaction::BodyOutcome::Dropped && after.decoded_from().empty();
  const bool was_checked = before && !before->operation.empty();
  if (!was_checked || !after.has_hits() || !is_same_message) return;
  if (says_surely_the_same(*before, message, after)) {
    counters_.add_recheck(before->operation, false);
    return;
  }
  auto result = exchange.contracts->check(after.view(), recheck_context_);
  if (!says_the_same(*before, result)) {
    redaction::Redactor::fit(after, fits_for(*before, result));
    result = exchange.contracts->check(after.view(), recheck_context_);
  }
  counters_.add_recheck(before->operation, !says_the_same(*before, result));
}

void Pipeline::add_findings(const ExchangeView& exchange, const contracts::CheckResult& result,
                            bool was_refused) {
  std::vector<std::vector<run::InjectedFault>> causes;  // of each violation: its own label
  causes.reserve(result.violations.size());
  std::vector<run::RedactedViolation> redacted;
  redacted.reserve(result.violations.size());
  for (const auto& violation : result.violations) {
    causes.push_back(causes_of(violation, exchange.faults));
    redacted.push_back({&violation,
                        redactor_->redact_value(last_token(violation.pointer), violation.raw_value),
                        redactor_->redact_text(violation.pointer), causes.back()});
  }
  const redaction::RedactedText name = redactor_->redact_text(exchange.name);
  findings_.add({.protocol = exchange.protocol,
                 .listener = exchange.listener,
                 .exchange = exchange.id,
                 .exchange_name = name.view(),
                 .client = exchange.measures ? exchange.measures->client : std::string_view(),
                 .t_ns = exchange.t_ns,
                 .is_refused = was_refused},
                redacted);
}

void Pipeline::write(const ExchangeView& exchange, const Checked& request,
                     const Checked& response) {
  record::JournalEntry entry{
      exchange.id,
      exchange.listener,
      exchange.t_ns,
      redactor_->redact(exchange.request, hints_for(exchange, request, Direction::Request),
                        body_of(request)),
      std::nullopt,
      {},
      exchange.outcome};
  recheck(exchange, exchange.request, request, entry.request);
  if (exchange.response) {
    entry.response = redactor_->redact(
        *exchange.response, hints_for(exchange, response, Direction::Response), body_of(response));
    recheck(exchange, *exchange.response, response, *entry.response);
  }
  for (const auto* half : {&entry.request, entry.response ? &*entry.response : nullptr}) {
    if (half != nullptr && half->body_outcome() == redaction::BodyOutcome::Dropped) {
      counters_.add_body_dropped(half->drop_reason());
    }
  }
  for (const auto& fault : exchange.faults) {
    entry.faults.push_back({fault.event_id, fault.rule, fault.fault, fault.direction,
                            redactor_->redact_text(fault.pointer), fault.action});
  }
  if (files_.access_log != nullptr || files_.traces != nullptr) {
    const Peers peers = redact_peers(exchange);
    if (files_.access_log != nullptr) log_access(exchange, entry, peers);
    const std::string_view operation = request ? std::string_view(request->operation) : "";
    if (files_.traces != nullptr) log_trace(exchange, entry, peers, operation);
  }
  if (files_.journal == nullptr) return;
  if (auto status = files_.journal->append(entry); !status && !journal_error_) {
    journal_error_ = std::move(status.error());
  }
}

Pipeline::Peers Pipeline::redact_peers(const ExchangeView& exchange) {
  if (!exchange.measures) return {};
  const std::string_view client = exchange.measures->client;
  // A loopback address is everybody's and names nobody; any other is personal. With CONNECT the
  // client says where to: the upstream is traffic as well.
  return {is_loopback_host(client) ? redaction::Redactor::vouch(std::string(client))
                                   : redactor_->redact_value("client_ip", client),
          redactor_->redact_text(exchange.measures->upstream)};
}

void Pipeline::log_access(const ExchangeView& exchange, const record::JournalEntry& entry,
                          const Peers& peers) {
  const ExchangeMeasures measures = exchange.measures.value_or(ExchangeMeasures{});
  record::AccessEntry line{.id = exchange.id,
                           .listener = exchange.listener,
                           .t_ns = exchange.t_ns,
                           .request = entry.request,
                           .status = exchange.response ? exchange.response->status : 0,
                           .outcome = exchange.outcome,
                           .request_bytes = measures.request_bytes,
                           .response_bytes = measures.response_bytes,
                           .duration = measures.duration,
                           .added = measures.added,
                           .client = peers.client,
                           .upstream = peers.upstream,
                           .faults = {}};
  for (const auto& fault : exchange.faults) line.faults.emplace_back(fault.rule);
  // A failure sticks to the writer and comes out of its close() and its count of lost lines.
  static_cast<void>(files_.access_log->append(line));
}

void Pipeline::log_trace(const ExchangeView& exchange, const record::JournalEntry& entry,
                         const Peers& peers, std::string_view operation) {
  if (exchange.trace == nullptr) return;
  const TraceNotes& notes = *exchange.trace;
  const ExchangeMeasures measures = exchange.measures.value_or(ExchangeMeasures{});
  const auto& run = files_.traces->run();
  const SpanIds ids = span_ids(run.seed, exchange.listener, exchange.id);
  const TracePlace place = place_of(notes, ids, *redactor_);
  record::TraceEntry line{.id = exchange.id,
                          .listener = exchange.listener,
                          .trace = place.trace,
                          .parent = place.parent,
                          .flags = place.flags,
                          .ids = ids,
                          .began = run.wall(notes.began),
                          .ended = run.wall(notes.ended),
                          .request = entry.request,
                          .operation = operation,
                          .status = exchange.response ? exchange.response->status : 0,
                          .outcome = exchange.outcome,
                          .request_bytes = measures.request_bytes,
                          .response_bytes = measures.response_bytes,
                          .client = peers.client,
                          .call = {},
                          .faults = {}};
  if (notes.call) {
    line.call = {run.wall(notes.call->began), run.wall(notes.call->ended), peers.upstream,
                 notes.call->status};
  }
  for (const auto& fault : exchange.faults) {
    line.faults.push_back({run.wall(fault.time), fault.event_id, fault.rule, fault.fault,
                           fault.direction, fault.action, fault.delay_ns});
  }
  // Like the access log's, its first failure comes out of close().
  static_cast<void>(files_.traces->append(line));
}

void Pipeline::finish() {
  counters_.add_redaction_hits(redactor_->totals());
  audit_.add(redactor_->tally());
}

}  // namespace faultline::mirror
