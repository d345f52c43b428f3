// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/cli/check_worker.h"

#include "proxy/base/limits.h"
#include "proxy/record/har.h"

#include <iterator>

namespace faultline::cli {
namespace {

constexpr std::string_view kProtocol = "http";

}  // namespace

void ReadingProblems::trim() {
  while (first_.size() > limits::kDiagnostics) first_.erase(std::prev(first_.end()));
}

void ReadingProblems::add(uint32_t input, const record::TrafficProblem& problem) {
  ++total_;
  first_.emplace(std::pair(input, problem.position), problem);
  trim();
}

void ReadingProblems::merge(const ReadingProblems& other) {
  total_ += other.total_;
  first_.insert(other.first_.begin(), other.first_.end());
  trim();
}

std::vector<record::TrafficProblem> ReadingProblems::first() const {
  std::vector<record::TrafficProblem> problems;
  for (const auto& [key, problem] : first_) problems.push_back(problem);
  return problems;
}

CheckWorker::CheckWorker(Spec spec)
    : contracts_(spec.contracts),
      inputs_(spec.inputs),
      pipeline_(std::move(spec.redactor), spec.findings, counters_, spec.audit),
      redactor_(std::move(spec.names_redactor)) {
  pipeline_.record(contracts_.make_record());
}

void CheckWorker::process(record::TrafficBatch& batch) {
  for (record::TrafficProblem& problem : batch.problems) {
    problem.what = redactor_->redact_text(problem.what).view();
    problems_.add(batch.input, problem);
  }
  seen_ = 0;
  switch (batch.format) {
    case record::TrafficFormat::Journal:
      for (const auto& exchange : batch.exchanges) {
        name_ = exchange.name;
        check_recorded(exchange, batch.input);
      }
      break;
    case record::TrafficFormat::Har:
      process_entries(batch);
      break;
    case record::TrafficFormat::Lines:
      for (const auto& piece : batch.pieces) check_line(batch, piece);
      break;
  }
  if (seen_ > 0) counters_.add_seen(kProtocol, seen_);
}

void CheckWorker::complain(const record::TrafficBatch& batch,
                           const record::TrafficBatch::Piece& piece, const std::string& what) {
  std::string place = inputs_[batch.input] + ":" + std::to_string(piece.line);
  if (batch.format == record::TrafficFormat::Har) place += ":" + std::to_string(piece.column);
  problems_.add(batch.input, {piece.number, std::move(place), redactor_->redact_text(what).view()});
}

void CheckWorker::process_entries(const record::TrafficBatch& batch) {
  for (const auto& piece : batch.pieces) {
    const auto text = std::string_view(batch.text).substr(piece.offset, piece.length);
    auto entry = record::decode_har_entry(text, piece.number);
    if (!entry) {
      complain(batch, piece, entry.error().message);
      continue;
    }
    if (entry->started_ns && batch.began_ns) {
      entry->exchange.t_ns = *entry->started_ns - *batch.began_ns;
    }
    record::spell_exchange_name(batch.format, inputs_[batch.input], piece.number, name_);
    check_recorded(entry->exchange, batch.input);
  }
}

void CheckWorker::check_line(const record::TrafficBatch& batch,
                             const record::TrafficBatch::Piece& piece) {
  const auto text = std::string_view(batch.text).substr(piece.offset, piece.length);
  if (auto status = decoder_.decode(text, line_); !status) {
    complain(batch, piece, status.error().message);
    return;
  }
  if (line_.name.empty()) {
    record::spell_exchange_name(batch.format, inputs_[batch.input], piece.number, name_);
  } else {
    name_.assign(line_.name);
  }
  mirror::ExchangeView view;
  view.id = {.listener = batch.input, .connection = 0, .exchange = piece.number};
  view.t_ns = line_.t_ns;
  // Lent for the call and taken back: the field lists keep their memory from line to line.
  view.request = std::move(line_.request);
  view.response = std::move(line_.response);
  check(view);
  line_.request = std::move(view.request);
  line_.response = std::move(view.response);
}

void CheckWorker::check_recorded(const record::RecordedExchange& exchange, uint32_t input) {
  mirror::ExchangeView view;
  view.id = exchange.id;
  view.id.listener = input;
  view.t_ns = exchange.t_ns;
  view.outcome = exchange.outcome;
  view.request = exchange.request.view();
  if (exchange.response) view.response = exchange.response->view();
  std::vector<AppliedFault> faults;
  for (const auto& fault : exchange.faults) {
    faults.push_back(
        {fault.event, fault.rule, fault.fault, fault.side, fault.pointer, fault.action});
  }
  view.faults = faults;
  check(view);
}

void CheckWorker::check(mirror::ExchangeView& view) {
  view.listener = kRecordedListener;
  view.name = name_;
  view.contracts = &contracts_;
  seen_ += view.response ? 2 : 1;
  pipeline_.process(view);
}

}  // namespace faultline::cli
