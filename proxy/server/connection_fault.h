// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "filters/filter.h"
#include "filters/filter_factory.h"
#include "proxy/server/relay.h"
#include "proxy/server/worker_context.h"

#include <memory>
#include <vector>

namespace faultline::server {

/// What a fault may do to its TCP connection. Implemented by the session.
class ConnectionHost {
 public:
  virtual ~ConnectionHost() = default;
  /// The connection has passed a filter that held it: the next one, or the dial.
  virtual void proceed() = 0;
  virtual void end(filters::EndKind kind) = 0;
  /// Null until both ends are joined.
  [[nodiscard]] virtual Relay* relay() noexcept = 0;
};

/// One fired rule on one TCP connection: its filter with its own log, and the snapshot in which it
/// was decided, so that rules that a reload brings and takes away do not meet. Owned by the
/// session, on its worker.
class ConnectionFault final : public filters::FilterContext {
 public:
  ConnectionFault(WorkerContext& worker, ConnectionHost& host, SnapshotPtr snapshot, ExchangeId id,
                  rules::Decision decision);
  ~ConnectionFault() override = default;
  ConnectionFault(const ConnectionFault&) = delete;
  ConnectionFault& operator=(const ConnectionFault&) = delete;

  /// Before the upstream is dialled.
  [[nodiscard]] filters::Flow on_connection() { return filter_->on_connection(*this); }
  /// Both ends are joined: puts the filter's stages into the relay.
  void attach(Relay& relay);
  /// The live rule is armed no more. Once.
  void disarm();
  [[nodiscard]] bool is_armed() const noexcept { return is_armed_; }
  /// The connection is over. Once.
  void finish() { filter_->on_end(*this); }

  [[nodiscard]] const rules::RuleConfig& rule() const noexcept { return rule_; }
  [[nodiscard]] Duration injected_delay() const noexcept { return log_.injected_delay(); }

  // filters::FilterContext
  [[nodiscard]] Scheduler& scheduler() noexcept override { return worker_.loop; }
  [[nodiscard]] buffer::BlockPool& blocks() noexcept override { return worker_.loop.blocks(); }
  [[nodiscard]] filters::FaultLog& fault_log() noexcept override { return log_; }
  [[nodiscard]] const contracts::ContractSet* contracts() const noexcept override {
    return nullptr;
  }
  void proceed(rules::Side /*side*/) override { host_.proceed(); }
  /// Only HTTP faults answer, and the loader refuses them here.
  void respond(http::LocalReply /*reply*/) override { host_.end(filters::EndKind::Close); }
  void end(filters::EndKind kind) override { host_.end(kind); }
  void pause_source(rules::Side side) override;
  void resume_source(rules::Side side) override;
  void send_interim(http::ResponseHead&& /*head*/) override {}
  void send_copy(Duration /*gap*/) override {}
  [[nodiscard]] filters::ResponseMemory& responses() noexcept override {
    return *snapshot_->responses;
  }
  [[nodiscard]] filters::SwapBoard& swaps() noexcept override { return worker_.swaps; }
  [[nodiscard]] std::shared_ptr<filters::RateLimiter> limiter(
      const filters::PlannedFault& fault, const rules::ThrottleSpec& spec) override;

 private:
  WorkerContext& worker_;
  ConnectionHost& host_;
  SnapshotPtr snapshot_;
  const rules::RuleConfig& rule_;  // in the snapshot
  uint32_t listener_;
  filters::FaultLog log_;
  filters::FilterPtr filter_;
  std::vector<filters::ByteStage*> stages_;  // in the relay, which lives longer than any call here
  bool is_armed_ = true;
};

}  // namespace faultline::server
