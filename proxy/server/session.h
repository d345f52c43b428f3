// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstdint>
#include <memory>

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

/// One downstream connection and what belongs to it.
class Session {
 public:
  virtual ~Session() = default;
  /// Finish what is under way, then close.
  virtual void drain() = 0;
  /// Close now.
  virtual void abort() = 0;
  /// The mirror has room again (lossless mode).
  virtual void on_mirror_room() = 0;
};

}  // namespace faultline::server
