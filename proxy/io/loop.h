// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"
#include "proxy/base/result.h"
#include "proxy/base/scheduler.h"
#include "proxy/base/uri.h"
#include "proxy/buffer/block.h"
#include "proxy/io/listen_socket.h"
#include "proxy/io/stream.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace faultline::io {

/// Accepts connections for one listener on one loop. Destroying it stops accepting (on the
/// loop's thread).
class Listener {
 public:
  virtual ~Listener() = default;
  /// The real port, also when 0 was asked for.
  [[nodiscard]] virtual HostPort address() const = 0;
  /// Accepts lost to EMFILE/ENFILE or other errors of accept().
  [[nodiscard]] virtual uint64_t accept_errors() const noexcept = 0;
  /// Takes those who have connected and wait in the kernel: before a listener goes, which would
  /// reset them.
  virtual void accept_waiting() = 0;
};

/// A pending connect. Destroying it cancels; the callback is then never called.
class Connector {
 public:
  virtual ~Connector() = default;
};

/// Watches one file for changes of content. Destroying it stops.
class FileWatcher {
 public:
  virtual ~FileWatcher() = default;
};

/// Catches one signal. Destroying it restores the default.
class SignalWatcher {
 public:
  virtual ~SignalWatcher() = default;
};

/// What sessions, exchanges and pools need of their worker's loop: time, memory, the network. The
/// real one is Loop; tests run the same machinery on a simulated one. Everything happens on the
/// thread that owns it.
class Reactor : public Scheduler {
 public:
  /// The blocks of this worker.
  [[nodiscard]] virtual buffer::BlockPool& blocks() noexcept = 0;

  using ConnectCallback = std::function<void(Result<std::unique_ptr<Stream>>)>;
  /// Resolves (off the loop for names; addresses at once) and connects. Called back later on this
  /// loop, exactly once unless cancelled: Refused, TimedOut, NotFound (name) or IoFailed. Source
  /// Upstream; Internal when it was for want of descriptors or memory of our own.
  [[nodiscard]] virtual std::unique_ptr<Connector> connect(const HostPort& address,
                                                           Duration timeout,
                                                           ConnectCallback on_done) = 0;
};

/// One event loop over libuv: the only room that knows it. One per worker thread plus one for
/// control. All calls on the owning thread except post() and stop(). Construct, then run() on
/// the thread that owns it. Everything created from it must be destroyed before it.
class Loop final : public Reactor {
 public:
  explicit Loop(const Clock& clock);
  ~Loop() override;

  /// Are there descriptors left for so many loops? IoFailed otherwise. Ask before they are made:
  /// libuv ends the process when it gets none for the first, and a constructor cannot say no.
  [[nodiscard]] static Status probe_descriptors(size_t loops);

  /// Runs until stop(); returns at once when that was called before. Then closes what is left
  /// (streams get their on_closed(), pending connects fail) and returns. May be run again.
  void run();
  /// Thread-safe.
  void stop();
  /// Runs `task` on the loop's thread. Thread-safe, never blocks; wakes the loop.
  void post(std::function<void()> task);

  [[nodiscard]] const Clock& clock() const noexcept override { return clock_; }
  [[nodiscard]] TimerHandle call_after(Duration delay, std::function<void()> call,
                                       bool precise = false) override;
  void call_soon(std::function<void()> call) override;

  [[nodiscard]] buffer::BlockPool& blocks() noexcept override;
  [[nodiscard]] std::unique_ptr<Connector> connect(const HostPort& address, Duration timeout,
                                                   ConnectCallback on_done) override;

  using AcceptCallback = std::function<void(std::unique_ptr<Stream>)>;
  /// SO_REUSEPORT, so that every worker can listen on the same address. AddressInUse,
  /// PermissionDenied or InvalidArgument name the address in their message. `reuse_port` false
  /// makes a second listener on the address fail.
  [[nodiscard]] Result<std::unique_ptr<Listener>> listen(const HostPort& address,
                                                         AcceptCallback on_accept,
                                                         bool reuse_port = true);
  /// Accepts from a socket that was bound before.
  [[nodiscard]] Result<std::unique_ptr<Listener>> listen(ListenSocket socket,
                                                         AcceptCallback on_accept);
  /// Would an exclusive listener on `address` work? Answers with the address (a port 0 becomes a
  /// free port) or the error of listen(). SO_REUSEPORT lets a second process of the same user
  /// share a port silently: ask here before the first listener of a group. Between the answer and
  /// listen() another process may still take the port.
  [[nodiscard]] static Result<HostPort> probe_listen(const HostPort& address);

  /// Watches the directory of `path` (editors rename, ConfigMaps swap a link), waits 200 ms for
  /// quiet, compares the content, and polls every 2 s for what the watch missed. Calls back only
  /// when the content differs from before.
  [[nodiscard]] std::unique_ptr<FileWatcher> watch_file(std::string path,
                                                        std::function<void()> on_change);
  [[nodiscard]] std::unique_ptr<SignalWatcher> watch_signal(int signal,
                                                            std::function<void()> on_signal);

  /// Live handles, for tests and the end of run().
  [[nodiscard]] size_t pending_timers() const noexcept;

  struct Impl;
  [[nodiscard]] Impl& impl() noexcept { return *impl_; }

 private:
  void cancel_timer(uint64_t id) noexcept override;
  [[nodiscard]] bool is_timer_pending(uint64_t id) const noexcept override;

  const Clock& clock_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace faultline::io
