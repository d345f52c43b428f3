// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/server/connection_fault.h"
#include "proxy/server/relay.h"
#include "proxy/server/session.h"
#include "proxy/server/worker_context.h"

#include <memory>
#include <string>
#include <vector>

namespace faultline::server {

/// One connection of a TCP listener: asks the rules once, dials, joins both ends. Owned by its
/// worker.
class TcpSession final : public Session, public io::StreamEvents, public ConnectionHost {
 public:
  TcpSession(WorkerContext& worker, SessionOwner& owner, uint32_t listener, uint64_t ordinal,
             Accepted accepted);
  ~TcpSession() override;
  TcpSession(const TcpSession&) = delete;
  TcpSession& operator=(const TcpSession&) = delete;

  // Session
  void start() override;
  void drain() override {}
  void abort() override;
  void on_rules_changed() override;
  void on_mirror_room() override {}

  // io::StreamEvents: until the upstream is dialled.
  void on_data(buffer::Slice bytes) override;
  void on_end() override { has_client_ended_ = true; }
  void on_closed(const Error* error) override;

 private:
  // ConnectionHost
  void proceed() override { run_filters(); }
  void end(filters::EndKind kind) override;
  [[nodiscard]] Relay* relay() noexcept override { return relay_.get(); }

  /// Decides one rule; a fault that fired stands at the end of faults_.
  void decide(const SnapshotPtr& snapshot, uint32_t rule, uint32_t phase);
  void decide_all(uint32_t phase);
  /// Arms one live rule on an open connection.
  void arm(const SnapshotPtr& snapshot, uint32_t rule, uint32_t phase);
  void run_filters();
  void dial();
  void on_dialled(Result<std::unique_ptr<io::Stream>> upstream);
  void stop_dialling();
  void schedule_reap();
  void reap();

  WorkerContext& worker_;
  SessionOwner& owner_;
  SnapshotPtr snapshot_;
  ExchangeId id_;
  MonoTime began_;
  uint32_t phase_ = 0;
  std::unique_ptr<io::Stream> stream_;  // until the relay has it
  Accepted accepted_;                   // until start()
  std::unique_ptr<Relay> relay_;
  std::unique_ptr<io::Connector> connector_;
  PendingConnect pending_;
  std::vector<std::unique_ptr<ConnectionFault>> faults_;
  size_t next_fault_ = 0;
  /// Live rules that were asked and are armed; the snapshot keeps the rule.
  struct Asked {
    SnapshotPtr snapshot;
    const rules::RuleConfig* rule;
  };
  std::vector<Asked> live_;
  std::string client_;   // address without port
  buffer::Chain early_;  // what the client sent before the upstream was there
  bool has_client_ended_ = false;
  bool is_closed_ = false;
  bool is_reap_scheduled_ = false;
  bool is_over_ = false;
};

}  // namespace faultline::server
