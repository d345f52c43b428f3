// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"
#include "proxy/base/uri.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace faultline::fakes {

/// What came until the reading stopped, and why it stopped.
struct ReadResult {
  enum class End { Enough, Fin, Reset, TimedOut };
  std::string bytes;
  End end = End::Enough;
};

/// A blocking TCP socket for tests, with none of our code below it. Every call has a deadline of
/// 10 s, after which it gives up and says so. Movable; one thread at a time.
class RawSocket {
 public:
  RawSocket() = default;
  explicit RawSocket(int fd) : fd_(fd) {}
  RawSocket(RawSocket&& other) noexcept;
  RawSocket& operator=(RawSocket&& other) noexcept;
  RawSocket(const RawSocket&) = delete;
  RawSocket& operator=(const RawSocket&) = delete;
  ~RawSocket() { close(); }

  /// Connects; is_open() tells whether that worked. A receive buffer of 0 is the default one.
  [[nodiscard]] static RawSocket connect(const HostPort& address, int receive_buffer_bytes = 0);

  [[nodiscard]] bool is_open() const noexcept { return fd_ >= 0; }
  [[nodiscard]] int fd() const noexcept { return fd_; }

  /// False when the peer is gone or the deadline passed.
  [[nodiscard]] bool send(std::string_view bytes);
  /// Exactly `count` bytes, unless the connection ends before.
  [[nodiscard]] ReadResult read(size_t count);
  /// What lies there, up to `count` bytes; empty at the end and after the deadline.
  [[nodiscard]] std::string read_some(size_t count);
  /// Up to and with the first `mark`; what lies behind stays unread.
  [[nodiscard]] ReadResult read_until(std::string_view mark);
  /// Up to FIN or reset.
  [[nodiscard]] ReadResult read_to_end();
  /// True when nothing comes for that long.
  [[nodiscard]] bool is_silent_for(Duration span);

  void shutdown_write();
  /// RST.
  void reset();
  /// FIN, or RST when bytes lie unread.
  void close();

 private:
  [[nodiscard]] bool wait(short events, Duration limit) const;

  int fd_ = -1;
};

/// A listening socket on loopback with a port of the kernel's choice.
class RawListener {
 public:
  explicit RawListener(int backlog = 128);
  ~RawListener();
  RawListener(const RawListener&) = delete;
  RawListener& operator=(const RawListener&) = delete;

  [[nodiscard]] HostPort address() const { return {"127.0.0.1", port_}; }
  [[nodiscard]] int fd() const noexcept { return fd_; }
  /// Waits for a connection; not open when close() was called or the deadline passed.
  [[nodiscard]] RawSocket accept(Duration limit = std::chrono::seconds(10));
  /// Wakes accept(). Thread-safe.
  void close();

 private:
  int fd_ = -1;
  uint16_t port_ = 0;
};

}  // namespace faultline::fakes
