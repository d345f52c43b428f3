// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/uri.h"
#include "proxy/buffer/chain.h"
#include "proxy/io/stream.h"

#include <cstdint>
#include <memory>
#include <optional>

namespace faultline::server {

class Session;

/// Who owns the sessions: the worker.
class SessionOwner {
 public:
  virtual ~SessionOwner() = default;
  /// The session is over: both connections are closed and accounted for. Called at the end of a
  /// loop turn; the owner destroys it later.
  virtual void on_session_over(Session& session) = 0;
};

/// A connection as it is handed to a session.
struct Accepted {
  std::unique_ptr<io::Stream> stream;
  std::optional<HostPort> client{};  // whom a PROXY header named; otherwise the stream's peer
  buffer::Chain early{};             // bytes read before the session was made
  bool is_reading = false;           // the stream was started, and paused with FilterHold
  bool has_ended = false;            // FIN came behind `early`
};

/// Lets `events` have what was read before it was there, then the stream goes on. `stream` is the
/// one that was in `accepted`.
void begin_reading(io::Stream& stream, Accepted&& accepted, io::StreamEvents& events);

/// One downstream connection and what belongs to it.
class Session {
 public:
  virtual ~Session() = default;
  /// Begins to read; the owner knows the session by now. Called once.
  virtual void start() = 0;
  /// Finish what is under way, then close.
  virtual void drain() = 0;
  /// Close now.
  virtual void abort() = 0;
  /// A reload or a phase armed and disarmed rules: those that are live act on what is open.
  virtual void on_rules_changed() {}
  /// The mirror has room again (lossless mode).
  virtual void on_mirror_room() = 0;
};

}  // namespace faultline::server
