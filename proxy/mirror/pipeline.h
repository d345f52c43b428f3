// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/engine.h"
#include "proxy/base/event.h"
#include "proxy/base/message_view.h"
#include "proxy/record/journal.h"
#include "proxy/run/run_state.h"
#include "redaction/redactor.h"

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace faultline::mirror {

/// One exchange as the pipeline takes it, from the wire or from a recording. Borrowed for the call.
struct ExchangeView {
  ExchangeId id;
  std::string_view listener;
  std::string_view protocol = "http";
  int64_t t_ns = 0;
  record::Outcome outcome = record::Outcome::Completed;
  MessageView request;
  std::optional<MessageView> response;
  std::span<const AppliedFault> faults;
  const contracts::ContractSet* contracts = nullptr;  // null or empty: nothing to check against
};

/// Check, redact, write, count: what happens to every mirrored exchange, live or offline.
/// Every message ends as checked or skipped; the caller counts it as seen, where it passes. The
/// check sees the original bytes, in memory only; everything that leaves is redacted. One per
/// analysis thread.
class Pipeline {
 public:
  /// `journal` may be null (offline checks write none). Borrows `state` and `journal`.
  Pipeline(std::unique_ptr<redaction::Redactor> redactor, run::RunState& state,
           record::JournalWriter* journal);

  void process(const ExchangeView& exchange);
  /// Adds the redactor's totals to the state. Call once, at the end.
  void finish();
  /// The first failure of the journal, if any.
  [[nodiscard]] const std::optional<Error>& journal_error() const noexcept {
    return journal_error_;
  }

 private:
  void check(const ExchangeView& exchange, const MessageView& message);
  void add_findings(const ExchangeView& exchange, const contracts::CheckResult& result);
  void journal(const ExchangeView& exchange);

  std::unique_ptr<redaction::Redactor> redactor_;
  run::RunState& state_;
  record::JournalWriter* journal_;
  std::optional<Error> journal_error_;
};

}  // namespace faultline::mirror
