// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/coverage.h"
#include "contracts/engine.h"
#include "proxy/mirror/pipeline.h"
#include "proxy/record/exchange_line.h"
#include "proxy/record/traffic_reader.h"
#include "proxy/run/counters.h"
#include "redaction/redactor.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace faultline::cli {

/// The listener of the reports: where recorded traffic came from is not known any more.
inline constexpr std::string_view kRecordedListener = "traffic";

/// Places of recordings that could not be read: how many, and the first ones. What it holds does
/// not depend on the order in which threads found them.
class ReadingProblems {
 public:
  void add(uint32_t input, const record::TrafficProblem& problem);
  void merge(const ReadingProblems& other);
  [[nodiscard]] uint64_t total() const noexcept { return total_; }
  [[nodiscard]] std::vector<record::TrafficProblem> first() const;

 private:
  void trim();
  uint64_t total_ = 0;
  std::map<std::pair<uint32_t, uint64_t>, record::TrafficProblem> first_;
};

/// Decodes batches of recorded traffic and runs each exchange through the pipeline. One per thread;
/// its counts are merged in the end. Findings go to the log that all share.
class CheckWorker final {
 public:
  struct Spec {
    const contracts::ContractSet& contracts;
    const std::vector<std::string>& inputs;  // paths, by TrafficBatch::input
    run::FindingLog& findings;
    run::AuditTotals& audit;
    std::unique_ptr<redaction::Redactor> redactor;        // of the pipeline
    std::unique_ptr<redaction::Redactor> names_redactor;  // of what the inputs say themselves
  };
  explicit CheckWorker(Spec spec);

  /// An operation of the contracts: it is counted by name, however many there are.
  void declare(const contracts::OperationInfo& operation) {
    counters_.declare_operation(kRecordedListener, operation);
  }
  void process(record::TrafficBatch& batch);
  /// Call once, after the last batch.
  void finish() { pipeline_.finish(); }
  [[nodiscard]] uint64_t exchanges() const noexcept { return pipeline_.exchanges(); }
  [[nodiscard]] const run::TrafficCounters& counters() const noexcept { return counters_; }
  [[nodiscard]] const ReadingProblems& problems() const noexcept { return problems_; }
  [[nodiscard]] const contracts::CoverageRecord& coverage() const noexcept {
    return pipeline_.coverage();
  }

 private:
  void process_entries(const record::TrafficBatch& batch);
  void check_line(const record::TrafficBatch& batch, const record::TrafficBatch::Piece& piece);
  void check_recorded(const record::RecordedExchange& exchange, uint32_t input);
  void check(mirror::ExchangeView& view);
  void complain(const record::TrafficBatch& batch, const record::TrafficBatch::Piece& piece,
                const std::string& what);

  const contracts::ContractSet& contracts_;
  const std::vector<std::string>& inputs_;
  run::TrafficCounters counters_;
  mirror::Pipeline pipeline_;
  std::unique_ptr<redaction::Redactor> redactor_;
  ReadingProblems problems_;
  record::ExchangeLineDecoder decoder_;
  record::ExchangeLine line_;
  std::string name_;
  uint64_t seen_ = 0;  // messages of the batch
};

}  // namespace faultline::cli
