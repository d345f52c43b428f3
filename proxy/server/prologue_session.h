// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/io/proxy_protocol.h"
#include "proxy/server/session.h"
#include "proxy/server/worker_context.h"

#include <functional>
#include <memory>

namespace faultline::server {

/// A connection from a trusted balancer until its PROXY header is read; then the session proper
/// takes over, with the client that the header named. A malformed header, or none within the head
/// timeout, closes the connection before anything else is parsed. Owned by its worker.
class PrologueSession final : public Session, public io::StreamEvents {
 public:
  /// Called outside of all callbacks of the stream. The prologue is of no use afterwards; the
  /// callee destroys it later.
  using Done = std::function<void(PrologueSession&, Accepted)>;
  PrologueSession(WorkerContext& worker, SessionOwner& owner, uint32_t listener,
                  std::unique_ptr<io::Stream> stream, Done on_done);
  PrologueSession(const PrologueSession&) = delete;
  PrologueSession& operator=(const PrologueSession&) = delete;

  // Session
  void start() override;
  void drain() override { stream_->close(); }
  void abort() override { stream_->close(); }
  void on_mirror_room() override {}

  // io::StreamEvents
  void on_data(buffer::Slice bytes) override;
  void on_end() override;
  void on_closed(const Error* error) override;

 private:
  void refuse(std::string_view reason);

  WorkerContext& worker_;
  SessionOwner& owner_;
  Duration timeout_;
  std::unique_ptr<io::Stream> stream_;
  Done on_done_;
  io::ProxyProtocolReader reader_;
  buffer::Chain early_;
  TimerHandle deadline_;
  bool is_complete_ = false;
  bool has_ended_ = false;
  bool is_closed_ = false;
};

}  // namespace faultline::server
