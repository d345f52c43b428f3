// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/engine.h"
#include "proxy/base/event.h"
#include "proxy/base/message_view.h"
#include "proxy/record/access_log.h"
#include "proxy/record/journal.h"
#include "proxy/record/trace_log.h"
#include "proxy/run/run_state.h"
#include "redaction/redactor.h"

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::mirror {

struct TraceNotes;  // captured_exchange.h

/// What the data plane measured of a live exchange. Texts are traffic, not redacted.
struct ExchangeMeasures {
  Duration duration{};
  Duration added{};  // of it, what faultline itself cost
  std::string_view client{};
  std::string_view upstream{};
  uint64_t request_bytes = 0;
  uint64_t response_bytes = 0;
};

/// One exchange as the pipeline takes it, from the wire or from a recording. Borrowed for the call.
struct ExchangeView {
  ExchangeId id;
  std::string_view listener;
  /// What a recording calls it; empty: listener and id say it. Redacted before it is written.
  std::string_view name{};
  std::string_view protocol = "http";
  int64_t t_ns = 0;
  record::Outcome outcome = record::Outcome::Completed;
  MessageView request;
  std::optional<MessageView> response;
  std::span<const AppliedFault> faults;
  const contracts::ContractSet* contracts = nullptr;  // null or empty: nothing to check against
  std::optional<ExchangeMeasures> measures;           // a recording has none
  const TraceNotes* trace = nullptr;                  // null: no trace is written of it
};

/// Check, redact, write, count: what happens to every mirrored exchange, live or offline.
/// Every message ends as checked or skipped; the caller counts it as seen, where it passes. The
/// check sees the original bytes, in memory only; everything that leaves is redacted. One per
/// thread.
class Pipeline {
 public:
  /// What is written of each exchange; null: not that. Borrowed.
  struct Files {
    record::JournalWriter* journal = nullptr;
    record::AccessLogWriter* access_log = nullptr;
    record::TraceWriter* traces = nullptr;

    [[nodiscard]] bool any() const noexcept {
      return journal != nullptr || access_log != nullptr || traces != nullptr;
    }
  };
  /// Borrows all but the redactor.
  Pipeline(std::unique_ptr<redaction::Redactor> redactor, run::RunState& state, Files files);

  /// The same without files, with findings and counts apart: several pipelines may add to one
  /// log of findings.
  Pipeline(std::unique_ptr<redaction::Redactor> redactor, run::FindingLog& findings,
           run::TrafficCounters& counters, run::AuditTotals& audit);

  /// From now on the checks record what the messages show of these contracts. Call it before the
  /// first exchange.
  void record(contracts::CoverageRecord coverage) { context_.record(std::move(coverage)); }

  void process(const ExchangeView& exchange);
  /// Adds the redactor's totals and audit to the state. Call once, at the end.
  void finish();
  /// Exchanges processed so far.
  [[nodiscard]] uint64_t exchanges() const noexcept { return exchanges_; }
  [[nodiscard]] const contracts::CoverageRecord& coverage() const noexcept {
    return context_.coverage();
  }
  /// The first failure of the journal, if any.
  [[nodiscard]] const std::optional<Error>& journal_error() const noexcept {
    return journal_error_;
  }

 private:
  using Checked = std::optional<contracts::CheckResult>;
  [[nodiscard]] Checked check(const ExchangeView& exchange, const MessageView& message);
  /// Redaction must not change what a contract says of a message: surrogates are made to fit, and
  /// what still differs is counted.
  void recheck(const ExchangeView& exchange, const MessageView& message, const Checked& before,
               redaction::RedactedMessage& after);
  void add_findings(const ExchangeView& exchange, const contracts::CheckResult& result,
                    bool was_refused);
  /// Redacts the exchange once for all files.
  void write(const ExchangeView& exchange, const Checked& request, const Checked& response);
  /// The addresses on both sides, for the files that name them.
  struct Peers {
    redaction::RedactedText client;
    redaction::RedactedText upstream;
  };
  [[nodiscard]] Peers redact_peers(const ExchangeView& exchange);
  void log_access(const ExchangeView& exchange, const record::JournalEntry& entry,
                  const Peers& peers);
  void log_trace(const ExchangeView& exchange, const record::JournalEntry& entry,
                 const Peers& peers, std::string_view operation);

  std::unique_ptr<redaction::Redactor> redactor_;
  run::FindingLog& findings_;
  run::TrafficCounters& counters_;
  run::AuditTotals& audit_;
  Files files_;
  contracts::CheckContext context_;
  contracts::CheckContext recheck_context_;  // what redaction made of a message shows nothing new
  uint64_t exchanges_ = 0;
  std::optional<Error> journal_error_;
};

}  // namespace faultline::mirror
