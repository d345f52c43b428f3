// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "filters/filter.h"
#include "filters/filter_factory.h"
#include "proxy/server/exchange_half.h"
#include "proxy/server/worker_context.h"

#include <array>
#include <cstddef>
#include <memory>
#include <memory_resource>
#include <optional>
#include <vector>

namespace faultline::server {

/// What the faults of an exchange may do to it. Implemented by the exchange.
class FaultHost {
 public:
  virtual ~FaultHost() = default;
  [[nodiscard]] virtual RequestHalf& request_half() noexcept = 0;
  [[nodiscard]] virtual ResponseHalf& response_half() noexcept = 0;
  /// The side has passed its filters: its bytes may go.
  virtual void release(rules::Side side) = 0;
  virtual void respond(http::LocalReply reply) = 0;
  virtual void end(filters::EndKind kind) = 0;
  virtual void send_interim(http::ResponseHead&& head) = 0;
  /// When the request leaves, a copy of it follows after the gap.
  virtual void order_copy(Duration gap) = 0;
  /// Reading from whoever sends that side stops (true) or goes on.
  virtual void set_source_paused(rules::Side side, bool paused) = 0;
  /// Bytes that a stage lets go; `end` with the last.
  virtual void deliver(rules::Side side, buffer::Chain&& bytes, bool end) = 0;
  [[nodiscard]] virtual std::shared_ptr<filters::RateLimiter> connection_limiter(
      const rules::RuleConfig& rule, uint64_t bytes_per_second) = 0;
};

/// The rules that matched one exchange: decides, makes the filters, runs them in order (requests)
/// and in reverse (responses), keeps their holds. Exists only when a rule matched; owned by the
/// exchange, on its worker.
class ExchangeFaults final : public filters::FilterContext {
 public:
  ExchangeFaults(WorkerContext& worker, FaultHost& host, SnapshotPtr snapshot, ExchangeId id);
  ~ExchangeFaults() override;
  ExchangeFaults(const ExchangeFaults&) = delete;
  ExchangeFaults& operator=(const ExchangeFaults&) = delete;

  /// Decides all of `matched` that need no answer. What `scope` borrows must outlive the exchange:
  /// the address of its client. The fields are those of the host's request, looked up anew when
  /// the answer has come.
  void decide(const std::vector<uint32_t>& matched, const rules::ScopeFacts& scope, uint32_t phase);
  /// False when nothing fired and nothing waits for the answer: the exchange can drop this.
  [[nodiscard]] bool is_needed() const noexcept {
    return !filters_.empty() || !awaiting_response_.empty();
  }

  /// The head of a side is there. Runs its filters now, or when the body they want is buffered.
  void start(rules::Side side);
  /// More of the body came, or its end: for a side that is buffering.
  void on_body_progress(rules::Side side);
  /// True when a filter keeps the informational answer.
  [[nodiscard]] bool take_interim(http::ResponseHead& head);
  /// Live rules that are armed no more in `now` let go of the exchange.
  void follow(const Snapshot& now, uint32_t phase);
  /// The exchange ends: filters that never acted are accounted for. Call once.
  void finish();

  [[nodiscard]] std::vector<AppliedFault> applied() const { return log_.applied(); }
  [[nodiscard]] Duration injected_delay() const noexcept { return log_.injected_delay(); }

  // filters::FilterContext
  [[nodiscard]] Scheduler& scheduler() noexcept override { return worker_.loop; }
  [[nodiscard]] buffer::BlockPool& blocks() noexcept override { return worker_.loop.blocks(); }
  [[nodiscard]] filters::FaultLog& fault_log() noexcept override { return log_; }
  [[nodiscard]] const contracts::ContractSet* contracts() const noexcept override;
  void proceed(rules::Side side) override;
  void respond(http::LocalReply reply) override;
  void end(filters::EndKind kind) override;
  void pause_source(rules::Side side) override { host_.set_source_paused(side, true); }
  void resume_source(rules::Side side) override { host_.set_source_paused(side, false); }
  void send_interim(http::ResponseHead&& head) override {
    if (!is_over_) host_.send_interim(std::move(head));
  }
  void send_copy(Duration gap) override { host_.order_copy(gap); }
  [[nodiscard]] filters::ResponseMemory& responses() noexcept override {
    return *snapshot_->responses;
  }
  [[nodiscard]] filters::SwapBoard& swaps() noexcept override { return worker_.swaps; }
  [[nodiscard]] std::shared_ptr<filters::RateLimiter> limiter(
      const filters::PlannedFault& fault, const rules::ThrottleSpec& spec) override;

 private:
  struct SideState {
    size_t next = 0;  // filters passed
    std::optional<rules::BypassReason> body_refused;
    bool is_body_edited = false;
    bool is_proceed_pending = false;
  };
  [[nodiscard]] SideState& side_state(rules::Side side) noexcept {
    return side == rules::Side::Request ? request_ : response_;
  }
  void decide_one(uint32_t rule, bool is_armed);
  void add(filters::FilterPtr filter);
  void decide_awaiting();
  bool start_buffering(rules::Side side);
  void run(rules::Side side);
  [[nodiscard]] filters::Flow run_one(rules::Side side, size_t position);
  /// A filter has called respond() or end(): no other is asked.
  [[nodiscard]] bool is_decided() const noexcept {
    return is_over_ || pending_end_.has_value() || pending_reply_.has_value();
  }
  /// Carries out what it asked for, once it has returned.
  void settle();
  void make_stages(rules::Side side);
  template <typename HeadType>
  void reframe(ExchangeHalf<HeadType>& half);

  WorkerContext& worker_;
  FaultHost& host_;
  SnapshotPtr snapshot_;
  ExchangeId id_;
  // For the filters of nearly every exchange and the lists of them: no visit to the allocator. Not
  // initialised: what is made in it is.
  alignas(std::max_align_t) std::array<std::byte, 640> room_;
  std::pmr::monotonic_buffer_resource memory_{room_.data(), room_.size()};
  filters::FaultLog log_;
  std::pmr::vector<filters::FilterPtr> filters_{&memory_};
  filters::Interest interests_ = filters::Interest::None;  // that filters began with
  /// A live rule that fired: its filter, and its stage once there is one.
  struct Live {
    uint32_t rule = 0;
    filters::Filter* filter = nullptr;
    filters::ByteStage* stage = nullptr;
  };
  std::vector<Live> live_;
  std::vector<std::pair<uint32_t, bool>> awaiting_response_;  // rule, armed
  rules::ScopeFacts scope_;
  SideState request_;
  SideState response_;
  std::optional<http::LocalReply> pending_reply_;
  std::optional<filters::EndKind> pending_end_;
  bool is_inside_filter_ = false;
  bool is_over_ = false;
};

}  // namespace faultline::server
