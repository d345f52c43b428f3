// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/event.h"
#include "tests/sim/answer_check.h"
#include "tests/sim/exchange_plan.h"
#include "tests/sim/trace.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::sim {

/// What is known of one exchange.
struct ExchangeRecord {
  ExchangePlan plan;
  std::set<std::string, std::less<>> faults;  // applied ones
  std::vector<uint64_t> server_links;         // each that its head went to
  bool is_barred = false;   // behind the end of its connection: no server may see it
  bool is_excused = false;  // its client stalled or left: any outcome will do
};

/// What is known of one connection to a server.
struct ServerLinkRecord {
  /// After so many bytes from the server the connection is not fit for another exchange.
  uint64_t unfit_after = UINT64_MAX;
  bool had_trouble = false;
};

/// The books of the simulated world: plans, who saw what, which faults were applied, and the first
/// thing that was wrong. Everyone writes here, the checks read.
class Ledger final : public EventSink, public ExchangeJudge {
 public:
  Ledger(uint64_t seed, const PlanKnobs& knobs, Trace& trace)
      : seed_(seed), knobs_(knobs), trace_(trace) {}

  /// Exchange `number` of downstream connection `connection` of the HTTP listener.
  ExchangeRecord& plan_exchange(uint64_t connection, uint64_t number);
  [[nodiscard]] ExchangeRecord* find(uint64_t id);
  [[nodiscard]] const ExchangeRecord* find(uint64_t id) const;
  [[nodiscard]] ServerLinkRecord& server_link(uint64_t link) { return server_links_[link]; }
  /// The proxy begins to write a request on a connection from which it has read `bytes_read`.
  void on_request_written(uint64_t id, uint64_t link, uint64_t bytes_read, bool has_ended);
  [[nodiscard]] bool has_tcp_fault(uint64_t connection, std::string_view fault) const;

  void count_failed_connect() { ++failed_connects_; }
  void set_draining() noexcept { is_draining_ = true; }
  void set_cut_by_drain() noexcept { is_cut_by_drain_ = true; }

  void fail(std::string_view what);
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }
  [[nodiscard]] Trace& trace() noexcept { return trace_; }

  // EventSink
  uint64_t emit(Event event) override;

  // ExchangeJudge
  [[nodiscard]] bool has_fault(uint64_t id, std::string_view fault) const override;
  [[nodiscard]] bool had_trouble(uint64_t id) const override;
  [[nodiscard]] bool take_failed_connect() override;
  [[nodiscard]] bool is_draining() const override { return is_draining_; }
  [[nodiscard]] bool is_cut_by_drain() const override { return is_cut_by_drain_; }

  static constexpr uint64_t kExchangesPerConnection = 1000;

 private:
  uint64_t seed_;
  PlanKnobs knobs_;
  Trace& trace_;
  std::map<uint64_t, ExchangeRecord> exchanges_;
  std::map<uint64_t, ServerLinkRecord> server_links_;
  std::map<uint64_t, std::set<std::string, std::less<>>> tcp_faults_;  // by connection
  std::string problem_;
  uint64_t events_ = 0;
  uint64_t failed_connects_ = 0;
  bool is_draining_ = false;
  bool is_cut_by_drain_ = false;
};

}  // namespace faultline::sim
